//! Connections and the timer of async-std.

use std::io;
use std::net::SocketAddr;

use async_std::net::TcpStream;
pub use async_std::task::sleep;

use super::Net;

/// Connections of async-std.
#[derive(Debug)]
pub struct AsyncStdNet;

impl Net for AsyncStdNet {
    type Stream = TcpStream;

    async fn connect(server: SocketAddr) -> io::Result<Self::Stream> {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}
