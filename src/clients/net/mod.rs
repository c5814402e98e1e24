//! What an async client needs of the runtime that it runs on: how to connect.
//! One runtime a file, each with the timer that its model uses.

pub mod async_std;
pub mod smol;
pub mod tokio;

use std::future::Future;
use std::io;
use std::net::SocketAddr;

/// How a runtime opens a connection.
pub trait Net: Send + Sync + 'static {
    /// A connection of that runtime.
    type Stream: futures_io::AsyncRead + futures_io::AsyncWrite + Unpin + Send + 'static;
    /// Connects, with `TCP_NODELAY` set.
    fn connect(server: SocketAddr) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}
