//! The control port, seen from the server: six routes, on a thread of their
//! own, for those who pass the `guard`.

use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{CONNECTION, CONTENT_TYPE, WWW_AUTHENTICATE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use serde::Serialize;
use tokio::net::TcpStream;

use super::super::Scenario;
use super::super::accept;
use super::super::connections::{Connections, Open};
use super::super::limits::{
    BODY_BYTES, BODY_TIME, CONTROL_CONNECTIONS, CONTROL_IDLE_LOOKS, HEAD_BYTES,
};
use super::super::shared::Shared;
use super::super::stream::{ConnectionState, Stream};
use super::super::window::Window;
use super::guard::ErrorAnswer;
use super::secret::Secret;
use super::{Opened, guard, metrics};

const ROUTES: &str = "there are GET /ledger, GET /ledger/pages, GET /log, GET /metrics, POST /scenario and POST /reset\n";

const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";

/// What is answered when all is well: a type and a text.
type Content = (&'static str, String);

/// What each connection is served with.
#[derive(Debug)]
pub(in super::super) struct ControlPort {
    pub(in super::super) shared: Arc<Shared>,
    secret: Secret,
    port: u16,
    pub(in super::super) connections: Arc<Connections>,
}

impl ControlPort {
    /// The control port of `shared`, on this port.
    pub(in super::super) fn new(shared: Arc<Shared>, secret: Secret, port: u16) -> Self {
        // There is always a place: another connection has to leave for it.
        let connections = Connections::new(CONTROL_CONNECTIONS * 2, CONTROL_IDLE_LOOKS);
        Self {
            shared,
            secret,
            port,
            connections,
        }
    }
}

pub(in super::super) async fn serve(on: Arc<ControlPort>, listener: TcpListener) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = accept::next(&listener).await;
        let connections = &on.connections;
        let is_full = connections.count() >= CONTROL_CONNECTIONS as u64;
        if is_full && !connections.end_oldest_stranger() {
            // All have shown the secret: this one is closed.
            continue;
        }
        let state = Arc::new(ConnectionState::default());
        let open = connections.add(&state, connections.place().await);
        let task = serve_connection(Arc::clone(&on), stream, Arc::clone(&state), open);
        state.served_by(tokio::spawn(task).abort_handle());
        // A flood of connections must not keep the requests that are there waiting.
        tokio::task::yield_now().await;
    }
}

async fn serve_connection(
    on: Arc<ControlPort>,
    stream: TcpStream,
    connection: Arc<ConnectionState>,
    open: Open,
) {
    let stream = Stream::new(stream, Arc::clone(&connection));
    let service = service_fn(|request| answer(&on, &connection, request));
    // An error means that the client went away.
    let _ = http1::Builder::new()
        .max_header_size(HEAD_BYTES)
        .serve_connection(stream, service)
        .await;
    drop(open);
}

async fn answer(
    on: &ControlPort,
    connection: &Arc<ConnectionState>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    // Held while it is answered: the connection does not wait for its client.
    let connection = Arc::clone(connection);
    connection.input.request_ended();
    let may_ask = guard::check(&request, on.port, &on.secret);
    let keeps_open = may_ask.is_ok();
    let answer = match may_ask {
        Ok(()) => {
            connection.know();
            let answer = route(&on.shared, request).await;
            // Bytes of a body look like a head that has begun.
            connection.input.request_ended();
            answer
        }
        Err(refusal) => Err(refusal),
    };
    let (status, content_type, text) = match answer {
        Ok((content_type, text)) => (StatusCode::OK, content_type, text),
        Err((status, text)) => (status, TEXT, text),
    };
    let mut response = Response::builder()
        .status(status)
        .header(CONTENT_TYPE, content_type)
        // Nothing here is for a page to embed, for a browser to keep, or to be
        // taken for another type than it has.
        .header("cross-origin-resource-policy", "same-origin")
        .header("cache-control", "no-store")
        .header("x-content-type-options", "nosniff");
    if status == StatusCode::UNAUTHORIZED {
        response = response.header(WWW_AUTHENTICATE, "Bearer");
    }
    if !keeps_open {
        response = response.header(CONNECTION, "close");
    }
    Ok(response
        .body(Full::from(text))
        .expect("status and headers are valid"))
}

async fn route(shared: &Shared, request: Request<Incoming>) -> Result<Content, ErrorAnswer> {
    shared.settled().await;
    match (request.method(), request.uri().path()) {
        (&Method::GET, "/ledger") => Ok(json(&shared.ledger())),
        (&Method::GET, "/ledger/pages") => Ok(json(&page_requests(shared))),
        (&Method::GET, "/log") => log(shared),
        (&Method::GET, "/metrics") => Ok(metrics(shared)),
        (&Method::POST, "/reset") => Ok(json(&opened(&shared.reset(None)))),
        (&Method::POST, "/scenario") => {
            let scenario = scenario(request).await?;
            Ok(json(&opened(&shared.reset(Some(scenario)))))
        }
        (_, "/ledger" | "/ledger/pages" | "/log" | "/metrics" | "/reset" | "/scenario") => {
            Err((StatusCode::METHOD_NOT_ALLOWED, ROUTES.to_owned()))
        }
        _ => Err((StatusCode::NOT_FOUND, ROUTES.to_owned())),
    }
}

fn page_requests(shared: &Shared) -> Vec<u32> {
    shared
        .window()
        .page_requests
        .iter()
        .map(|requests| requests.load(Relaxed))
        .collect()
}

fn log(shared: &Shared) -> Result<Content, ErrorAnswer> {
    let window = shared.window();
    let requests = window.requests.as_ref().ok_or_else(|| {
        let text = "no log is kept; send a scenario with \"log\":true to POST /scenario\n";
        (StatusCode::NOT_FOUND, text.to_owned())
    })?;
    Ok(json(&requests.read(window.reset_at_ns)))
}

fn metrics(shared: &Shared) -> Content {
    let window = shared.window();
    let text = metrics::text(&window, &shared.ledger_of(&window));
    (metrics::TYPE, text)
}

fn opened(window: &Window) -> Opened {
    Opened {
        window: window.number,
        scenario_fingerprint: window.scenario.fingerprint(),
    }
}

fn json(value: &impl Serialize) -> Content {
    let json = serde_json::to_string(value).expect("numbers and strings are always valid JSON");
    (JSON, json + "\n")
}

async fn scenario(request: Request<Incoming>) -> Result<Scenario, ErrorAnswer> {
    let bad = |text: String| (StatusCode::BAD_REQUEST, text);
    let scenario: Scenario = serde_json::from_slice(&body(request).await?).map_err(|error| {
        bad(format!(
            "this is not a scenario: {error}; \
             send {{\"pages\":200,\"latency\":\"20ms\",\"seed\":1}}\n"
        ))
    })?;
    scenario
        .check()
        .map_err(|error| bad(format!("{error}\n")))?;
    Ok(scenario)
}

async fn body(request: Request<Incoming>) -> Result<Bytes, ErrorAnswer> {
    let whole = Limited::new(request.into_body(), BODY_BYTES).collect();
    let Ok(read) = tokio::time::timeout(BODY_TIME, whole).await else {
        let text = format!("the body did not come within {BODY_TIME:?}: send it at once\n");
        return Err((StatusCode::REQUEST_TIMEOUT, text));
    };
    match read {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err((
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("a body may have {BODY_BYTES} bytes: send a smaller scenario\n"),
        )),
        Err(error) => Err((
            StatusCode::BAD_REQUEST,
            format!("the scenario could not be read: {error}\n"),
        )),
    }
}
