//! What models need to start: threads and runtimes, with errors that name the
//! limit. Each function returns when the threads run, so that no scrape pays
//! for their start.

use std::convert::Infallible;
use std::sync::mpsc::channel;
use std::thread;

use anyhow::{Context, ensure};
use tokio::runtime::{Builder, Runtime};

use crate::clients::Plan;

/// The environment variable that sets the number of threads of async-std's
/// global executor. It is read once, at the first task; the default is one
/// thread a core.
pub const ASYNC_STD_THREADS: &str = "ASYNC_STD_THREAD_COUNT";

/// Starts a thread for each of the bodies and returns when all of them run.
pub(super) fn threads<R, B>(bodies: Vec<B>) -> anyhow::Result<()>
where
    B: FnOnce() -> R + Send + 'static,
{
    let count = bodies.len();
    let (ready, all_ready) = channel::<Infallible>();
    for body in bodies {
        let ready = ready.clone();
        let spawned = thread::Builder::new().spawn(move || {
            drop(ready);
            body();
        });
        spawned.with_context(|| no_threads(count))?;
    }
    drop(ready);
    // Nothing is ever sent: this ends when every thread has dropped its sender.
    let _ = all_ready.recv();
    Ok(())
}

/// The error when one more thread is too many.
pub(super) const NO_THREAD: &str = "failed to start another thread; lower --concurrency, \
     or see `regatta doctor` for the limit and how to raise it";

/// The error when `count` threads are too many.
pub(super) fn no_threads(count: usize) -> String {
    format!(
        "failed to start {count} threads; lower --concurrency or --threads, \
         or see `regatta doctor` for the limit and how to raise it"
    )
}

/// Builds a tokio runtime with its timer and its reactor.
pub(in crate::drivers) fn runtime(builder: &mut Builder) -> anyhow::Result<Runtime> {
    let runtime = builder.enable_all().build();
    runtime.context("failed to start the tokio runtime; see `regatta doctor` for the limits")
}

/// Starts async-std's executor, which is global to the process, if it will
/// have as many threads as the plan says.
pub(super) fn async_std(plan: &Plan) -> anyhow::Result<()> {
    let set = std::env::var(ASYNC_STD_THREADS).ok();
    let set = set.and_then(|value| value.parse().ok());
    let threads = set.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    ensure!(
        threads == plan.threads,
        "async-std's global executor has {threads} threads, but the job asks for {expected}; \
         set {ASYNC_STD_THREADS}={expected} for this worker",
        expected = plan.threads,
    );
    // The threads start with the first task.
    async_std::task::block_on(async_std::task::spawn(async {}));
    Ok(())
}
