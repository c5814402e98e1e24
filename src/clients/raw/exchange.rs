//! One request and its answer, as bytes: no sockets here.

use std::io::Write;
use std::ops::Range;

use crate::clients::room::{KEPT_BYTES, LongBody, Room, lengthen};
use crate::clients::{Body, FetchError, MOST_BODY_BYTES, Plan, RetryWait, retry_after, too_long};
use crate::frontier::Ticket;

/// Room for a head and a 15 KB body, so that most answers need one read.
const ROOM_BYTES: usize = 32 * 1024;
/// A head longer than this is not read on.
const MOST_HEAD_BYTES: usize = 16 * 1024;

/// A request on its way out and the answer as far as it has come in. The
/// buffers are used again for the next one.
#[derive(Debug)]
pub struct Exchange {
    plan: Plan,
    request: Vec<u8>,
    buffer: Vec<u8>,
    filled: usize,
    head: Option<Head>,
    /// For the buffer, if the answer is a long one.
    room: Room,
}

#[derive(Debug, Clone, Copy)]
struct Head {
    status: u16,
    own_bytes: usize,
    body_bytes: usize,
    keep_alive: bool,
    retry_after: Option<RetryWait>,
}

impl Exchange {
    /// Exchanges with the hosts of `plan`. If it does not keep connections
    /// alive, each request asks the server to close after its answer.
    pub fn new(plan: &Plan) -> Self {
        Self {
            plan: plan.clone(),
            request: Vec::with_capacity(256),
            buffer: vec![0; ROOM_BYTES],
            filled: 0,
            head: None,
            room: Room::of(&plan.memory),
        }
    }

    /// Turns to the next page; [`Self::request`] then holds its request.
    pub fn begin(&mut self, ticket: &Ticket) {
        self.filled = 0;
        self.head = None;
        self.request.clear();
        let (path, host) = (ticket.path(), self.plan.host(ticket).name.clone());
        self.line(format_args!("GET {path} HTTP/1.1"));
        self.line(format_args!("host: {host}"));
        self.line(format_args!("accept: */*"));
        if let Some(name) = self.plan.user_agent {
            self.line(format_args!("user-agent: {name}"));
        }
        if !self.plan.keep_alive {
            self.line(format_args!("connection: close"));
        }
        self.line(format_args!(""));
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        write!(self.request, "{line}\r\n").expect("writing to memory does not fail");
    }

    /// The request, whole: it is to leave in one write.
    pub fn request(&self) -> &[u8] {
        &self.request
    }

    /// Where the next bytes of the answer go. Never empty while the answer is
    /// not complete.
    pub fn space(&mut self) -> &mut [u8] {
        &mut self.buffer[self.filled..]
    }

    /// Takes note of `count` bytes read into [`Self::space`], none being the
    /// end of the stream. Returns whether the answer is complete.
    pub fn received(&mut self, count: usize) -> Result<bool, FetchError> {
        self.filled += count;
        let closed = FetchError::Closed {
            received: self.filled,
        };
        if count == 0 {
            return Err(closed);
        }
        if self.head.is_none() {
            self.head = read_head(&self.buffer[..self.filled])?;
        }
        if let Some(head) = self.head {
            let missing = (head.own_bytes + head.body_bytes).checked_sub(self.filled);
            match missing {
                Some(0) => return Ok(true),
                Some(_) => {}
                None => return Err(unreadable("more bytes than its Content-Length says")),
            }
        }
        if self.filled == self.buffer.len() {
            let longer = match self.head {
                Some(head) => self.room.exactly(head.own_bytes + head.body_bytes)?,
                None => self.room.grow(self.filled)?,
            };
            if longer > KEPT_BYTES {
                lengthen(&mut self.buffer, longer);
            }
            self.buffer.resize(longer, 0);
        }
        Ok(false)
    }

