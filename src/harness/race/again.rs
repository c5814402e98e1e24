//! A run whose server was stopped or ended says nothing of its driver: it is
//! measured again, with the same server or another.

use anyhow::anyhow;

use super::{Race, Stop};
use crate::harness::process::{Failure, ServerProcess};
use crate::site::server::Scenario;
use crate::term::say;

/// How many times a driver is run while the server fails. A driver that is itself
/// the reason must not keep the report going forever.
const TRIES: u32 = 3;

impl Race<'_> {
    /// Runs a driver, again if the server failed meanwhile.
    pub(super) fn run(
        &mut self,
        driver: usize,
        run: fn(&mut Self, usize) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let mut last = None;
        for tries_left in (0..TRIES).rev() {
            let runs = self
                .server
                .runs()
                .map_err(|why| Stop::ServerFailed(anyhow!(why)));
            match runs.and_then(|()| run(self, driver)) {
                Err(Stop::ServerFailed(error)) => {
                    let name = &self.settings.drivers[driver].name;
                    if tries_left > 0 {
                        // Not progress: it is printed even with --quiet.
                        say::error(format!("a run of {name} is measured again: {error:#}"));
                    }
                    self.bring_server_back()?;
                    last = Some(error);
                }
                other => return other,
            }
        }
        if let Some(error) = last {
            let reason = format!("the server failed, not this driver, in {TRIES} runs: {error:#}");
            self.rows.of(driver).fail(reason);
            self.schedule.drop_out(driver);
        }
        Ok(())
    }

    /// Waits until the server answers, or replaces it.
    fn bring_server_back(&mut self) -> Result<(), Stop> {
        match self.server.await_answer(self.interrupt) {
            Ok(()) => return Ok(()),
            Err(Failure::Interrupted) => return Err(Stop::Interrupted),
            Err(Failure::Server(_) | Failure::Failed(_)) => {}
        }
        let settings = self.settings;
        let scenario = Scenario::of(&settings.workload, settings.seed);
        let other = ServerProcess::start(&self.program, &scenario, settings.server_threads);
        self.server = other.map_err(|error| {
            Stop::Failed(error.context("the server ended, and cannot be started again"))
        })?;
        Ok(())
    }
}
