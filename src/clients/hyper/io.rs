//! The bridge from a runtime's connection to hyper's own reading and writing.
//!
//! hyper reads into memory that need not be initialised and the runtimes'
//! common traits read into slices, so there is a buffer between them. It is
//! filled once a read and copied from: safe code that costs about a
//! microsecond a page, the same for every runtime.
//!
//! It also sees to it that a task comes back. hyper reads on as long as there
//! are bytes, and what it skips (interim answers, say) may never end: on a
//! runtime that lets it, nothing else that the task waits for would be looked
//! at any more, neither its time limit nor an abort. tokio counts such reads
//! itself; on the others this does.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_io::{AsyncRead, AsyncWrite};
use hyper::rt::{Read, ReadBufCursor, Write};

const READ_BYTES: usize = 16 * 1024;

/// So often a read may find bytes at once before the task has to come back:
/// as often as in tokio, and far more than a page takes.
const READS_IN_A_ROW: u32 = 128;

/// A connection of any runtime, as hyper wants it.
#[derive(Debug)]
pub(super) struct Io<S> {
    stream: S,
    buffer: Box<[u8]>,
    reads_in_a_row: u32,
}

impl<S> Io<S> {
    pub(super) fn new(stream: S) -> Self {
        Self {
            stream,
            buffer: vec![0; READ_BYTES].into(),
            reads_in_a_row: 0,
        }
    }

    /// Whether the task has to come back before it may read on; it is then
    /// woken at once.
    fn has_read_enough(&mut self, context: &Context<'_>) -> bool {
        let enough = self.reads_in_a_row == READS_IN_A_ROW;
        if enough {
            self.reads_in_a_row = 0;
            context.waker().wake_by_ref();
        }
        enough
    }
}

impl<S: AsyncRead + Unpin> Read for Io<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if self.has_read_enough(context) {
            return Poll::Pending;
        }
        let Self { stream, buffer, .. } = &mut *self;
        let most = buffer.len().min(into.remaining());
        let read = Pin::new(stream).poll_read(context, &mut buffer[..most]);
        if read.is_pending() {
            self.reads_in_a_row = 0;
        }
        let count = ready!(read)?;
        self.reads_in_a_row += 1;
        into.put_slice(&self.buffer[..count]);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> Write for Io<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_close(context)
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use hyper::rt::ReadBuf;

    use super::*;

    /// Always has a byte.
    struct Endless;

    impl AsyncRead for Endless {
        fn poll_read(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &mut [u8],
        ) -> Poll<io::Result<usize>> {
            Poll::Ready(Ok(1))
        }
    }

    #[test]
    fn a_task_that_always_finds_bytes_still_yields() {
        let mut context = Context::from_waker(Waker::noop());
        let mut io = Io::new(Endless);
        let mut reads = || {
            let mut room = [0; 8];
            let mut into = ReadBuf::new(&mut room);
            Pin::new(&mut io).poll_read(&mut context, into.unfilled())
        };
        for _ in 0..3 {
            let in_a_row = (0..1000).take_while(|_| reads().is_ready()).count();
            assert_eq!(in_a_row, READS_IN_A_ROW as usize);
        }
    }
}
