//! The bridge from a runtime's connection to hyper's own reading and writing.
//!
//! hyper reads into memory that need not be initialised and the runtimes'
//! common traits read into slices, so there is a buffer between them. It is
//! filled once a read and copied from: safe code that costs about a
//! microsecond a page, the same for every runtime.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_io::{AsyncRead, AsyncWrite};
use hyper::rt::{Read, ReadBufCursor, Write};

const READ_BYTES: usize = 16 * 1024;

/// A connection of any runtime, as hyper wants it.
#[derive(Debug)]
pub(super) struct Io<S> {
    stream: S,
    buffer: Box<[u8]>,
}

impl<S> Io<S> {
    pub(super) fn new(stream: S) -> Self {
        Self {
            stream,
            buffer: vec![0; READ_BYTES].into(),
        }
    }
}

impl<S: AsyncRead + Unpin> Read for Io<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { stream, buffer } = &mut *self;
        let most = buffer.len().min(into.remaining());
        let count = ready!(Pin::new(stream).poll_read(context, &mut buffer[..most]))?;
        into.put_slice(&buffer[..count]);
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
