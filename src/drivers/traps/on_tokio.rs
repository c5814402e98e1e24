//! What the traps on tokio have in common, and what is right about them: a
//! runtime with its threads, and a program that runs on it from its first line.
//!
//! Some of them are fixed by threads beside the runtime, for what would keep
//! it (`spawn_blocking`). tokio starts those when they are needed, 512 at most
//! unless it is told otherwise, and what comes then waits without a word; so
//! both say how many there may be. No trap has any.

use std::sync::Arc;

use anyhow::Context;
use tokio::runtime::{Builder, Runtime};

use crate::clients::Plan;
use crate::clients::net::tokio::{TokioNet, sleep};
use crate::clients::raw::AsyncRaw;
use crate::drivers::driver::Started;
use crate::drivers::models::start;
use crate::measure::host;
use crate::scrape::Scrape;

/// The client of those whose mistake is not in the client.
pub(crate) type Client = AsyncRaw<TokioNet>;

/// The whole of a wrong program.
type ProgramFn<F> = fn(Arc<Scrape>, Plan) -> F;

/// A runtime and the program that runs on it.
struct OnTokio<F> {
    runtime: Runtime,
    plan: Plan,
    program: ProgramFn<F>,
}

/// On as many threads as the plan says, as in `models/tokio.rs`; beside them
/// one may block for each page in flight.
pub(crate) fn start<F>(plan: &Plan, program: ProgramFn<F>) -> anyhow::Result<Box<dyn Started>>
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut builder = Builder::new_multi_thread();
    builder
        .worker_threads(plan.threads)
        .max_blocking_threads(plan.concurrency);
    on(builder, plan, program)
}

/// On one thread, as in `models/tokio_current.rs`; beside it one a core may
/// compute.
pub(crate) fn start_current<F>(
    plan: &Plan,
    program: ProgramFn<F>,
) -> anyhow::Result<Box<dyn Started>>
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut builder = Builder::new_current_thread();
    builder.max_blocking_threads(host::cores());
    on(builder, plan, program)
}

fn on<F>(
    mut builder: Builder,
    plan: &Plan,
    program: ProgramFn<F>,
) -> anyhow::Result<Box<dyn Started>>
where
    F: Future<Output = ()> + Send + 'static,
{
    Ok(Box::new(OnTokio {
        runtime: start::runtime(&mut builder)?,
        plan: plan.clone(),
        program,
    }))
}

impl<F: Future<Output = ()> + Send + 'static> Started for OnTokio<F> {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        let program = (self.program)(scrape.clone(), self.plan.clone());
        let root = scrape.clone().with_ticker(program, sleep);
        let root = self.runtime.block_on(self.runtime.spawn(root));
        root.context("the program panicked")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::*;
    use crate::scrape::ScrapeTask;
    use crate::site::workload::{Parse, Politeness};

    /// More than tokio lets block unless it is told otherwise.
    const MANY: usize = 600;
    static ALL_ARE_HERE: Barrier = Barrier::new(MANY);

    async fn wait_for_each_other(_: Arc<Scrape>, _: Plan) {
        let block = |_| tokio::task::spawn_blocking(|| ALL_ARE_HERE.wait());
        let blocked: Vec<_> = (0..MANY).map(block).collect();
        for thread in blocked {
            thread.await.unwrap();
        }
    }

    #[test]
    fn as_many_may_block_at_once_as_pages_may_be_in_flight() {
        let (done, hears) = channel();
        std::thread::spawn(move || {
            let plan = Plan::to(([127, 0, 0, 1], 9).into(), MANY, 1);
            let task = ScrapeTask::of_pages(0, MANY, Parse::None, Politeness::default());
            let mut started = start(&plan, wait_for_each_other).unwrap();
            done.send(started.scrape(&Arc::new(Scrape::new(task))))
        });
        // They would wait for ever, were there fewer threads than that.
        hears.recv_timeout(Duration::from_mins(1)).unwrap().unwrap();
    }
}
