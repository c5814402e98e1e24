//! tokio-current: the same tasks on one thread.
//!
//! The tasks are those of `tokio.rs`, to the letter; only the runtime is built
//! for the thread that calls it. Nothing crosses between threads, so there is
//! less to pay for a page, and one core is all it can use.
//!
//! See it: `cargo run --release -- report --driver 'tokio-current/*,tokio/*'`

use std::sync::Arc;

use anyhow::Context;
use tokio::runtime::{Builder, Runtime};

use super::tokio::{TokioNet, root};
use crate::clients::{AsyncClient, AsyncFetcher, Plan};
use crate::drivers::driver::{AsyncModel, CancelMode, Kind, ModelInfo, Started};
use crate::scrape::Scrape;

/// The model; what it holds once started is the runtime and a fetcher a task.
#[derive(Debug)]
pub struct TokioCurrent<F = ()> {
    runtime: Runtime,
    fetchers: Vec<F>,
}

impl AsyncModel for TokioCurrent {
    type Net = TokioNet;
    const INFO: ModelInfo = ModelInfo {
        name: "tokio-current",
        crates: &["tokio", "mio"],
        kind: Kind::Model {
            waits: "tasks on one thread, which waits in epoll for all of them",
        },
        one_at_a_time: false,
        keep_alive: true,
        cancel_mode: CancelMode::Dropped,
    };

    fn start<C: AsyncClient>(plan: &Plan, client: C) -> anyhow::Result<Box<dyn Started>> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .context("the tokio runtime could not be started")?;
        let fetchers = (0..plan.concurrency).map(|_| client.fetcher()).collect();
        Ok(Box::new(TokioCurrent::<C::Fetcher> { runtime, fetchers }))
    }
}

impl<F: AsyncFetcher> Started for TokioCurrent<F> {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        let fetchers = std::mem::take(&mut self.fetchers);
        // Here `block_on` is the runtime's one thread, the root included.
        self.fetchers = self.runtime.block_on(root(scrape.clone(), fetchers));
        Ok(())
    }
}
