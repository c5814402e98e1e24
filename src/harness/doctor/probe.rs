//! Facts that no file tells: they are measured.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// How late short waits end, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lateness {
    /// The median.
    pub p50_ns: u64,
    /// The maximum.
    pub max_ns: u64,
}

const WAITS: usize = 50;
const WAIT: Duration = Duration::from_millis(1);
/// A loopback connection succeeds in microseconds or not at all.
const CONNECT_WITHIN: Duration = Duration::from_millis(500);

/// How late short waits end, by the timer that the server uses for its delays.
pub(super) fn lateness() -> Lateness {
    let mut late_ns: Vec<u64> = waits();
    late_ns.sort_unstable();
    Lateness {
        p50_ns: late_ns[late_ns.len() / 2],
        max_ns: late_ns[late_ns.len() - 1],
    }
}

fn waits() -> Vec<u64> {
    let late = |_| {
        let begun = Instant::now();
        wait();
        let late = begun.elapsed().saturating_sub(WAIT);
        u64::try_from(late.as_nanos()).unwrap_or(u64::MAX)
    };
    (0..WAITS).map(late).collect()
}

#[cfg(target_os = "linux")]
fn wait() {
    use nix::sys::timerfd::{ClockId, Expiration, TimerFd, TimerFlags, TimerSetTimeFlags};
    let waited = TimerFd::new(ClockId::CLOCK_MONOTONIC, TimerFlags::empty()).and_then(|timer| {
        let once = Expiration::OneShot(WAIT.into());
        timer.set(once, TimerSetTimeFlags::empty())?;
        timer.wait()
    });
    if waited.is_err() {
        std::thread::sleep(WAIT);
    }
}

#[cfg(not(target_os = "linux"))]
fn wait() {
    std::thread::sleep(WAIT);
}

/// Sends a byte over loopback, as the server and every driver do.
pub(super) fn loopback() -> io::Result<()> {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    let mut client = TcpStream::connect_timeout(&listener.local_addr()?, CONNECT_WITHIN)?;
    let (mut server, _) = listener.accept()?;
    server.set_read_timeout(Some(CONNECT_WITHIN))?;
    client.write_all(b"7")?;
    server.read_exact(&mut [0])
}
