//! The body of an answer, as hyper takes it.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use super::in_flight::InFlight;
use super::slow::Slowly;
use super::stream::ConnectionState;

/// A body in one piece, or in several when it is to be slow, which tells the
/// connection when hyper has the last of it.
///
/// Until then it holds the request's [`InFlight`]: a client that goes away
/// makes hyper drop the answer, and with it this, and so is counted.
#[derive(Debug)]
pub(super) struct PageBody {
    /// What hyper has not taken yet.
    bytes: Bytes,
    slowly: Option<Box<Slowly>>,
    in_flight: Option<InFlight>,
    connection: Arc<ConnectionState>,
}

impl PageBody {
    /// `in_flight` is the request this answers, if the ledger wants to know.
    pub(super) fn new(
        bytes: Bytes,
        in_flight: Option<InFlight>,
        connection: Arc<ConnectionState>,
    ) -> Self {
        Self {
            bytes,
            slowly: None,
            in_flight,
            connection,
        }
    }

    /// The same in pieces, if it is to be slow.
    pub(super) fn slowly(mut self, slowly: Option<Slowly>) -> Self {
        self.slowly = slowly.map(Box::new);
        self
    }

    /// Tells the connection that hyper has the whole answer.
    pub(super) fn hand_over(&mut self) {
        if let Some(in_flight) = self.in_flight.take() {
            self.connection.buffered(in_flight);
        }
    }

    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Bytes> {
        match &mut self.slowly {
            Some(slowly) => slowly.poll_piece(context, &mut self.bytes),
            None => Poll::Ready(std::mem::take(&mut self.bytes)),
        }
    }
}

impl Body for PageBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.bytes.is_empty() {
            return Poll::Ready(None);
        }
        let piece = ready!(self.poll_piece(context));
        if self.bytes.is_empty() {
            self.hand_over();
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.len() as u64)
    }
}
