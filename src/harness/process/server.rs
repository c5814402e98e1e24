//! A handle to the server process: start it, reset it between runs, read its
//! ledger.

use std::net::SocketAddr;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::child::Process;
use super::health::Health;
use super::{Failure, Program};
use crate::measure::event_log::ServerLog;
use crate::measure::sample::Ledger;
use crate::site::server::Scenario;
use crate::site::server::control::{Control, Opened, Secret};
use crate::term::interrupt::Interrupt;
use crate::term::say;

/// Generating 100,000 pages takes some seconds.
const START_WITHIN: Duration = Duration::from_mins(1);

/// A server that runs answers in milliseconds, and in a second on a machine that
/// is short of cores.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// How many times a measurement is made while the server fails.
const TRIES: u32 = 3;

/// A server that does not answer for so long is given up.
const BACK_WITHIN: Duration = Duration::from_mins(1);
/// How often to look whether it is back.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The kernel closes the connections of a killed worker at once.
const LEAVE_WITHIN: Duration = Duration::from_secs(1);

/// A running server process. It ends when this is dropped.
#[derive(Debug)]
pub struct ServerProcess {
    process: Process,
    pages: SocketAddr,
    control: Control,
    /// What it is to serve, set again at each reset.
    scenario: Mutex<Scenario>,
}

impl ServerProcess {
    /// Starts a server for `scenario` with this number of threads that serve pages,
    /// and waits until it listens.
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
        match told(&process) {
            Ok((pages, control)) => Ok(Self {
                process,
                pages,
                control,
                scenario: Mutex::new(scenario.clone()),
            }),
            Err(error) => {
                let said = process.kill();
                Err(error.context(format!(
                    "the server did not start; its error output: {said}"
                )))
            }
        }
    }

    /// The address of the pages.
    pub fn pages(&self) -> SocketAddr {
        self.pages
    }

    /// Switches to another scenario, with an empty ledger.
    pub fn set_scenario(&self, scenario: &Scenario) -> anyhow::Result<Opened> {
        let mut current = self.scenario.lock().unwrap_or_else(PoisonError::into_inner);
        current.clone_from(scenario);
        drop(current);
        self.reset()
    }

    /// To look at its process from outside.
    pub(super) fn health(&self) -> Health {
        Health::of(self.process.id())
    }

    /// An error in words if its process has ended or is stopped.
    pub fn runs(&self) -> Result<(), String> {
        self.health().look()
    }

    /// An error in words unless it answers within some seconds.
    pub fn answers_soon(&self) -> Result<(), String> {
        let answered = self.control.within(ANSWER_WITHIN).ledger();
        answered
            .map(drop)
            .map_err(|error| format!("the server did not answer on its control port: {error:#}"))
    }

    /// Waits until it runs and answers, for a minute at most. Whatever stopped it
    /// may let it go on.
    ///
    /// # Errors
    /// If it does not, or the user presses Ctrl-C.
    pub fn await_answer(&self, interrupt: &Interrupt) -> Result<(), Failure> {
        let begun = Instant::now();
        loop {
            let runs = self.runs().and_then(|()| self.answers_soon());
            match runs {
                Ok(()) => return Ok(()),
                Err(_) if interrupt.is_set() => return Err(Failure::Interrupted),
                Err(why) if begun.elapsed() > BACK_WITHIN || self.health().has_ended() => {
                    return Err(Failure::Server(why));
                }
                Err(_) => thread::sleep(LOOK_EVERY),
            }
        }
    }

    /// Measures, and again if the server failed meanwhile. `what` is measured, in
    /// words.
    ///
    /// # Errors
    /// What the last measurement ended in, or the wait for the server.
    pub fn beside<T>(
        &self,
        what: &str,
        interrupt: &Interrupt,
        mut measure: impl FnMut() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        for _ in 1..TRIES {
            let why = match measure() {
                Err(Failure::Server(why)) => why,
                ended => return ended,
            };
            // Not progress: it is printed even with --quiet.
            say::error(format!("{what} is measured again: {why}"));
            self.await_answer(interrupt)
                .map_err(|failure| match failure {
                    Failure::Server(now) => Failure::Server(format!("{why}; {now}")),
                    other => other,
                })?;
        }
        measure()
    }

    /// Kills a server that does not answer; returns the end of its error output.
    pub fn last_output(&mut self) -> String {
        let words = self.process.kill();
        if words.is_empty() {
            "no error output".to_owned()
        } else {
            format!("its error output: {words}")
        }
    }

    /// A new, empty ledger, once all connections are closed: a request still in a
    /// socket would count for the next run.
    pub fn reset_when_alone(&self) -> anyhow::Result<Opened> {
        let begun = Instant::now();
        while self.ledger()?.connections_open > 0 && begun.elapsed() < LEAVE_WITHIN {
            std::thread::yield_now();
        }
        self.reset()
    }

    /// A new, empty ledger. The scenario is set again with it, so that no run is
    /// served what somebody else has set.
    pub fn reset(&self) -> anyhow::Result<Opened> {
        let scenario = self.scenario.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = self.control.set_scenario(&scenario);
        opened.context("the server stopped answering")
    }

    /// The log of every request since the reset, for a scenario with a log.
    pub fn log(&self) -> anyhow::Result<ServerLog> {
        self.control.log().context("the server stopped answering")
    }

    /// The ledger since the reset.
    pub fn ledger(&self) -> anyhow::Result<Ledger> {
        self.control
            .ledger()
            .context("the server stopped answering")
    }
}

/// What the server prints when it listens: where the pages are, where the control
/// port is, and the secret that it asks for.
fn told(process: &Process) -> anyhow::Result<(SocketAddr, Control)> {
    let pages = address(&line(process)?, "listening on http://")?;
    let control = address(&line(process)?, "control on http://")?;
    let third = line(process)?;
    let secret = third.strip_prefix("secret ").and_then(Secret::parse);
    // Without the line itself: no error may hold a secret.
    let secret = secret.context("its third line has no secret for the control port")?;
    Ok((pages, Control::new(control, secret)))
}

fn line(process: &Process) -> anyhow::Result<String> {
    match process.lines.recv_timeout(START_WITHIN) {
        Ok(line) => Ok(String::from_utf8_lossy(&line).trim().to_owned()),
        Err(RecvTimeoutError::Timeout) => bail!("it printed no address within {START_WITHIN:?}"),
        Err(RecvTimeoutError::Disconnected) => bail!("it exited"),
    }
}

fn address(line: &str, after: &str) -> anyhow::Result<SocketAddr> {
    let address = line
        .strip_prefix(after)
        .and_then(|address| address.parse().ok());
    address.with_context(|| format!("it printed {line:?}; expected {after:?} and an address"))
}
