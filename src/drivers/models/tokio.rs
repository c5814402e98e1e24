//! tokio: as many tasks as pages in flight, on a few threads.
//!
//! A task that awaits its socket gives its thread back; the runtime asks the
//! kernel about all sockets at once (epoll) and runs any task that has bytes.
//! Expect few threads and little memory. In return, no task may block.
//!
//! See it: `cargo run --release -- report --driver 'tokio/*'`

use std::sync::Arc;

use tokio::runtime::{Builder, Runtime};

use super::start;
use crate::clients::net::tokio::{TokioNet, sleep};
use crate::clients::{AsyncClient, AsyncFetcher, Plan};
use crate::drivers::driver::{AsyncModel, Started};
use crate::frontier::Step;
use crate::scrape::Scrape;

/// The model. Once started it holds the runtime and a fetcher for each task.
#[derive(Debug)]
pub struct Tokio<F = ()> {
    runtime: Runtime,
    fetchers: Vec<F>,
}

impl AsyncModel for Tokio {
    type Net = TokioNet;

    fn start<C: AsyncClient>(plan: &Plan, client: C) -> anyhow::Result<Box<dyn Started>> {
        let runtime = start::runtime(Builder::new_multi_thread().worker_threads(plan.threads))?;
        let fetchers = (0..plan.concurrency).map(|_| client.fetcher()).collect();
        Ok(Box::new(Tokio::<C::Fetcher> { runtime, fetchers }))
    }
}

impl<F: AsyncFetcher> Started for Tokio<F> {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        let fetchers = std::mem::take(&mut self.fetchers);
        let root = root(scrape.clone(), fetchers);
        let root = scrape.clone().with_ticker(root, sleep);
        // The root is a task too. Passed to `block_on` it would run on this
        // thread, and each wake-up would cross to the runtime's threads.
        self.fetchers = self.runtime.block_on(self.runtime.spawn(root))?;
        Ok(())
    }
}

pub(super) async fn root<F: AsyncFetcher>(scrape: Arc<Scrape>, fetchers: Vec<F>) -> Vec<F> {
    // A spawned task runs beside the others; a future alone does nothing.
    let spawn = |fetcher| tokio::spawn(worker(scrape.clone(), fetcher));
    let tasks: Vec<_> = fetchers.into_iter().map(spawn).collect();
    let mut fetchers = Vec::new();
    for task in tasks {
        fetchers.push(task.await.expect("a worker does not panic"));
    }
    fetchers
}

/// A worker's whole life. At each `.await` its thread runs other tasks.
async fn worker<F: AsyncFetcher>(scrape: Arc<Scrape>, mut fetcher: F) -> F {
    loop {
        match scrape.next() {
            Step::Fetch(ticket) => {
                let page = scrape.within(&ticket, fetcher.fetch(&ticket), sleep).await;
                scrape.visit(ticket, page);
            }
            Step::Wait(wait) => wait.or_sleep(sleep).await,
            Step::Stop => return fetcher,
        }
    }
}
