//! Delays by tokio's own timer, where there is no `timerfd`: never early, up
//! to 2 ms late.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Sleep;

use super::super::clock::now_ns;

/// The delays of one serving thread.
#[derive(Debug, Clone)]
pub(in super::super) struct Delays;

impl Delays {
    /// Belongs to the runtime it is called in.
    #[expect(clippy::unnecessary_wraps, reason = "the Linux one can fail")]
    pub(in super::super) fn start() -> io::Result<Self> {
        Ok(Self)
    }

    /// Ends at `due_ns` on the server's clock, or up to 2 ms later.
    #[expect(clippy::unused_self, reason = "the Linux one has a timer")]
    pub(in super::super) fn until(&self, due_ns: u64) -> Delay {
        let remaining = Duration::from_nanos(due_ns.saturating_sub(now_ns()));
        Delay(Box::pin(tokio::time::sleep(remaining)))
    }
}

/// Waits for one moment.
#[derive(Debug)]
pub(in super::super) struct Delay(Pin<Box<Sleep>>);

impl Future for Delay {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.0.as_mut().poll(context)
    }
}
