//! One page has a hostile answer, the others a good one: the client says what
//! was wrong, reads no more of it than it must, and fetches the other pages
//! over connections that have nothing to do with it.

mod bodies;
mod heads;

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};

use crate::PAGES;
use crate::asked_once_each;
use crate::good_head;
use crate::in_short;
use crate::page;
use crate::scrape;
use crate::support::raw_server::{RawServer, Then, write_answer};
use crate::support::{ensure, eventually, every_pair};

/// The page that is answered with hostility.
const HOSTILE: u64 = 1;

/// What may be sent to a client at most before it hangs up: a body of 16 MiB,
/// the framing of its chunks, and what the kernel holds on the way.
const MOST_SENT_BYTES: u64 = 64 << 20;
/// What the server would send.
const ENOUGH_BYTES: usize = 256 << 20;

/// What every client says of an answer that is none.
const UNREADABLE: &str = "the answer is not readable: ";

/// An answer as bytes.
#[derive(Debug, Clone, Default)]
struct Answer {
    begins: Vec<u8>,
    /// Sent over and over behind it.
    goes_on: Vec<u8>,
    resets: bool,
}

/// The server's side of it.
#[derive(Debug, Default)]
struct Told {
    sent_bytes: AtomicU64,
    /// Whether the connection was used again.
    is_used_again: AtomicBool,
    answered: AtomicU64,
}

impl Answer {
    fn of(begins: impl Into<Vec<u8>>) -> Self {
        Self {
            begins: begins.into(),
            ..Self::default()
        }
    }

    /// An answer of 200 with these header lines and this body.
    fn ok(headers: &str, body: &[u8]) -> Self {
        let head = format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n");
        Self::of([head.as_bytes(), body].concat())
    }

    fn chunked(body: impl AsRef<[u8]>) -> Self {
        Self::ok("transfer-encoding: chunked", body.as_ref())
    }

    fn endless(self, block: &[u8]) -> Self {
        let goes_on = block.repeat(64 * 1024 / block.len());
        Self { goes_on, ..self }
    }

    fn then_reset(self) -> Self {
        let resets = true;
        Self { resets, ..self }
    }

    fn give(&self, stream: &mut TcpStream, told: &Told) -> io::Result<Then> {
        stream.write_all(&self.begins)?;
        for _ in 0..ENOUGH_BYTES.checked_div(self.goes_on.len()).unwrap_or(0) {
            stream.write_all(&self.goes_on)?;
            told.sent_bytes.fetch_add(self.goes_on.len() as u64, SeqCst);
        }
        if self.resets {
            return Ok(Then::Reset);
        }
        // Nothing more from here; but who asks again is heard.
        stream.shutdown(Shutdown::Write)?;
        if stream.read(&mut [0])? > 0 {
            told.is_used_again.store(true, SeqCst);
        }
        Ok(Then::Close)
    }
}

fn serve(answer: Answer, told: &Arc<Told>) -> RawServer {
    let told = told.clone();
    RawServer::start(move |request, stream| {
        let number = request.page();
        if number == HOSTILE {
            let given = answer.give(stream, &told);
            told.answered.fetch_add(1, SeqCst);
            return given;
        }
        write_answer(stream, &good_head(number), page(number))?;
        Ok(Then::Keep)
    })
}

/// Every driver scrapes the pages, and `check` is given the account.
fn meets(
    answer: &Answer,
    check: impl Fn(&regatta::drivers::Driver, &regatta::scrape::Account) -> Result<(), String>,
) {
    let told = Arc::new(Told::default());
    let server = serve(answer.clone(), &told);
    every_pair(|driver| {
        let answered = told.answered.load(SeqCst);
        told.sent_bytes.store(0, SeqCst);
        check(driver, &scrape(driver, server.address())?)?;
        asked_once_each(&server)?;
        // A client hangs up in its own time.
        eventually(|| (told.answered.load(SeqCst) > answered).then_some(()))
            .ok_or("the client has not hung up")?;
        let sent_bytes = told.sent_bytes.load(SeqCst);
        ensure(sent_bytes < MOST_SENT_BYTES, || {
            format!("read on through {sent_bytes} bytes")
        })?;
        let is_used_again = told.is_used_again.swap(false, SeqCst);
        ensure(!is_used_again, || "used its connection again".to_owned())
    });
}

/// Each driver has all pages but the hostile one, whose error begins with
/// `kind` and says one of `words`.
fn fails(answer: &Answer, kind: &str, words: &[&str]) {
    meets(answer, |_, account| {
        let first = account.first_error.clone().unwrap_or_default();
        ensure(account.pages == PAGES - 1 && account.errors == 1, || {
            format!("not just the one page failed: {}", in_short(account))
        })?;
        let is_named = first.starts_with(&format!("page {HOSTILE}: {kind}"))
            && words.iter().any(|word| first.contains(word));
        ensure(is_named, || {
            format!("expected {kind:?} and one of {words:?} in {first:?}")
        })
    });
}
