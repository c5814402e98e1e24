//! Ports for servers that cannot be told to take a free one and say which.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering::Relaxed};

/// Ports from here on, so many: below those that the system hands out by itself
/// (from 32,768 on Linux, from 49,152 elsewhere). Who asks for any port, or
/// connects to one, is never given one of these between the moment that it was
/// found free and its use.
const FIRST: u16 = 12_000;
const COUNT: u16 = 20_000;

/// A port of 127.0.0.1 that nobody listens on, another one at each call.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Each test program begins at a place of its own.
    let begin = u16::try_from(std::process::id().wrapping_mul(37) % u32::from(COUNT)).unwrap();
    loop {
        let port = FIRST + (begin + NEXT.fetch_add(1, Relaxed)) % COUNT;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