    /// The body of a complete answer, if it is the page.
    pub fn body(&mut self) -> Result<Body<'_>, FetchError> {
        match self.head {
            Some(head) if head.status == 200 => Ok(self.take(head.own_bytes..self.filled)),
            Some(head) => Err(FetchError::Status(head.status, head.retry_after)),
            None => Err(FetchError::Closed {
                received: self.filled,
            }),
        }
    }

    /// A long body leaves with its buffer.
    fn take(&mut self, within: Range<usize>) -> Body<'_> {
        if self.buffer.len() <= KEPT_BYTES {
            return Body::Kept(&self.buffer[within]);
        }
        let (buffer, room) = self.new_buffer();
        Body::Long(LongBody::new(buffer, within, room))
    }

    /// Gives back the memory of a long answer that was given up.
    pub fn release(&mut self) {
        if self.buffer.len() > KEPT_BYTES {
            drop(self.new_buffer());
        }
    }

    /// Begins a new buffer in place of a long one.
    fn new_buffer(&mut self) -> (Vec<u8>, Room) {
        let buffer = std::mem::replace(&mut self.buffer, vec![0; ROOM_BYTES]);
        let room = Room::of(&self.plan.memory);
        (buffer, std::mem::replace(&mut self.room, room))
    }

    /// Whether the connection may carry another exchange after this one.
    pub fn keeps_alive(&self) -> bool {
        self.head
            .is_some_and(|head| head.keep_alive && self.plan.keep_alive)
    }
}

fn unreadable(why: &str) -> FetchError {
    FetchError::Answer(why.to_owned())
}

/// Reads a head that begins `bytes`; `None` while it is not all there.
fn read_head(bytes: &[u8]) -> Result<Option<Head>, FetchError> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut answer = httparse::Response::new(&mut headers);
    // No further than a head may go, however much has come in one piece: the
    // same answer must not be read at one time and refused at another.
    let head_at_most = &bytes[..bytes.len().min(MOST_HEAD_BYTES)];
    let parsed = answer
        .parse(head_at_most)
        .map_err(|error| FetchError::Answer(error.to_string()))?;
    let httparse::Status::Complete(head_bytes) = parsed else {
        return if bytes.len() < MOST_HEAD_BYTES {
            Ok(None)
        } else {
            Err(unreadable("a head of over 16 KiB"))
        };
    };
    let status = answer.code.filter(|code| *code >= 100);
    let status = status.ok_or(unreadable("invalid response status"))?;
    let wait = find(answer.headers, "retry-after").filter(|_| status != 200);
    let retry_after = wait.and_then(|value| retry_after(value.as_bytes()));
    let body_bytes = body_bytes(answer.headers).map_err(|unreadable| match status {
        200 => unreadable,
        // Servers in trouble often leave the length out; that they are in
        // trouble says more than how they say it.
        status => FetchError::Status(status, retry_after),
    })?;
    Ok(Some(Head {
        status,
        own_bytes: head_bytes,
        body_bytes,
        keep_alive: answer.version == Some(1) && !says_close(answer.headers),
        retry_after,
    }))
}

