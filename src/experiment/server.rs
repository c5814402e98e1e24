//! The server, from the outside: start it, set it back between runs, read its
//! ledger.

use std::net::SocketAddr;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use anyhow::{Context, bail};

use super::Settings;
use super::part::Part;
use crate::sample::Ledger;
use crate::server::control::Control;

/// Making 100,000 pages takes some seconds.
const START_WITHIN: Duration = Duration::from_mins(1);

/// A server process that answers.
#[derive(Debug)]
pub(super) struct ServerPart {
    _part: Part,
    pub pages: SocketAddr,
    control: Control,
}

impl ServerPart {
    pub(super) fn start(settings: &Settings) -> anyhow::Result<Self> {
        let workload = &settings.workload;
        let args = [
            "serve".to_owned(),
            "--port=0".to_owned(),
            format!("--pages={}", workload.pages),
            format!("--latency={}", workload.latency),
            format!("--seed={}", settings.seed),
            format!("--threads={}", settings.server_threads),
        ];
        let mut part = Part::start(&args, &[]).context("the server could not be started")?;
        let pages = address(&mut part, "listening on http://");
        let control = address(&mut part, "control on http://");
        match (pages, control) {
            (Ok(pages), Ok(control)) => Ok(Self {
                _part: part,
                pages,
                control: Control::new(control),
            }),
            (Err(error), _) | (_, Err(error)) => {
                let said = part.kill();
                Err(error.context(format!("the server did not start: {said}")))
            }
        }
    }

    /// A new, empty ledger.
    pub(super) fn reset(&self) -> anyhow::Result<()> {
        self.control
            .reset()
            .context("the server does not answer any more")
    }

    pub(super) fn ledger(&self) -> anyhow::Result<Ledger> {
        self.control
            .ledger()
            .context("the server does not answer any more")
    }
}

fn address(part: &mut Part, after: &str) -> anyhow::Result<SocketAddr> {
    let line = match part.lines.recv_timeout(START_WITHIN) {
        Ok(line) => String::from_utf8_lossy(&line).into_owned(),
        Err(RecvTimeoutError::Timeout) => bail!("it said nothing within {START_WITHIN:?}"),
        Err(RecvTimeoutError::Disconnected) => bail!("it ended"),
    };
    let address = line
        .trim()
        .strip_prefix(after)
        .and_then(|address| address.parse().ok());
    address.with_context(|| format!("it said {line:?} where {after:?} was expected"))
}
