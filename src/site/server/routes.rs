//! The routes: one request in, one answer out.
//!
//! The whole answer is made when the request's head has been read; waiting is
//! all that is left then.

use std::cell::RefCell;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::service::Service;
use hyper::{Method, Request, Response, StatusCode};

use super::answer::PendingAnswer;
use super::body::PageBody;
use super::capacity::{Admission, SlotQueue};
use super::in_flight::InFlight;
use super::respond::{HTML, ICON, Responder, STYLE, TEXT};
use super::shared::Shared;
use super::visitor;
use super::window::Window;
use crate::site::page;

/// Routes the requests of one connection.
#[derive(Debug)]
pub(super) struct Routes {
    shared: Arc<Shared>,
    /// Which serving thread this is, for the thread's own counters.
    thread: usize,
    client: IpAddr,
    responder: Responder,
    window: RefCell<Arc<Window>>,
}

impl Routes {
    pub(super) fn new(
        shared: Arc<Shared>,
        (thread, client): (usize, IpAddr),
        responder: Responder,
    ) -> Self {
        let window = RefCell::new(shared.window());
        Self {
            shared,
            thread,
            client,
            responder,
            window,
        }
    }

    fn page(
        &self,
        window: &Arc<Window>,
        (number, page): (usize, Bytes),
        request: Request<Incoming>,
    ) -> PendingAnswer {
        let mut in_flight = InFlight::arrive(window, self.thread, number);
        if let Some(head) = self.responder.connection.take_head() {
            let _ = window.request_head.set(head);
            self.responder.connection.has_head();
        }
        let admission = match &window.capacity {
            Some(capacity) => capacity.admit(self.client, in_flight.read_ns()),
            None => Admission::Now(None),
        };
        let is_head = request.method() == Method::HEAD;
        window.counters[self.thread]
            .head_requests
            .add(u64::from(is_head));
        match admission {
            Admission::Now(slot) => {
                in_flight.begin(slot, is_head);
                self.responder.page(in_flight, page, request)
            }
            Admission::Queued(queue) => self.queued(queue, in_flight, page, request),
            Admission::Refused(refusal) => {
                in_flight.refuse(refusal);
                let text = Bytes::from_static(refusal.text().as_bytes());
                self.responder
                    .status(in_flight, refusal.status(), text, request)
            }
        }
    }

    fn queued(
        &self,
        queue: SlotQueue,
        mut in_flight: InFlight,
        page: Bytes,
        request: Request<Incoming>,
    ) -> PendingAnswer {
        in_flight.queue();
        let responder = self.responder.clone();
        let is_head = request.method() == Method::HEAD;
        PendingAnswer::Later(Box::pin(async move {
            in_flight.begin(Some(queue.turn().await), is_head);
            responder.page(in_flight, page, request).await
        }))
    }

    fn refused(
        &self,
        window: &Window,
        (status, text): visitor::Refusal,
        request: Request<Incoming>,
    ) -> PendingAnswer {
        window.counters[self.thread].refused_requests.add(1);
        self.responder.connection.take_head();
        let text = Bytes::from_static(text.as_bytes());
        self.responder.other(request, status, TEXT, text)
    }

    fn other(&self, window: &Window, request: Request<Incoming>) -> PendingAnswer {
        window.counters[self.thread].other_requests.add(1);
        // Bytes that were kept as a sample are not those of a page's request.
        self.responder.connection.take_head();
        let (status, content_type, bytes) = match request.uri().path() {
            _ if !is_read(request.method()) => {
                let text = "only GET and HEAD are answered here\n";
                (
                    StatusCode::METHOD_NOT_ALLOWED,
                    TEXT,
                    Bytes::from_static(text.as_bytes()),
                )
            }
            "/" => (StatusCode::OK, HTML, window.pages.index.clone()),
            "/robots.txt" => (StatusCode::OK, TEXT, window.pages.robots.clone()),
            "/style.css" => (StatusCode::OK, STYLE, Bytes::from(page::STYLE)),
            "/favicon.ico" => (StatusCode::OK, ICON, Bytes::from(page::ICON)),
            path => (
                StatusCode::NOT_FOUND,
                TEXT,
                not_found(path, window.scenario.pages),
            ),
        };
        self.responder.other(request, status, content_type, bytes)
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
        "no {path} here; this server has /, /robots.txt, /style.css and /page/0 to /page/{last}\n"
    ))
}

impl Service<Request<Incoming>> for Routes {
    type Response = Response<PageBody>;
    type Error = Infallible;
    type Future = PendingAnswer;

    fn call(&self, request: Request<Incoming>) -> PendingAnswer {
        self.responder.connection.input.request_ended();
        let mut window = self.window.borrow_mut();
        self.shared.refresh(&mut window);
        if let Err(refusal) = visitor::check(&request, &self.shared.host) {
            return self.refused(&window, refusal, request);
        }
        match window
            .pages
            .at(request.uri().path())
            .filter(|_| is_read(request.method()))
        {
            Some(page) => self.page(&window, page, request),
            None => self.other(&window, request),
        }
    }
}
