//! Making the answers of one connection.
//!
//! The header map of the request is emptied and used again for the answer,
//! and hyper keeps it for the next request, so that a page costs no allocation
//! at all.

use std::sync::Arc;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use super::answer::PendingAnswer;
use super::body::PageBody;
use super::delay::Delays;
use super::fault;
use super::in_flight::InFlight;
use super::slow::Slowly;
use super::stream::ConnectionState;
use crate::site::page;
use crate::site::workload::faults::{Fault, RetryAfter};

pub(super) const HTML: HeaderValue = HeaderValue::from_static(page::HTML_TYPE);
pub(super) const TEXT: HeaderValue = HeaderValue::from_static(page::ROBOTS_TYPE);
pub(super) const STYLE: HeaderValue = HeaderValue::from_static(page::STYLE_TYPE);
pub(super) const ICON: HeaderValue = HeaderValue::from_static(page::ICON_TYPE);

/// Makes the answers of one connection.
#[derive(Debug, Clone)]
pub(super) struct Responder {
    pub(super) connection: Arc<ConnectionState>,
    pub(super) delays: Delays,
}

impl Responder {
    /// Answers a request that has begun as the scenario has it: with its page,
    /// or with what is to happen in its place.
    pub(super) fn page(
        &self,
        in_flight: InFlight,
        page: Bytes,
        request: Request<Incoming>,
    ) -> PendingAnswer {
        let fault = in_flight.fault();
        if let Some(Fault::Status(status, again)) = fault {
            return self.status(in_flight, (status, again), fault::text(status), request);
        }
        if let Some(cut) = fault.and_then(fault::cut) {
            self.connection.cut(cut);
        }
        let slowly = in_flight.slow_ns();
        let slowly = slowly.map(|times_ns| Slowly::new(self.delays.clone(), times_ns));
        self.answer(in_flight, page, request, |request, body| {
            respond(request, StatusCode::OK, HTML, body.slowly(slowly))
        })
    }

    /// Answers with a status in place of the page.
    pub(super) fn status(
        &self,
        in_flight: InFlight,
        (status, again): (u16, Option<RetryAfter>),
        text: Bytes,
        request: Request<Incoming>,
    ) -> PendingAnswer {
        let in_flight = in_flight.saying(status);
        self.answer(in_flight, text, request, |request, body| {
            fault::answer(respond(request, StatusCode::OK, TEXT, body), status, again)
        })
    }

    /// Answers a request that is not for a page of the scenario, at once.
    pub(super) fn other(
        &self,
        request: Request<Incoming>,
        status: StatusCode,
        content_type: HeaderValue,
        bytes: Bytes,
    ) -> PendingAnswer {
        let body = PageBody::new(bytes, None, Arc::clone(&self.connection));
        PendingAnswer::due(None, respond(request, status, content_type, body), false)
    }

    fn answer(
        &self,
        in_flight: InFlight,
        bytes: Bytes,
        request: Request<Incoming>,
        respond: impl FnOnce(Request<Incoming>, PageBody) -> Response<PageBody>,
    ) -> PendingAnswer {
        let delay = in_flight.due_ns().map(|due_ns| self.delays.until(due_ns));
        let is_head = request.method() == Method::HEAD;
        let in_flight = in_flight.carrying(if is_head { 0 } else { bytes.len() });
        let body = PageBody::new(bytes, Some(in_flight), Arc::clone(&self.connection));
        PendingAnswer::due(delay, respond(request, body), is_head)
    }
}

fn respond(
    request: Request<Incoming>,
    status: StatusCode,
    content_type: HeaderValue,
    body: PageBody,
) -> Response<PageBody> {
    let mut headers: HeaderMap = request.into_parts().0.headers;
    headers.clear();
    headers.insert(CONTENT_TYPE, content_type);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
