//! What the traps on tokio have in common, and what is right about them: a
//! runtime with its threads, and a program that runs on it from its first line.

use std::sync::Arc;

use anyhow::Context;
use tokio::runtime::{Builder, Runtime};

use crate::clients::Plan;
use crate::clients::raw::AsyncRaw;
use crate::models::Started;
use crate::models::tokio::TokioNet;
use crate::scrape::Scrape;

/// The client of those whose mistake is not in the client.
pub(super) type Client = AsyncRaw<TokioNet>;

/// The whole of a wrong program.
type Program<F> = fn(Arc<Scrape>, Plan) -> F;

/// A runtime, and what is to run on it.
struct OnTokio<F> {
    runtime: Runtime,
    plan: Plan,
    program: Program<F>,
}

/// On as many threads as the plan says, as in `models/tokio.rs`.
pub(super) fn start<F>(plan: &Plan, program: Program<F>) -> anyhow::Result<Box<dyn Started>>
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(plan.threads);
    on(builder, plan, program)
}

/// On one thread, as in `models/tokio_current.rs`.
pub(super) fn start_current<F>(plan: &Plan, program: Program<F>) -> anyhow::Result<Box<dyn Started>>
where
    F: Future<Output = ()> + Send + 'static,
{
    on(Builder::new_current_thread(), plan, program)
}

fn on<F>(mut builder: Builder, plan: &Plan, program: Program<F>) -> anyhow::Result<Box<dyn Started>>
where
    F: Future<Output = ()> + Send + 'static,
{
    let runtime = builder
        .enable_all()
        .build()
        .context("the tokio runtime could not be started")?;
    Ok(Box::new(OnTokio {
        runtime,
        plan: plan.clone(),
        program,
    }))
}

impl<F: Future<Output = ()> + Send + 'static> Started for OnTokio<F> {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        let program = (self.program)(scrape.clone(), self.plan.clone());
        let scrape = scrape.clone();
        let root = async move { scrape.with_heartbeat(program, tokio::time::sleep).await };
        let root = self.runtime.spawn(root);
        self.runtime.block_on(root).context("the program panicked")
    }
}
