//! async-std: discontinued by its authors (RUSTSEC-2025-0052), who say: use
//! smol. Here for programs that still run on it.
//!
//! It runs on smol's executor and reactor under its own names. Expect the
//! numbers of smol: a difference is noise or an error of the harness.
//!
//! See it: `cargo run --release -- report --driver 'async-std/*,smol/*'`

use std::sync::Arc;

use async_std::task;

use super::start;
use crate::clients::net::async_std::{AsyncStdNet, sleep};
use crate::clients::{AsyncClient, AsyncFetcher, Plan};
use crate::drivers::driver::{AsyncModel, Started};
use crate::frontier::Step;
use crate::scrape::Scrape;

/// The model. Once started it holds a fetcher for each task.
#[derive(Debug)]
pub struct AsyncStd<F = ()> {
    fetchers: Vec<F>,
}

impl AsyncModel for AsyncStd {
    type Net = AsyncStdNet;

    fn start<C: AsyncClient>(plan: &Plan, client: C) -> anyhow::Result<Box<dyn Started>> {
        // The executor is global, so it can only be checked, not made.
        start::async_std(plan)?;
        let fetchers = (0..plan.concurrency).map(|_| client.fetcher()).collect();
        Ok(Box::new(AsyncStd::<C::Fetcher> { fetchers }))
    }
}

impl<F: AsyncFetcher> Started for AsyncStd<F> {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        let fetchers = std::mem::take(&mut self.fetchers);
        let root = root(scrape.clone(), fetchers);
        let root = scrape.clone().with_ticker(root, sleep);
        // The root is a task too, and this thread only sleeps until it ends:
        // `task::block_on` would make it one more thread that runs tasks.
        self.fetchers = smol::future::block_on(task::spawn(root));
        Ok(())
    }
}

async fn root<F: AsyncFetcher>(scrape: Arc<Scrape>, fetchers: Vec<F>) -> Vec<F> {
    // A spawned task runs beside the others; a future alone does nothing.
    let spawn = |fetcher| task::spawn(worker(scrape.clone(), fetcher));
    let tasks: Vec<_> = fetchers.into_iter().map(spawn).collect();
    let mut fetchers = Vec::new();
    for task in tasks {
        fetchers.push(task.await);
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
