//! The control port, seen from the server: six routes, on a thread of their
//! own.

use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use serde::Serialize;
use tokio::net::TcpStream;

use super::super::Scenario;
use super::super::accept::accept_all;
use super::super::shared::Shared;
use super::super::stream::{ConnectionState, Stream};
use super::super::window::Window;
use super::{Opened, metrics};

/// Far more than a scenario needs.
const MOST_BODY_BYTES: usize = 1024 * 1024;

const ROUTES: &str = "there are GET /ledger, GET /ledger/pages, GET /log, GET /metrics, POST /scenario and POST /reset\n";

const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";

/// What is answered when all is well: a type and a text.
type Content = (&'static str, String);

/// What is answered when something is wrong: a status and a text.
type Refusal = (StatusCode, String);

pub(in super::super) async fn serve(shared: Arc<Shared>, listener: TcpListener) -> io::Result<()> {
    accept_all(listener, |stream, _| {
        tokio::spawn(serve_connection(Arc::clone(&shared), stream));
    })
    .await
}

async fn serve_connection(shared: Arc<Shared>, stream: TcpStream) {
    let service = service_fn(|request| answer(&shared, request));
    let stream = Stream::new(stream, Arc::new(ConnectionState::default()));
    // An error means that the client went away.
    let _ = http1::Builder::new()
        .serve_connection(stream, service)
        .await;
}

async fn answer(
    shared: &Shared,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (status, content_type, text) = match route(shared, request).await {
        Ok((content_type, text)) => (StatusCode::OK, content_type, text),
        Err((status, text)) => (status, TEXT, text),
    };
    let response = Response::builder()
        .status(status)
        .header("content-type", content_type)
        .body(Full::from(text))
        .expect("status and header are valid");
    Ok(response)
}

async fn route(shared: &Shared, request: Request<Incoming>) -> Result<Content, Refusal> {
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

fn log(shared: &Shared) -> Result<Content, Refusal> {
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

async fn scenario(request: Request<Incoming>) -> Result<Scenario, Refusal> {
    let bad = |text: String| (StatusCode::BAD_REQUEST, text);
    let body = Limited::new(request.into_body(), MOST_BODY_BYTES)
        .collect()
        .await;
    let body = body.map_err(|error| bad(format!("the scenario could not be read: {error}\n")))?;
    let scenario: Scenario = serde_json::from_slice(&body.to_bytes()).map_err(|error| {
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
