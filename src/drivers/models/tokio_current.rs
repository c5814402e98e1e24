//! tokio-current: the same tasks on one thread.
//!
//! The tasks are those of `tokio.rs`; the runtime has no thread but the
//! caller's. Nothing crosses between threads, so expect less CPU time for each
//! page, and no more than one core in use.
//!
//! See it: `cargo run --release -- report --driver 'tokio-current/*,tokio/*'`

use std::sync::Arc;

use tokio::runtime::{Builder, Runtime};

use super::start;
use super::tokio::root;
use crate::clients::net::tokio::{TokioNet, sleep};
use crate::clients::{AsyncClient, AsyncFetcher, Plan};
use crate::drivers::driver::{AsyncModel, Started};
use crate::scrape::Scrape;

/// The model. Once started it holds the runtime and a fetcher for each task.
#[derive(Debug)]
pub struct TokioCurrent<F = ()> {
    runtime: Runtime,
    fetchers: Vec<F>,
}

impl AsyncModel for TokioCurrent {
    type Net = TokioNet;

    fn start<C: AsyncClient>(plan: &Plan, client: C) -> anyhow::Result<Box<dyn Started>> {
        let runtime = start::runtime(&mut Builder::new_current_thread())?;
        let fetchers = (0..plan.concurrency).map(|_| client.fetcher()).collect();
        Ok(Box::new(TokioCurrent::<C::Fetcher> { runtime, fetchers }))
    }
}

impl<F: AsyncFetcher> Started for TokioCurrent<F> {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        let fetchers = std::mem::take(&mut self.fetchers);
        let root = root(scrape.clone(), fetchers);
        let root = scrape.clone().with_ticker(root, sleep);
        // Here the thread in `block_on` is the runtime's only one, so the root
        // need not be spawned: it runs where the tasks run.
        self.fetchers = self.runtime.block_on(root);
        Ok(())
    }
}
