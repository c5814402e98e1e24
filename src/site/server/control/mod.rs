//! The control port, seen from its client: how the experiment tells a server
//! what to serve, and asks it what it saw.
//!
//! | request | does |
//! |---|---|
//! | `GET /ledger` | the [`Ledger`] since the reset, as JSON |
//! | `GET /ledger/pages` | how often each page was requested, as a JSON array |
//! | `GET /log` | the [`ServerLog`] since the reset, if the scenario asks for one |
//! | `GET /metrics` | the same as `/ledger` and a histogram, as Prometheus reads it |
//! | `POST /scenario` | serves the [`Scenario`] in the body from now on, and resets the ledger |
//! | `POST /reset` | resets the ledger |
//!
//! Every request carries the server's [`Secret`]. A ledger is exact: an answer
//! that a client has read is in it.

mod guard;
mod metrics;
pub(super) mod port;
mod secret;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Scenario;
use crate::measure::event_log::ServerLog;
use crate::measure::sample::Ledger;
pub use secret::Secret;

/// Building 100,000 pages takes seconds; more than a minute means that
/// nobody is listening any more.
const PATIENCE: Duration = Duration::from_mins(1);

fn agent(patience: Duration) -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        // Whatever the environment says, this is a server next door.
        .proxy(None)
        .http_status_as_error(false)
        .timeout_global(Some(patience))
        .build();
    config.into()
}

/// A ledger that a request has just opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// Its number, as in [`Ledger::window`]. A ledger with another number was
    /// opened by somebody else.
    pub window: u64,
    /// What is served, as in [`Ledger::scenario_fingerprint`].
    pub scenario_fingerprint: String,
}

/// Speaks to the control port of one server.
#[derive(Debug, Clone)]
pub struct Control {
    address: SocketAddr,
    secret: Secret,
    agent: ureq::Agent,
}

impl Control {
    /// For the server whose control port is at `address` and which has printed
    /// `secret`. Connects when it is first used.
    #[must_use]
    pub fn new(address: SocketAddr, secret: Secret) -> Self {
        Self {
            address,
            secret,
            agent: agent(PATIENCE),
        }
    }

    /// The same, with less patience for an answer.
    #[must_use]
    pub fn within(&self, patience: Duration) -> Self {
        Self {
            agent: agent(patience),
            ..self.clone()
        }
    }

    /// Serves `scenario` from now on, with an empty ledger. Returns when the
    /// pages are ready.
    ///
    /// # Errors
    /// When the server cannot be reached, or cannot serve such a scenario.
    pub fn set_scenario(&self, scenario: &Scenario) -> anyhow::Result<Opened> {
        self.post("/scenario", &serde_json::to_string(scenario)?)
    }

    /// Empties the ledger. What is still in flight stays out of the new one.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub fn reset(&self) -> anyhow::Result<Opened> {
        self.post("/reset", "")
    }

    /// What the server saw since the last reset.
    ///
    /// # Errors
    /// When the server cannot be reached or answers something else.
    pub fn ledger(&self) -> anyhow::Result<Ledger> {
        self.get("/ledger")
    }

    /// How often each page was requested since the last reset.
    ///
    /// # Errors
    /// When the server cannot be reached or answers something else.
    pub fn page_requests(&self) -> anyhow::Result<Vec<u32>> {
        self.get("/ledger/pages")
    }

    /// Every request that has ended since the last reset.
    ///
    /// # Errors
    /// When the server cannot be reached, or keeps no log.
    pub fn log(&self) -> anyhow::Result<ServerLog> {
        self.get("/log")
    }

    fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        let url = self.url(path);
        let request = self.agent.get(&url).header("authorization", self.bearer());
        let text = read(request.call(), &url)?;
        parse(&text, &url)
    }

    fn post(&self, path: &str, body: &str) -> anyhow::Result<Opened> {
        let url = self.url(path);
        let request = self.agent.post(&url).header("authorization", self.bearer());
        let request = request.content_type("application/json");
        let text = read(request.send(body), &url)?;
        parse(&text, &url)
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.secret.reveal())
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

fn parse<T: DeserializeOwned>(text: &str, url: &str) -> anyhow::Result<T> {
    serde_json::from_str(text).with_context(|| format!("{url} did not answer as expected"))
}

type Answered = Result<ureq::http::Response<ureq::Body>, ureq::Error>;

fn read(answered: Answered, url: &str) -> anyhow::Result<String> {
    let mut response =
        answered.with_context(|| format!("the control port did not answer: {url}"))?;
    let text = response
        .body_mut()
        .read_to_string()
        .with_context(|| format!("the answer of {url} broke off"))?;
    anyhow::ensure!(
        response.status().is_success(),
        "{url} refused: {}",
        text.trim_end()
    );
    Ok(text)
}
