//! A slow server, like many mock servers: it builds each answer while it holds
//! one lock, which takes half a millisecond of CPU time.
//!
//! Only one pitfall uses it. It has one thread per connection, which ends with
//! the connection. The listener ends when the mock is dropped.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::site::page::Site;

/// The time of an answer under the lock.
pub(super) const ANSWER: Duration = Duration::from_micros(500);

/// A slow server on this machine.
#[derive(Debug)]
pub(super) struct Mock {
    address: SocketAddr,
    inside: Arc<Inside>,
}

#[derive(Debug)]
struct Inside {
    site: Site,
    one_at_a_time: Mutex<()>,
    busy_ns: AtomicU64,
    stopped: AtomicBool,
}

impl Mock {
    /// Serves `pages` pages on a free port.
    pub(super) fn start(pages: u64) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .context("failed to open a port on 127.0.0.1")?;
        let address = listener.local_addr()?;
        let inside = Arc::new(Inside {
            site: Site::new(pages),
            one_at_a_time: Mutex::new(()),
            busy_ns: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
        });
        let serves = inside.clone();
        std::thread::spawn(move || accept(&listener, &serves));
        Ok(Self { address, inside })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The busy time since the last call, in nanoseconds.
    pub(super) fn take_busy_ns(&self) -> u64 {
        self.inside.busy_ns.swap(0, Relaxed)
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        self.inside.stopped.store(true, Relaxed);
        // Wakes the listener; if that fails, it has already ended.
        let _ = TcpStream::connect(self.address);
    }
}

fn accept(listener: &TcpListener, inside: &Arc<Inside>) {
    for stream in listener.incoming() {
        if inside.stopped.load(Relaxed) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let inside = inside.clone();
        // A client that goes away ends its connection; that is not an error.
        std::thread::spawn(move || inside.serve(stream).ok());
    }
}

impl Inside {
    fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let mut requests = BufReader::new(stream.try_clone()?);
        while let Some(page) = next_page(&mut requests)? {
            stream.write_all(&self.answer(page))?;
        }
        Ok(())
    }

    fn answer(&self, page: u64) -> Vec<u8> {
        let _turn = self.one_at_a_time.lock();
        let begun = Instant::now();
        let body = self.site.page(page);
        let mut answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        while begun.elapsed() < ANSWER {
            std::hint::spin_loop();
        }
        let busy = u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.busy_ns.fetch_add(busy, Relaxed);
        let mut bytes = std::mem::take(&mut answer).into_bytes();
        bytes.extend_from_slice(&body);
        bytes
    }
}

/// The number of the next requested page; `None` at the end.
fn next_page(requests: &mut impl BufRead) -> std::io::Result<Option<u64>> {
    let mut page = None;
    loop {
        let mut line = String::new();
        if requests.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        if let Some(path) = line.strip_prefix("GET /page/") {
            page = path.split(' ').next().and_then(|page| page.parse().ok());
        }
        if line.trim().is_empty() {
            return Ok(page);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_names_its_page_and_the_end_is_none() {
        let mut two =
            b"GET /page/7 HTTP/1.1\r\nhost: x\r\n\r\nGET /page/8 HTTP/1.1\r\n\r\n".as_slice();
        assert_eq!(next_page(&mut two).unwrap(), Some(7));
        assert_eq!(next_page(&mut two).unwrap(), Some(8));
        assert_eq!(next_page(&mut two).unwrap(), None);
    }
}
