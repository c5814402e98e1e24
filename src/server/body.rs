//! The body of an answer, as hyper takes it.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use super::epoch::InFlight;
use super::stream::Connection;

/// A body in one piece, which tells the connection when hyper has it.
///
/// While it is unread it holds the request's [`InFlight`]: a client that goes
/// away makes hyper drop the answer, and with it this, and so is counted.
#[derive(Debug)]
pub(super) struct PageBody {
    bytes: Option<Bytes>,
    in_flight: Option<InFlight>,
    connection: Arc<Connection>,
}

impl PageBody {
    /// `in_flight` is the request this answers, if the ledger wants to know.
    pub(super) fn new(
        bytes: Bytes,
        in_flight: Option<InFlight>,
        connection: Arc<Connection>,
    ) -> Self {
        Self {
            bytes: Some(bytes),
            in_flight,
            connection,
        }
    }

    /// Tells the connection that hyper has the whole answer.
    pub(super) fn hand_over(&mut self) {
        if let Some(in_flight) = self.in_flight.take() {
            self.connection.buffered(in_flight);
        }
    }
}

impl Body for PageBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.hand_over();
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
