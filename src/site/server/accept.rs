//! Listening sockets, and what is accepted from one.

use std::fmt::Display;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Once;
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};

/// How many connections may wait to be accepted. std, mio and tokio ask for
/// 128; what does not fit meets a retransmitted SYN one second later, which
/// looks like a slow driver. The kernel cuts this down to its own limit
/// (`net.core.somaxconn`).
const BACKLOG: i32 = 4096;

/// How long accepting pauses when there is no descriptor left: long enough
/// not to spin, short enough that a driver which closes connections is
/// hardly held up.
const PAUSE: Duration = Duration::from_millis(10);

/// Listens on 127.0.0.1, where nobody else's machine can be loaded by mistake.
pub(super) fn listen(port: u16) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;
    // A server that was stopped leaves connections in TIME_WAIT; they shall
    // not keep the next one from its port. On Windows the flag means
    // something else: that two servers may have one port.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)).into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

/// The next connection, with its client's address.
pub(super) async fn next(listener: &TcpListener) -> (TcpStream, IpAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, client)) => {
                // Without it the kernel may keep the end of an answer back
                // until the client has acknowledged its beginning, and the
                // client waits 40 ms with that. A connection on which it
                // fails is a connection that is gone.
                let _ = stream.set_nodelay(true);
                return (stream, client.ip());
            }
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                say_once(&error);
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Errors of a connection that failed before it was accepted. All others,
/// first of all "too many open files", are ours and do not pass by
/// themselves: trying again at once would spin.
fn is_the_clients(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionReset | Interrupted
    )
}

/// Says, at the first time, why connections are not accepted.
pub(super) fn say_once(why: &dyn Display) {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        eprintln!(
            "regatta: cannot accept more connections for now: {why}; \
             clients wait until others close (raise the limit with `ulimit -n`)"
        );
    });
}
