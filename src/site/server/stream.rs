//! A connection as hyper sees it, and the place where answers end.
//!
//! hyper buffers an answer, writes until its buffer is empty, and then
//! flushes. So at a flush every answer that was buffered before it has been
//! taken by the kernel to its last byte: that is when it is written down.
//!
//! hyper's own traits instead of tokio's, and no unsafe code: bytes are read
//! into a small buffer here and copied once. A request head is some hundred
//! bytes, so the copy costs nothing that can be measured.

use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::rt::{Read, ReadBufCursor, Write};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::AbortHandle;

use super::clock;
use super::in_flight::InFlight;
use super::input::Input;

/// More than the head of any driver's request; what does not fit is read
/// next time.
const READ_BYTES: usize = 4096;

/// The most of a request head that is kept as a sample.
const SAMPLE_BYTES: usize = 16 * 1024;

/// What a connection's two halves, the stream and the answers, share. The
/// locks are never contended: both halves live in one task.
#[derive(Debug, Default)]
pub(super) struct ConnectionState {
    /// Answers in hyper's buffer, not yet wholly with the kernel.
    buffered: Mutex<Vec<InFlight>>,
    any_buffered: AtomicBool,
    wants_head: Arc<AtomicU64>,
    head: Mutex<Head>,
    cut: Mutex<Option<Truncation>>,
    is_cut: AtomicBool,
    /// How far its requests have been read.
    pub(super) input: Input,
    /// Whether its client has shown the secret.
    is_known: AtomicBool,
    /// The task that serves it.
    task: OnceLock<AbortHandle>,
}

/// How a connection ends in the middle of an answer, on purpose.
#[derive(Debug, Clone, Copy)]
pub(super) struct Truncation {
    /// The number of bytes that are still written.
    pub(super) after_bytes: usize,
    /// Whether the client meets a reset, or an end in good order.
    pub(super) reset: bool,
}

/// A connection that can be reset.
pub(super) trait Reset {
    /// Closing it from now on resets it.
    fn reset_on_close(&self);
}

impl Reset for TcpStream {
    fn reset_on_close(&self) {
        // On failure it is closed in good order, which a client has to bear
        // as well.
        let _ = SockRef::from(self).set_linger(Some(Duration::ZERO));
    }
}

/// Bytes read since the last request, and which wish they were kept for.
#[derive(Debug, Default)]
struct Head {
    wish: u64,
    bytes: Vec<u8>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ConnectionState {
    /// `wants_head` is 0 while nobody wants a sample of a request's head; each
    /// wish for one has a number of its own. `unfinished` counts the bytes of long
    /// heads and bodies of the port.
    pub(super) fn new(wants_head: Arc<AtomicU64>, unfinished: Arc<AtomicUsize>) -> Self {
        Self {
            wants_head,
            input: Input::new(unfinished),
            ..Self::default()
        }
    }

    /// Says which task serves it, so that it can be ended.
    pub(super) fn served_by(&self, task: AbortHandle) {
        // It has one task only, so it is set once.
        let _ = self.task.set(task);
    }

    /// Closes it, whatever it waits for.
    pub(super) fn end(&self) {
        if let Some(task) = self.task.get() {
            task.abort();
        }
    }

    pub(super) fn know(&self) {
        self.is_known.store(true, Relaxed);
    }

    pub(super) fn is_known(&self) -> bool {
        self.is_known.load(Relaxed)
    }

    /// Notes an answer that hyper now has in full.
    pub(super) fn buffered(&self, mut answer: InFlight) {
        answer.handed_over();
        lock(&self.buffered).push(answer);
        self.any_buffered.store(true, Relaxed);
    }

    fn flushed(&self) {
        if self.any_buffered.load(Relaxed) {
            self.any_buffered.store(false, Relaxed);
            let now_ns = clock::now_ns();
            lock(&self.buffered)
                .drain(..)
                .for_each(|answer| answer.written(now_ns));
        }
    }

    fn read(&self, bytes: &[u8]) {
        let wish = self.wants_head.load(Relaxed);
        if wish == 0 {
            return;
        }
        let mut head = lock(&self.head);
        if head.wish != wish {
            // Kept for an earlier wish, which another connection fulfilled.
            *head = Head {
                wish,
                bytes: Vec::new(),
            };
        }
        let room = SAMPLE_BYTES - head.bytes.len();
        head.bytes
            .extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// The bytes of the request that hyper has just read, if they are wanted.
    pub(super) fn take_head(&self) -> Option<String> {
        if self.wants_head.load(Relaxed) == 0 {
            return None;
        }
        let head = std::mem::take(&mut lock(&self.head).bytes);
        let end = head.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
        Some(String::from_utf8_lossy(&head[..end]).into_owned())
    }

    /// The answer that comes next is not written to its end.
    pub(super) fn cut(&self, cut: Truncation) {
        *lock(&self.cut) = Some(cut);
        self.is_cut.store(true, Relaxed);
    }

    /// Tells all connections that a head was found.
    pub(super) fn has_head(&self) {
        self.wants_head.store(0, Relaxed);
    }
}

/// A byte stream whose reads and flushes its [`ConnectionState`] hears of.
#[derive(Debug)]
pub(super) struct Stream<T> {
    inner: T,
    connection: Arc<ConnectionState>,
}

impl<T> Stream<T> {
    pub(super) fn new(inner: T, connection: Arc<ConnectionState>) -> Self {
        Self { inner, connection }
    }
}

impl<T: AsyncRead + Unpin> Read for Stream<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let mut bytes = [const { MaybeUninit::uninit() }; READ_BYTES];
        let room = into.remaining().min(READ_BYTES);
        let mut buffer = ReadBuf::uninit(&mut bytes[..room]);
        ready!(Pin::new(&mut self.inner).poll_read(context, &mut buffer))?;
        self.connection.input.read(buffer.filled().len())?;
        self.connection.read(buffer.filled());
        into.put_slice(buffer.filled());
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncWrite + Reset + Unpin> Stream<T> {
    /// Writes what is left of a connection that is being cut.
    fn poll_write_cut(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Some(cut) = *lock(&self.connection.cut) else {
            return Pin::new(&mut self.inner).poll_write(context, bytes);
        };
        if cut.after_bytes == 0 {
            if cut.reset {
                self.inner.reset_on_close();
            }
            // hyper drops the connection on an error.
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let bytes = &bytes[..bytes.len().min(cut.after_bytes)];
        let written = ready!(Pin::new(&mut self.inner).poll_write(context, bytes))?;
        let after_bytes = cut.after_bytes - written;
        *lock(&self.connection.cut) = Some(Truncation { after_bytes, ..cut });
        Poll::Ready(Ok(written))
    }
}

impl<T: AsyncWrite + Reset + Unpin> Write for Stream<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.connection.is_cut.load(Relaxed) {
            return self.poll_write_cut(context, bytes);
        }
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.connection.is_cut.load(Relaxed) {
            let first = slices.iter().find(|slice| !slice.is_empty());
            return self.poll_write_cut(context, first.map_or(&[], |slice| slice));
        }
        Pin::new(&mut self.inner).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.inner).poll_flush(context))?;
        self.connection.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}
