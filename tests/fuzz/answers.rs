//! Answers of a server: the raw client's reader, compared with hyper's for what
//! both accept, and the waits that a server asks for.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use regatta::clients::raw::Exchange;
use regatta::clients::{FetchError, Plan};
use regatta::frontier::{Frontier, Step};
use regatta::site::workload::Politeness;

use super::run::Target;

/// Heads and bodies of so many bytes are taken, and no more.
const MOST_KEPT_BYTES: usize = 17 << 20;

const WORDS: [&str; 22] = [
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.0 200 OK\r\n",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 204 No Content\r\n",
    "Content-Length: ",
    "content-length: 5\r\n",
    "content-length: +5\r\n",
    "content-length: 5, 5\r\n",
    "content-length:\t5 \r\n",
    "content-length: 18446744073709551615\r\n",
    "Transfer-Encoding: chunked\r\n",
    "transfer-encoding: identity\r\n",
    "Connection: close\r\n",
    "connection: keep-alive, close\r\n",
    "Retry-After: ",
    "retry-after: 99999999999999999999\r\n",
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "\r\n\r\n",
    " folded\r\n",
    "5\r\nhello\r\n0\r\n\r\n",
    "hello",
];

fn begun() -> Exchange {
    let mut exchange = Exchange::new(&Plan::to(([127, 0, 0, 1], 80).into(), 1, 1));
    begin(&mut exchange);
    exchange
}

fn begin(exchange: &mut Exchange) {
    match Frontier::new(8, 1, Politeness::default()).next(Duration::ZERO) {
        Step::Fetch(ticket) => exchange.begin(&ticket),
        step => panic!("a new frontier has a first page: {step:?}"),
    }
}

/// Feeds `answer` in pieces of `piece` bytes, then the end of the stream.
fn feed(exchange: &mut Exchange, answer: &[u8], piece: usize) -> Result<Vec<u8>, FetchError> {
    for mut bytes in answer.chunks(piece) {
        while !bytes.is_empty() {
            let space = exchange.space();
            let count = bytes.len().min(space.len());
            assert!(
                count > 0,
                "there is no room for an answer that is not complete"
            );
            space[..count].copy_from_slice(&bytes[..count]);
            bytes = &bytes[count..];
            if exchange.received(count)? {
                return exchange.body().map(|body| body.to_vec());
            }
        }
    }
    exchange.received(0)?;
    exchange.body().map(|body| body.to_vec())
}

#[test]
fn answers() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let target = Target {
        grammar: Some(answer),
        // A length is believed as far as the client takes a body.
        base_bytes: MOST_KEPT_BYTES as u64,
        ..Target::new("answers", &WORDS)
    };
    target.hold(move |answer| {
        let mut exchange = begun();
        let alone = feed(&mut exchange, answer, 1);
        // Whatever came, the next answer is read as if nothing had.
        begin(&mut exchange);
        let good = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
        assert_eq!(feed(&mut exchange, good, 7).unwrap(), b"hello");
        if let Err(FetchError::Status(_, Some(wait))) = &alone {
            assert!(*wait <= Duration::from_hours(24), "a wait of {wait:?}");
        }
        // Its words go into a report.
        let _ = alone
            .as_ref()
            .map_err(|error| (error.to_string(), error.kind(), error.failure()));
        let whole = feed(&mut begun(), answer, usize::MAX);
        let more = |error: &FetchError| error.to_string().contains("more bytes");
        if !whole.as_ref().is_err_and(more) {
            let words = |read: &Result<Vec<u8>, FetchError>| match read {
                Ok(body) => Ok(body.clone()),
                Err(error) => Err(error.to_string()),
            };
            assert_eq!(words(&alone), words(&whole), "in pieces and whole");
        }
        let (Ok(ours), Some(theirs)) = (alone, runtime.block_on(hyper_reads(answer))) else {
            return;
        };
        assert_eq!(theirs, (200, ours), "hyper reads it otherwise");
    });
}

/// Status and body, as hyper reads them; `None` where it refuses.
async fn hyper_reads(answer: &[u8]) -> Option<(u16, Vec<u8>)> {
    let stream = Canned {
        rest: answer.to_vec(),
        asked: false,
    };
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.ok()?;
    let request = hyper::Request::get("/page/0")
        .body(Empty::<Bytes>::new())
        .ok()?;
    let driven = tokio::spawn(connection);
    let response = sender.send_request(request).await.ok()?;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.ok()?;
    driven.abort();
    Some((status, body.to_bytes().to_vec()))
}

/// A connection on which one answer comes, whatever is asked.
struct Canned {
    rest: Vec<u8>,
    asked: bool,
}

impl hyper::rt::Read for Canned {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        mut into: hyper::rt::ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        // hyper takes an answer before the request for a mistake, and asks
        // again when it has written.
        if self.asked {
            let count = self.rest.len().min(into.remaining());
            let bytes: Vec<u8> = self.rest.drain(..count).collect();
            into.put_slice(&bytes);
            return Poll::Ready(Ok(()));
        }
        Poll::Pending
    }
}

impl hyper::rt::Write for Canned {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.asked = true;
        context.waker().wake_by_ref();
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// An answer that is right but for one or two things.
fn answer(random: &mut ChaCha8Rng) -> Vec<u8> {
    let lines = [
        "HTTP/1.1 200 OK",
        "HTTP/1.1 200",
        "HTTP/1.0 200 OK",
        "HTTP/1.1 503 Busy",
    ];
    let headers = [
        "server: x",
        "connection: close",
        "Connection: keep-alive",
        "transfer-encoding: chunked",
        "retry-after: 3",
        "x:",
        "x: \t",
        "content-length: 3",
        "Content-Length:5",
        "date: now",
    ];
    let body_bytes = random.random_range(0..40);
    let mut head = format!("{}\r\n", lines.choose(random).unwrap());
    for _ in 0..random.random_range(0..3) {
        head += headers.choose(random).unwrap();
        head += "\r\n";
    }
    if random.random_bool(0.9) {
        head += "content-length: ";
        head += &body_bytes.to_string();
        head += "\r\n";
    }
    let mut bytes = (head + "\r\n").into_bytes();
    bytes.extend((0..body_bytes).map(|_| random.random::<u8>()));
    bytes
}
