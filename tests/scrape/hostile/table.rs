//! Hostile answers, each with a name and the expected result: what breaks HTTP
//! (`protocol.rs`), and what is hostile on a page (`markup.rs`).

mod markup;
mod protocol;

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use regatta::store::Record;

use crate::support::raw_server::Then;

/// The result of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// A page, whatever is on it.
    Page,
    /// A failed page with its reason.
    Fails,
    /// Either: clients differ, and may.
    PageOrFails,
}

/// What a server does after its bytes.
#[derive(Debug, Clone, Copy)]
enum Next {
    Closes,
    Resets,
    /// Says nothing more until the client hangs up.
    IsSilent,
    /// Goes on, a byte at a time.
    Drips,
}

#[derive(Debug, Clone)]
pub(super) struct Site {
    pub(super) name: String,
    bytes: Vec<u8>,
    /// Sent so many times behind it.
    block: (Vec<u8>, usize),
    then: Next,
    pub(super) expected: Expected,
}

impl Expected {
    pub(super) fn allows(self, record: &Record) -> bool {
        match (self, &record.error) {
            (Self::PageOrFails, _) | (Self::Page, None) | (Self::Fails, Some(_)) => true,
            // On a busy machine anything may take too long.
            (Self::Page, Some(why)) => why.contains("no complete answer within"),
            (Self::Fails, None) => false,
        }
    }
}

impl Site {
    pub(super) fn answer(&self, stream: &mut TcpStream) -> io::Result<Then> {
        stream.write_all(&self.bytes)?;
        let (block, times) = &self.block;
        (0..*times).try_for_each(|_| stream.write_all(block))?;
        match self.then {
            Next::Closes => Ok(Then::Close),
            Next::Resets => Ok(Then::Reset),
            Next::IsSilent => {
                let _ = stream.read(&mut [0]);
                Ok(Then::Close)
            }
            Next::Drips => loop {
                stream.write_all(b"x")?;
                std::thread::sleep(Duration::from_millis(50));
            },
        }
    }
}

fn site(name: impl Into<String>, expected: Expected, bytes: impl Into<Vec<u8>>) -> Site {
    Site {
        name: name.into(),
        bytes: bytes.into(),
        block: (Vec::new(), 0),
        then: Next::Closes,
        expected,
    }
}

fn then(then: Next, site: Site) -> Site {
    Site { then, ..site }
}

fn repeating(block: &[u8], times: usize, site: Site) -> Site {
    Site {
        block: (block.to_vec(), times),
        ..site
    }
}

fn answer(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// A good head, and this body.
fn html(name: impl Into<String>, expected: Expected, body: impl AsRef<[u8]>) -> Site {
    let body = body.as_ref();
    let headers = format!("content-length: {}\r\nconnection: close", body.len());
    site(name, expected, answer(&headers, body))
}

pub(super) fn sites() -> Vec<Site> {
    [protocol::sites(), markup::sites()].concat()
}
