//! The server, from the outside: start it, set it back between runs, read its
//! ledger.

use std::net::SocketAddr;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::Program;
use super::process::Process;
use crate::measure::event_log::ServerLog;
use crate::measure::sample::Ledger;
use crate::site::server::Scenario;
use crate::site::server::control::Control;

/// Making 100,000 pages takes some seconds.
const START_WITHIN: Duration = Duration::from_mins(1);

/// A worker that was killed has its connections closed by the kernel at once.
const LEAVE_WITHIN: Duration = Duration::from_secs(1);

/// A server process that answers. It ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    process: Process,
    pages: SocketAddr,
    control: Control,
}

impl Server {
    /// Starts a server for `scenario` with so many threads that serve pages, and
    /// waits until it listens.
    pub fn start(program: &Program, scenario: &Scenario, threads: usize) -> anyhow::Result<Self> {
        let mut args = vec![
            "serve".to_owned(),
            "--port=0".to_owned(),
            format!("--pages={}", scenario.pages),
            format!("--latency={}", scenario.latency),
            format!("--faults={}", scenario.faults),
            format!("--slots={}", scenario.slots),
            format!("--allowed-rate={}", scenario.allowed_rate),
            format!("--agreed-rate={}", scenario.agreed_rate),
            format!("--seed={}", scenario.seed),
            format!("--threads={threads}"),
        ];
        args.extend(scenario.log.then(|| "--log".to_owned()));
        let mut process =
            Process::start(program, &args, &[]).context("the server did not start")?;
        let pages = address(&mut process, "listening on http://");
        let control = address(&mut process, "control on http://");
        match (pages, control) {
            (Ok(pages), Ok(control)) => Ok(Self {
                process,
                pages,
                control: Control::new(control),
            }),
            (Err(error), _) | (_, Err(error)) => {
                let said = process.kill();
                Err(error.context(format!("the server did not start: {said}")))
            }
        }
    }

    /// Where the pages are.
    pub fn pages(&self) -> SocketAddr {
        self.pages
    }

    /// Serves another scenario from now on, with an empty ledger.
    pub fn set_scenario(&self, scenario: &Scenario) -> anyhow::Result<()> {
        self.control
            .set_scenario(scenario)
            .context("the server does not answer any more")
    }

    /// What it said before it ended, for a server that does not answer.
    pub fn last_output(&mut self) -> String {
        let words = self.process.kill();
        if words.is_empty() {
            "it said nothing".to_owned()
        } else {
            format!("it said: {words}")
        }
    }

    /// A new, empty ledger, once everybody who was connected has left: what is
    /// still in a socket would otherwise be counted for the next.
    pub fn reset_when_alone(&self) -> anyhow::Result<()> {
        let begun = Instant::now();
        while self.ledger()?.connections_open > 0 && begun.elapsed() < LEAVE_WITHIN {
            std::thread::yield_now();
        }
        self.reset()
    }

    /// A new, empty ledger.
    pub fn reset(&self) -> anyhow::Result<()> {
        self.control
            .reset()
            .context("the server does not answer any more")
    }

    /// Every request by itself since then, for a scenario that asks for a log.
    pub fn log(&self) -> anyhow::Result<ServerLog> {
        self.control
            .log()
            .context("the server does not answer any more")
    }

    /// What it saw since.
    pub fn ledger(&self) -> anyhow::Result<Ledger> {
        self.control
            .ledger()
            .context("the server does not answer any more")
    }
}

fn address(process: &mut Process, after: &str) -> anyhow::Result<SocketAddr> {
    let line = match process.lines.recv_timeout(START_WITHIN) {
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
