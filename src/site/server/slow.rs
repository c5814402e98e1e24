//! Bodies that leave slowly, on purpose.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;

use super::delay::{Delay, Delays};

/// The number of pieces of a slow body: the first at once, the last when its
/// time is over, the others evenly between.
const PIECES: u64 = 16;

/// When the pieces of one body leave.
#[derive(Debug)]
pub(super) struct Slowly {
    delays: Delays,
    begins_ns: u64,
    time_ns: u64,
    /// How many have left.
    left: u64,
    delay: Option<Delay>,
}

impl Slowly {
    /// Begins at `begins_ns` on the server's clock, and takes `time_ns`.
    pub(super) fn new(delays: Delays, (begins_ns, time_ns): (u64, u64)) -> Self {
        Self {
            delays,
            begins_ns,
            time_ns,
            left: 0,
            delay: None,
        }
    }

    /// Takes the next piece off `body`, once it may leave.
    pub(super) fn poll_piece(
        &mut self,
        context: &mut Context<'_>,
        body: &mut Bytes,
    ) -> Poll<Bytes> {
        if self.left > 0 {
            let due_ns = self.begins_ns + self.time_ns * self.left / (PIECES - 1);
            let delay = (self.delay).get_or_insert_with(|| self.delays.until(due_ns));
            ready!(Pin::new(delay).poll(context));
            self.delay = None;
        }
        let pieces = usize::try_from(PIECES - self.left).expect("at most 16");
        self.left += 1;
        Poll::Ready(body.split_to(body.len().div_ceil(pieces)))
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::super::clock::now_ns;
    use super::*;

    #[test]
    fn pieces_are_even_and_never_early() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let (begins_ns, time_ns) = (now_ns(), 15_000_000);
            let delays = Delays::start().unwrap();
            let mut slowly = Slowly::new(delays, (begins_ns, time_ns));
            let mut body = Bytes::from(vec![0; 15_360]);
            for piece in 0..16 {
                let taken = poll_fn(|context| slowly.poll_piece(context, &mut body)).await;
                assert!(now_ns() >= begins_ns + piece * 1_000_000, "piece {piece}");
                assert_eq!(taken.len(), 960);
            }
            assert!(body.is_empty() && now_ns() >= begins_ns + time_ns);
        });
    }
}
