//! hyper: a real HTTP codec on any async runtime.
//!
//! One connection a worker, and its connection future is polled in the same
//! task as the request: no task is spawned beside it and nothing crosses
//! between threads, so the runtime is all that differs from row to row.

mod io;

use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::pin::{Pin, pin};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::body::{Body as _, Incoming};
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, HOST, USER_AGENT};
use hyper::{Request, Response};

use self::io::Io;
use super::{
    AsyncClient, AsyncFetcher, Body, ClientInfo, FetchError, Gathering, Host, Net, Plan, refused,
    with_causes,
};
use crate::frontier::Ticket;

/// The hyper client: nothing is shared between its connections.
#[derive(Debug)]
pub struct Hyper<N> {
    plan: Plan,
    net: PhantomData<N>,
}

/// One connection and a buffer.
#[derive(Debug)]
pub struct HyperFetcher<N: Net> {
    plan: Plan,
    /// To which of the hosts, and the connection.
    connection: Option<(usize, Connection<N::Stream>)>,
    body: Vec<u8>,
}

/// Both ends of hyper's idea of a connection: where requests go in, and the
/// future that moves the bytes. That future is dropped as soon as it has
/// ended: the code that waits at the other end learns of it only then.
#[derive(Debug)]
struct Connection<S: futures_io::AsyncRead + futures_io::AsyncWrite + Unpin + 'static> {
    requests: http1::SendRequest<Empty<Bytes>>,
    bytes: Moving<S>,
}

type Moving<S> = Option<http1::Connection<Io<S>, Empty<Bytes>>>;

impl<N: Net> AsyncClient for Hyper<N> {
    type Fetcher = HyperFetcher<N>;
    const INFO: ClientInfo = ClientInfo {
        name: "hyper",
        crates: &["hyper"],
        pool_races: false,
    };

    fn new(plan: &Plan) -> Self {
        Self {
            plan: plan.clone(),
            net: PhantomData,
        }
    }

    fn fetcher(&self) -> HyperFetcher<N> {
        HyperFetcher {
            plan: self.plan.clone(),
            connection: None,
            body: Vec::new(),
        }
    }
}

impl<N: Net> AsyncFetcher for HyperFetcher<N> {
    async fn fetch(&mut self, ticket: &Ticket) -> Result<Body<'_>, FetchError> {
        let request = request(&self.plan, ticket);
        // Taken out, and put back only after a complete answer: a connection
        // that failed half-way is not used again.
        let mut connection = match self.connection.take() {
            Some((host, connection)) if host == ticket.host() => connection,
            _ => connect::<N>(self.plan.host(ticket)).await?,
        };
        let failed = |error: hyper::Error| with_causes(&error);
        let answering = connection.requests.send_request(request);
        let answer = drive(&mut connection.bytes, answering).await;
        let answer: Response<Incoming> = answer.map_err(failed)?;
        let (head, mut incoming) = answer.into_parts();
        let mut body = Gathering::begin(&mut self.body, &self.plan.memory);
        body.expect(incoming.size_hint().exact());
        while let Some(frame) = drive(&mut connection.bytes, incoming.frame()).await {
            if let Some(data) = frame.map_err(failed)?.data_ref() {
                body.append(data)?;
            }
        }
        // An error when the connection has ended: the next page has a new one.
        let again = drive(&mut connection.bytes, connection.requests.ready());
        if again.await.is_ok() && self.plan.keep_alive {
            self.connection = Some((ticket.host(), connection));
        }
        match head.status.as_u16() {
            200 => Ok(body.end(&mut self.body)),
            status => Err(refused(status, &head.headers)),
        }
    }
}

async fn connect<N: Net>(host: &Host) -> Result<Connection<N::Stream>, FetchError> {
    let stream = N::connect(host.address).await;
    let stream = stream.map_err(FetchError::Connect)?;
    let (requests, bytes) = http1::handshake(Io::new(stream))
        .await
        .map_err(|error| with_causes(&error))?;
    Ok(Connection {
        requests,
        bytes: Some(bytes),
    })
}

fn request(plan: &Plan, ticket: &Ticket) -> Request<Empty<Bytes>> {
    let mut request = Request::get(ticket.path()).header(HOST, &plan.host(ticket).name);
    if !plan.keep_alive {
        request = request.header(CONNECTION, "close");
    }
    if let Some(name) = plan.user_agent {
        request = request.header(USER_AGENT, name);
    }
    request
        .body(Empty::new())
        .expect("a path of ours is a valid request target")
}

/// Awaits `wanted` while the connection's bytes are moved by the same task.
async fn drive<S, F>(bytes: &mut Moving<S>, wanted: F) -> F::Output
where
    S: futures_io::AsyncRead + futures_io::AsyncWrite + Unpin + 'static,
    F: Future,
{
    let mut wanted = pin!(wanted);
    poll_fn(|context| {
        // The bytes first: they may be just what is wanted. How the
        // connection ended is told through `wanted`.
        if let Some(moving) = bytes
            && Pin::new(moving).poll(context).is_ready()
        {
            *bytes = None;
        }
        wanted.as_mut().poll(context)
    })
    .await
}
