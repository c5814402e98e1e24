//! Connections and the timer of async-io, the reactor of smol.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use smol::{Async, Timer};

use super::Net;

/// Connections of async-io.
#[derive(Debug)]
pub struct SmolNet;

impl Net for SmolNet {
    type Stream = Async<TcpStream>;

    async fn connect(server: SocketAddr) -> io::Result<Self::Stream> {
        let stream = Async::<TcpStream>::connect(server).await?;
        stream.get_ref().set_nodelay(true)?;
        Ok(stream)
    }
}

/// Sleeps on the timer of async-io.
pub fn sleep(time: Duration) -> Timer {
    Timer::after(time)
}
