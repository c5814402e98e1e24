//! How far the requests of one connection have been read.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use super::limits::UNFINISHED_BYTES;

/// What was read of a connection's requests. Written by the connection's own
/// thread alone, a load and a store for each, because it is noted for each page.
#[derive(Debug, Default)]
pub(super) struct Input {
    /// Twice the number of heads and bodies that were read, plus one while bytes of
    /// the next are there.
    progress: AtomicU64,
    long: LongInput,
}

impl Input {
    /// `unfinished` counts the bytes of long heads of the whole port.
    pub(super) fn new(unfinished: Arc<AtomicUsize>) -> Self {
        Self {
            progress: AtomicU64::new(0),
            long: LongInput {
                bytes: AtomicUsize::new(0),
                all_bytes: unfinished,
            },
        }
    }

    /// A number that changes when a head or a body begins and when it ends.
    pub(super) fn progress(&self) -> u64 {
        self.progress.load(Relaxed)
    }

    /// Whether bytes of a head, or of a body, have come and the rest is waited for.
    pub(super) fn is_unfinished(progress: u64) -> bool {
        progress % 2 == 1
    }

    /// Notes that the head of a request was read to its end, or its body.
    pub(super) fn request_ended(&self) {
        let progress = self.progress.load(Relaxed);
        self.progress.store((progress | 1) + 1, Relaxed);
        self.long.end();
    }

    /// Notes that so many bytes were read. An error when they are too many.
    pub(super) fn read(&self, bytes: usize) -> io::Result<()> {
        let progress = self.progress.load(Relaxed);
        if Self::is_unfinished(progress) {
            return self.long.add(bytes);
        }
        if bytes > 0 {
            self.progress.store(progress + 1, Relaxed);
        }
        Ok(())
    }
}

/// A head, or a body, that takes more than one read.
#[derive(Debug, Default)]
struct LongInput {
    bytes: AtomicUsize,
    /// Of all connections of the port.
    all_bytes: Arc<AtomicUsize>,
}

impl LongInput {
    /// Notes more bytes of it. An error when all connections have too many.
    fn add(&self, bytes: usize) -> io::Result<()> {
        self.bytes.fetch_add(bytes, Relaxed);
        let before = self.all_bytes.fetch_add(bytes, Relaxed);
        if before + bytes > UNFINISHED_BYTES {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        Ok(())
    }

    fn end(&self) {
        if self.bytes.load(Relaxed) > 0 {
            self.all_bytes
                .fetch_sub(self.bytes.swap(0, Relaxed), Relaxed);
        }
    }
}

impl Drop for LongInput {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_unfinished_from_its_first_byte_to_its_end() {
        let input = Input::default();
        let is_unfinished = || Input::is_unfinished(input.progress());
        assert!(!is_unfinished());
        input.read(10).unwrap();
        assert!(is_unfinished());
        input.request_ended();
        assert!(!is_unfinished());
        // A pipelined one, whose bytes came with the first.
        let before = input.progress();
        input.request_ended();
        assert!(!is_unfinished() && input.progress() != before);
    }

    #[test]
    fn long_heads_share_a_bound_and_give_it_back() {
        let all = Arc::new(AtomicUsize::new(0));
        let (one, two) = (Input::new(Arc::clone(&all)), Input::new(Arc::clone(&all)));
        for input in [&one, &two] {
            input.read(1).unwrap();
        }
        one.read(UNFINISHED_BYTES).unwrap();
        two.read(1).unwrap_err();
        one.request_ended();
        two.read(1).unwrap();
        drop(two);
        assert_eq!(all.load(Relaxed), 0);
    }
}
