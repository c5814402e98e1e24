//! reqwest: the async client that people pick. It runs on tokio only.
//!
//! One `Client` is shared by all workers, as its documentation advises. Its
//! pool has no cap a host: what keeps it at `concurrency` connections is that
//! there are as many workers. It still opens more than it needs: a
//! connection is taken back by a separate task, and a worker that asks for
//! its next page at once comes before that task; the pool then begins a new
//! connection and races the two. That is what users get, so it is left so,
//! and the surplus is printed.

use reqwest::Client;
use reqwest::header::HOST;
use reqwest::redirect::Policy;

use super::{
    AsyncClient, AsyncFetcher, Body, ClientInfo, FetchError, Gathering, Plan, refused, with_causes,
};
use crate::frontier::Ticket;

/// The shared client.
#[derive(Debug)]
pub struct Reqwest {
    client: Client,
    plan: Plan,
}

/// A worker's handle on the client, and its buffer.
#[derive(Debug)]
pub struct ReqwestFetcher {
    client: Client,
    plan: Plan,
    body: Vec<u8>,
}

impl AsyncClient for Reqwest {
    type Fetcher = ReqwestFetcher;
    const INFO: ClientInfo = ClientInfo {
        name: "reqwest",
        crates: &["reqwest", "hyper-util", "hyper"],
        pool_races: true,
    };

    fn new(plan: &Plan) -> Self {
        let idle = if plan.keep_alive { plan.concurrency } else { 0 };
        let mut client = Client::builder();
        if let Some(name) = plan.user_agent {
            client = client.user_agent(name);
        }
        let client = client
            .no_proxy()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .tcp_nodelay(true)
            .pool_max_idle_per_host(idle)
            .build()
            .expect("a client without TLS has nothing that can be missing");
        Self {
            client,
            plan: plan.clone(),
        }
    }

    fn fetcher(&self) -> ReqwestFetcher {
        ReqwestFetcher {
            client: self.client.clone(),
            plan: self.plan.clone(),
            body: Vec::new(),
        }
    }
}

impl AsyncFetcher for ReqwestFetcher {
    async fn fetch(&mut self, ticket: &Ticket) -> Result<Body<'_>, FetchError> {
        let host = self.plan.host(ticket);
        let mut request = self.client.get(host.url(ticket));
        if let Some(name) = host.other_name() {
            request = request.header(HOST, name);
        }
        let failed = |error: reqwest::Error| with_causes(&error.without_url());
        let mut answer = request.send().await.map_err(failed)?;
        let mut body = Gathering::begin(&mut self.body, &self.plan.memory);
        body.expect(answer.content_length());
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            body.append(&chunk)?;
        }
        match answer.status().as_u16() {
            200 => Ok(body.end(&mut self.body)),
            status => Err(refused(status, answer.headers())),
        }
    }
}
