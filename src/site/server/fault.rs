//! Answers that are bad on purpose.

use std::time::SystemTime;

use bytes::Bytes;
use hyper::header::{HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};

use super::body::PageBody;
use super::stream::Truncation;
use crate::site::workload::faults::{DATE_AHEAD, Fault, RetryAfter};

/// Inside the body: past any head, short of any page.
const INSIDE_BYTES: usize = 4096;

/// How a connection ends that is cut in place of being answered.
pub(super) fn cut(fault: Fault) -> Option<Truncation> {
    let cut = |after_bytes, reset| Some(Truncation { after_bytes, reset });
    match fault {
        Fault::Reset => cut(0, true),
        Fault::Break => cut(INSIDE_BYTES, true),
        Fault::Truncate => cut(INSIDE_BYTES, false),
        // After a wait; see `InFlight::due_ns`.
        Fault::Stall => cut(0, false),
        Fault::Status(..) | Fault::Slow(_) => None,
    }
}

/// The body of an answer with a status.
pub(super) fn text(status: u16) -> Bytes {
    Bytes::from(format!("status {status}, on purpose\n"))
}

/// Gives an answer its status, and when to come again. That is said as the
/// answer is made, not as it leaves: a date is then up to the page's delay
/// less ahead.
pub(super) fn answer(
    mut response: Response<PageBody>,
    status: u16,
    again: Option<RetryAfter>,
) -> Response<PageBody> {
    *response.status_mut() = StatusCode::from_u16(status).expect("from 400 to 599");
    if let Some(again) = again {
        let when = match again {
            RetryAfter::Seconds(seconds) => HeaderValue::from(seconds),
            RetryAfter::Date => {
                let date = httpdate::fmt_http_date(SystemTime::now() + DATE_AHEAD);
                HeaderValue::try_from(date).expect("a date is plain text")
            }
        };
        response.headers_mut().insert(RETRY_AFTER, when);
    }
    response
}
