//! An answer as hyper waits for it: made already, and held until it is due.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper::Response;

use super::body::PageBody;
use super::delay::Delay;

type Answered = Result<Response<PageBody>, Infallible>;

/// An answer that waits.
#[expect(
    clippy::large_enum_variant,
    reason = "a box would cost every page an allocation"
)]
pub(super) enum PendingAnswer {
    /// Until it is due.
    Due {
        delay: Option<Delay>,
        response: Option<Response<PageBody>>,
        is_head: bool,
    },
    /// Until it can be made.
    Later(Pin<Box<dyn Future<Output = Answered> + Send>>),
}

impl PendingAnswer {
    /// `is_head` is whether the client wants no body.
    pub(super) fn due(delay: Option<Delay>, response: Response<PageBody>, is_head: bool) -> Self {
        Self::Due {
            delay,
            response: Some(response),
            is_head,
        }
    }
}

impl Future for PendingAnswer {
    type Output = Answered;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answered> {
        match &mut *self {
            Self::Due {
                delay,
                response,
                is_head,
            } => {
                if let Some(waits) = delay {
                    ready!(Pin::new(waits).poll(context));
                    *delay = None;
                }
                let mut response = response.take().expect("polled after it was ready");
                if *is_head {
                    // hyper sends the head and drops the body unread.
                    response.body_mut().hand_over();
                }
                Poll::Ready(Ok(response))
            }
            Self::Later(answer) => answer.as_mut().poll(context),
        }
    }
}
