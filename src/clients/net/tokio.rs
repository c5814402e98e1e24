//! Connections and the timer of tokio.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio_util::compat::{Compat, TokioAsyncReadCompatExt};

use super::Net;

/// Connections of tokio.
#[derive(Debug)]
pub struct TokioNet;

impl Net for TokioNet {
    type Stream = Compat<TcpStream>;

    async fn connect(server: SocketAddr) -> io::Result<Self::Stream> {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        Ok(stream.compat())
    }
}

/// Sleeps on the timer of tokio.
///
/// tokio gives a task a budget of operations and then makes it return. A fetch
/// that uses up the budget each time would keep its own time limit from being
/// polled, so the timer is polled outside the budget.
pub fn sleep(time: Duration) -> impl Future<Output = ()> {
    tokio::task::unconstrained(tokio::time::sleep(time))
}