fn body_bytes(headers: &[httparse::Header<'_>]) -> Result<usize, FetchError> {
    if find(headers, "transfer-encoding").is_some() {
        return Err(unreadable(
            "a chunked body, and raw reads only Content-Length",
        ));
    }
    let length = find(headers, "content-length").ok_or(unreadable("no Content-Length"))?;
    let is_length = |header: &&httparse::Header| header.name.eq_ignore_ascii_case("content-length");
    if headers.iter().filter(is_length).count() > 1 {
        return Err(unreadable("more than one Content-Length"));
    }
    let digits = length.bytes().all(|byte| byte.is_ascii_digit());
    let bytes = length.parse().ok().filter(|_| digits);
    let bytes = bytes.ok_or(unreadable("a Content-Length that is no number"))?;
    if bytes > MOST_BODY_BYTES {
        return Err(too_long());
    }
    Ok(bytes)
}

fn says_close(headers: &[httparse::Header<'_>]) -> bool {
    find(headers, "connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
}

fn find<'a>(headers: &'a [httparse::Header<'_>], name: &str) -> Option<&'a str> {
    let header = headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case(name))?;
    std::str::from_utf8(header.value).ok().map(str::trim)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::frontier::{Frontier, Step};
    use crate::site::workload::Politeness;

    pub(super) fn begun() -> Exchange {
        let mut exchange = Exchange::new(&Plan::to(([127, 0, 0, 1], 80).into(), 1, 1));
        begin(&mut exchange);
        exchange
    }

    pub(super) fn begin(exchange: &mut Exchange) {
        let Step::Fetch(ticket) = Frontier::new(8, 1, Politeness::default()).next(Duration::ZERO)
        else {
            panic!("a new scenario has a first page")
        };
        exchange.begin(&ticket);
    }

    /// Feeds `answer` in pieces of `piece` bytes, then the end of the stream.
    fn feed(answer: &[u8], piece: usize) -> Result<Vec<u8>, FetchError> {
        let mut exchange = begun();
        let mut answer = answer;
        while !answer.is_empty() {
            let space = exchange.space();
            let count = piece.min(space.len()).min(answer.len());
            space[..count].copy_from_slice(&answer[..count]);
            answer = &answer[count..];
            if exchange.received(count)? {
                return exchange.body().map(|body| body.to_vec());
            }
        }
        exchange.received(0)?;
        unreachable!("the end of the stream is an error")
    }

    #[test]
    fn the_request_is_one_plain_get() {
        let request = String::from_utf8(begun().request().to_vec()).unwrap();
        assert_eq!(
            request,
            "GET /page/0 HTTP/1.1\r\nhost: 127.0.0.1:80\r\naccept: */*\r\n\r\n"
        );
    }

    #[test]
    fn an_answer_reads_the_same_however_it_is_cut() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        for piece in 1..=answer.len() {
            assert_eq!(feed(answer, piece).unwrap(), b"hello");
        }
    }

    #[test]
    fn a_body_larger_than_the_buffer_is_read_whole() {
        let mut answer = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".to_vec();
        answer.resize(answer.len() + 100_000, b'x');
        assert_eq!(feed(&answer, 1000).unwrap().len(), 100_000);
    }

    #[test]
    fn what_is_not_a_readable_answer_is_said_to_be_so() {
        for (answer, says) in [
            ("SSH-2.0-OpenSSH\r\n\r\n", "not readable"),
            ("HTTP/1.1 200 OK\r\n\r\n", "no Content-Length"),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
                "no number",
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
                "over 16 MiB",
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                "chunked",
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
                "closed the connection",
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello!",
                "more bytes",
            ),
            (
                "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
                "status 503",
            ),
            ("HTTP/1.1 503 Busy\r\n\r\nlater", "status 503"),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 4\r\n\r\nhello",
                "more than one",
            ),
        ] {
            let error = feed(answer.as_bytes(), answer.len()).unwrap_err();
            assert!(error.to_string().contains(says), "{answer:?}: {error}");
        }
    }

    #[test]
    fn a_server_that_asks_for_time_is_heard_whatever_its_body() {
        for body in ["content-length: 0", "transfer-encoding: chunked", "x: y"] {
            let answer = format!("HTTP/1.1 503 Busy\r\nretry-after: 7\r\n{body}\r\n\r\n");
            let error = feed(answer.as_bytes(), answer.len()).unwrap_err();
            let not_before = error.failure().not_before;
            assert_eq!(not_before, Some(Duration::from_secs(7)), "{body}");
        }
    }

    #[test]
    fn an_endless_head_is_given_up() {
        let endless = format!("HTTP/1.1 200 OK\r\nx: {}", "y".repeat(100_000));
        let error = feed(endless.as_bytes(), 4096).unwrap_err();
        assert!(error.to_string().contains("16 KiB"), "{error}");
    }
}

#[cfg(test)]
#[path = "exchange_properties.rs"]
mod properties;
