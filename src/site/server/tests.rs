//! What leaves the server, seen from inside: an I/O object that counts calls.

use std::io;
use std::io::IoSlice;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use hyper::server::conn::http1;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::delay::Delays;
use super::respond::Responder;
use super::routes::Routes;
use super::shared::Shared;
use super::stream::{ConnectionState, Reset, Stream};
use super::{Latency, Scenario};

/// A client that sends one request and closes when it has its answer. Notes
/// the length of every write.
struct Recorder {
    request: &'static [u8],
    writes: Arc<Mutex<Vec<usize>>>,
    /// How much of a write the "kernel" takes at most.
    takes: usize,
}

impl Reset for Recorder {
    fn reset_on_close(&self) {}
}

impl AsyncRead for Recorder {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let request = std::mem::take(&mut self.request);
        let written: usize = self.writes.lock().unwrap().iter().sum();
        if request.is_empty() && written <= 15_360 {
            // Ask again: nothing else would tell of the answer's end.
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        buffer.put_slice(request);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Recorder {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(context, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let offered: usize = slices.iter().map(|slice| slice.len()).sum();
        let taken = offered.min(self.takes);
        self.writes.lock().unwrap().push(taken);
        match taken {
            0 => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            taken => Poll::Ready(Ok(taken)),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Serves one request, and returns the writes and the books.
fn serve(takes: usize, faults: &str) -> (Vec<usize>, crate::measure::sample::Ledger) {
    let scenario = Scenario {
        faults: faults.parse().unwrap(),
        ..Scenario::new(3, Latency::ZERO, 1)
    };
    let shared = Arc::new(Shared::new(scenario, 0, 1));
    let writes = Arc::default();
    let recorder = Recorder {
        request: b"GET /page/2 HTTP/1.1\r\nhost: x\r\n\r\n",
        writes: Arc::clone(&writes),
        takes,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let connection = Arc::new(ConnectionState::new(
            Arc::clone(&shared.wants_head),
            Arc::default(),
        ));
        let responder = Responder {
            connection: Arc::clone(&connection),
            delays: Delays::start().unwrap(),
        };
        let routes = Routes::new(Arc::clone(&shared), (0, [127, 0, 0, 1].into()), responder);
        let stream = Stream::new(recorder, connection);
        let _ = http1::Builder::new()
            .auto_date_header(false)
            .serve_connection(stream, routes)
            .await;
    });
    let writes = writes.lock().unwrap().clone();
    (writes, shared.ledger())
}

#[test]
fn head_and_body_leave_in_one_write() {
    let (writes, ledger) = serve(usize::MAX, "none");
    assert_eq!(writes.len(), 1, "{writes:?}");
    assert!(writes[0] > 15_360);
    assert_eq!((ledger.answers, ledger.bytes_sent), (1, 15_360));
}

#[test]
fn an_answer_ends_with_its_last_write_and_not_before() {
    let (writes, ledger) = serve(10_000, "none");
    assert_eq!(writes.len(), 2, "{writes:?}");
    assert_eq!((ledger.answers, ledger.clients_gone), (1, 0));
}

#[test]
fn an_answer_that_cannot_be_written_is_a_client_gone() {
    let (_, ledger) = serve(0, "none");
    assert_eq!(
        (ledger.requests, ledger.answers, ledger.clients_gone),
        (1, 0, 1)
    );
    assert_eq!(ledger.bytes_sent, 0);
}

#[test]
fn a_slow_body_leaves_in_whole_pieces_the_first_with_the_head() {
    let (writes, ledger) = serve(usize::MAX, "slow=100%:16ms");
    // Pieces that are overdue leave together.
    assert!(writes[1..].iter().all(|bytes| bytes % 960 == 0));
    let whole: usize = writes.iter().sum();
    let head = whole - 15_360;
    assert_eq!((writes[0] - head) % 960, 0, "{writes:?}");
    assert_eq!((ledger.answers, ledger.bytes_sent), (1, 15_360));
    assert!(ledger.held_mean_ns >= 16_000_000, "{ledger:?}");
}

#[test]
fn a_slow_body_that_cannot_be_written_is_a_client_gone() {
    let (_, ledger) = serve(0, "slow=100%:1m");
    assert_eq!((ledger.answers, ledger.clients_gone), (0, 1));
    assert_eq!(ledger.bytes_sent, 0);
}
