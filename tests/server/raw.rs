//! Bytes in, a status out: for requests that no library would send.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

/// How long an answer may take. Only a failing test waits that long.
const PATIENCE: Duration = Duration::from_mins(1);

/// What is expected of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expect {
    /// This status.
    Status(u16),
    /// A status from 400, or the end of the connection.
    Refused,
}

impl Expect {
    /// Whether `status` is as expected; `None` is the end of the connection.
    pub(crate) fn is(self, status: Option<u16>) -> bool {
        match self {
            Self::Status(expected) => status == Some(expected),
            Self::Refused => status.is_none_or(|status| status >= 400),
        }
    }
}

/// Sends `bytes`, and nothing more where `ends`, and returns the status of the
/// first answer. `None` when the server closed the connection without one.
pub(crate) fn status(address: SocketAddr, bytes: &[u8], ends: bool) -> Option<u16> {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    // A server that has seen enough closes before the end.
    let _ = stream.write_all(bytes);
    if ends {
        let _ = stream.shutdown(Shutdown::Write);
    }
    loop {
        match next_status(&mut stream) {
            Some(100) => {}
            status => return status,
        }
    }
}

/// The status of the next head, which is read to its end.
fn next_status(stream: &mut TcpStream) -> Option<u16> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        match stream.read(&mut byte) {
            Ok(1) => head.extend(byte),
            Ok(_) => return None,
            Err(error) => {
                let is_hung = error.kind() == std::io::ErrorKind::WouldBlock;
                assert!(!is_hung, "no answer within {PATIENCE:?}");
                return None;
            }
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let status = head.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5));
    let status = status.and_then(|digits| digits.parse().ok());
    Some(status.unwrap_or_else(|| panic!("no status: {head:?}")))
}
