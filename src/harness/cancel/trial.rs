//! One driver, warm, through all endings, round after round.

use std::thread;
use std::time::{Duration, Instant};

use super::CancelSettings;
use super::ending::{Ending, Scene};
use super::findings::CancelRun;
use crate::drivers::Driver;
use crate::harness::process::{Failure, Program, ServerProcess, Worker};
use crate::harness::worker::{Job, JobAnswer};
use crate::measure::sample::{Ledger, Sample};
use crate::site::workload::{Parse, Politeness};
use crate::term::interrupt::Interrupt;

/// A run takes less than a second, or little over [`LAST_RESORT`](super::ending).
const PATIENCE: Duration = Duration::from_secs(20);
/// The server notices a closed connection as soon as it runs.
const SETTLED_WITHIN: Duration = Duration::from_secs(2);
/// On a busy machine the end may come before all slots are in use, but not this
/// often.
const TRIES: u32 = 3;

pub(super) struct Trial<'a> {
    settings: &'a CancelSettings,
    driver: &'a Driver,
    program: &'a Program,
    server: &'a ServerProcess,
    interrupt: &'a Interrupt,
    scene: Scene,
}

impl<'a> Trial<'a> {
    pub(super) fn new(
        settings: &'a CancelSettings,
        driver: &'a Driver,
        program: &'a Program,
        server: &'a ServerProcess,
        interrupt: &'a Interrupt,
    ) -> Self {
        let slots = driver.in_flight(settings.concurrency);
        Self {
            settings,
            driver,
            program,
            server,
            interrupt,
            scene: Scene::of(slots, settings.seed),
        }
    }

    /// All runs, again if the server was stopped meanwhile.
    pub(super) fn run_beside_server(&self) -> Result<Vec<CancelRun>, Failure> {
        self.server
            .beside(&self.driver.name, self.interrupt, || self.run())
    }

    /// All runs; the first that is rejected is a failure.
    fn run(&self) -> Result<Vec<CancelRun>, Failure> {
        let name = &self.driver.name;
        let mut worker = Worker::start(self.program, name, self.settings.threads, None)?;
        let mut runs = Vec::new();
        for round in 1..=self.settings.rounds {
            for ending in Ending::ALL {
                runs.push(self.end(&mut worker, round, ending)?);
            }
        }
        Ok(runs)
    }

    fn end(&self, worker: &mut Worker, round: u32, ending: Ending) -> Result<CancelRun, Failure> {
        let expected = self.scene.expected(ending);
        let (mut sample, mut ledger) = self.once(worker, ending)?;
        for _ in 1..TRIES {
            if !expected.is_early(&ledger) {
                break;
            }
            (sample, ledger) = self.once(worker, ending)?;
        }
        self.verified(round, ending, &sample, &ledger)
            .map_err(|why| Failure::Failed(format!("{}: {why}", ending.word())))
    }

    fn once(&self, worker: &mut Worker, ending: Ending) -> Result<(Sample, Ledger), Failure> {
        self.server.set_scenario(&self.scene.scenario(ending))?;
        let job = self.scene.ask(ending, &self.job());
        match worker
            .ask_beside(self.server, &job, PATIENCE, self.interrupt)?
            .answer
        {
            JobAnswer::Sample(sample) => Ok((*sample, self.settled()?)),
            JobAnswer::Unavailable(reason) | JobAnswer::Error(reason) => {
                Err(Failure::Failed(reason))
            }
            JobAnswer::Heap(_) => Err(Failure::Failed(
                "its worker gave an answer of the wrong kind".to_owned(),
            )),
        }
    }

    fn verified(
        &self,
        round: u32,
        ending: Ending,
        sample: &Sample,
        ledger: &Ledger,
    ) -> Result<CancelRun, String> {
        self.scene.expected(ending).reject(sample, ledger)?;
        let took_ns = ending.took_ns(sample).ok_or("it ended too early")?;
        Ok(CancelRun {
            round,
            ending,
            took_ns,
            pages: sample.pages,
            lost: ledger.requests - sample.pages,
            abandoned: ledger.clients_gone,
        })
    }

    /// The ledger once nothing is in flight at the server, or after a time limit.
    fn settled(&self) -> anyhow::Result<Ledger> {
        let begun = Instant::now();
        loop {
            let ledger = self.server.ledger()?;
            let is_settled = ledger.requests == ledger.answers + ledger.clients_gone;
            if is_settled || begun.elapsed() > SETTLED_WITHIN {
                return Ok(ledger);
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn job(&self) -> Job {
        Job {
            server: self.server.pages(),
            pages: 1,
            concurrency: self.settings.concurrency,
            parse: Parse::Titles,
            threads: self.settings.threads,
            politeness: Politeness::default(),
            depth: None,
            stop: None,
            loop_lag: false,
            log: false,
            store: None,
            heap: false,
        }
    }
}
