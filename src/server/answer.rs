//! One request in, one answer out: the routes, and what an answer is to hyper.
//!
//! The whole answer is made when the request's head has been read; waiting is
//! all that is left then. The header map of the request is emptied and used
//! again for the answer, and hyper keeps it for the next request, so that a
//! page costs no allocation at all.

use std::cell::RefCell;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::service::Service;
use hyper::{Method, Request, Response, StatusCode};

use super::body::PageBody;
use super::delay::{Delay, Delays};
use super::epoch::{Epoch, InFlight};
use super::fault;
use super::shared::Shared;
use super::stream::Connection;
use crate::workload::faults::Fault;

const HTML: HeaderValue = HeaderValue::from_static(crate::page::HTML_TYPE);
const TEXT: HeaderValue = HeaderValue::from_static(crate::page::ROBOTS_TYPE);

/// Answers the requests of one connection.
#[derive(Debug)]
pub(super) struct Answers {
    shared: Arc<Shared>,
    connection: Arc<Connection>,
    /// Which serving thread this is, for the thread's own counters.
    thread: usize,
    delays: Delays,
    epoch: RefCell<Arc<Epoch>>,
}

impl Answers {
    pub(super) fn new(
        shared: Arc<Shared>,
        connection: Arc<Connection>,
        thread: usize,
        delays: Delays,
    ) -> Self {
        let epoch = RefCell::new(shared.epoch());
        Self {
            shared,
            connection,
            thread,
            delays,
            epoch,
        }
    }

    fn page(
        &self,
        epoch: &Arc<Epoch>,
        (number, page): (usize, Bytes),
        request: Request<Incoming>,
    ) -> Answer {
        let is_head = request.method() == Method::HEAD;
        let body_bytes = if is_head { 0 } else { page.len() as u64 };
        let in_flight = epoch.begin(self.thread, number, body_bytes);
        if let Some(head) = self.connection.take_head() {
            let _ = epoch.request_head.set(head);
            self.connection.has_head();
        }
        let delay = in_flight.due_ns().map(|due_ns| self.delays.until(due_ns));
        let response = match in_flight.fault() {
            Some(Fault::Status(status, again)) => {
                let text = fault::text(status);
                let body_bytes = if is_head { 0 } else { text.len() as u64 };
                let body = self.body(text, in_flight.carrying(body_bytes));
                fault::answer(respond(request, StatusCode::OK, TEXT, body), status, again)
            }
            cut => {
                // An answer without a body has nothing to be cut in.
                if let Some(cut) = cut.and_then(fault::cut).filter(|_| !is_head) {
                    self.connection.cut(cut);
                }
                respond(request, StatusCode::OK, HTML, self.body(page, in_flight))
            }
        };
        Answer {
            delay,
            response: Some(response),
            is_head,
        }
    }

    fn body(&self, bytes: Bytes, in_flight: InFlight) -> PageBody {
        PageBody::new(bytes, Some(in_flight), Arc::clone(&self.connection))
    }

    fn other(&self, epoch: &Epoch, request: Request<Incoming>) -> Answer {
        epoch.tallies[self.thread].other_requests.add(1);
        // Bytes that were kept as a sample are not those of a page's request.
        self.connection.take_head();
        let (status, content_type, bytes) = match request.uri().path() {
            _ if !is_read(request.method()) => {
                let text = "only GET and HEAD are answered here\n";
                (
                    StatusCode::METHOD_NOT_ALLOWED,
                    TEXT,
                    Bytes::from_static(text.as_bytes()),
                )
            }
            "/" => (StatusCode::OK, HTML, epoch.pages.index.clone()),
            "/robots.txt" => (StatusCode::OK, TEXT, epoch.pages.robots.clone()),
            path => (
                StatusCode::NOT_FOUND,
                TEXT,
                not_found(path, epoch.course.pages),
            ),
        };
        let body = PageBody::new(bytes, None, Arc::clone(&self.connection));
        let response = respond(request, status, content_type, body);
        Answer {
            delay: None,
            response: Some(response),
            is_head: false,
        }
    }
}

fn is_read(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}

fn not_found(path: &str, pages: u64) -> Bytes {
    // A path can be as long as a request may be; its beginning will do.
    let path: String = path.chars().take(100).collect();
    let last = pages - 1;
    Bytes::from(format!(
        "no {path} here; there are /, /robots.txt and /page/0 to /page/{last}\n"
    ))
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

impl Service<Request<Incoming>> for Answers {
    type Response = Response<PageBody>;
    type Error = Infallible;
    type Future = Answer;

    fn call(&self, request: Request<Incoming>) -> Answer {
        let mut epoch = self.epoch.borrow_mut();
        self.shared.refresh(&mut epoch);
        match epoch
            .pages
            .at(request.uri().path())
            .filter(|_| is_read(request.method()))
        {
            Some(page) => self.page(&epoch, page, request),
            None => self.other(&epoch, request),
        }
    }
}

/// An answer that waits until it is due.
#[derive(Debug)]
pub(super) struct Answer {
    delay: Option<Delay>,
    response: Option<Response<PageBody>>,
    is_head: bool,
}

impl Future for Answer {
    type Output = Result<Response<PageBody>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(delay) = &mut self.delay {
            ready!(Pin::new(delay).poll(context));
            self.delay = None;
        }
        let mut response = self.response.take().expect("polled after it was ready");
        if self.is_head {
            // hyper sends the head and drops the body unread.
            response.body_mut().hand_over();
        }
        Poll::Ready(Ok(response))
    }
}
