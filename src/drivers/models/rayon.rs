//! rayon: a pool for computing, used for waiting.
//!
//! A thread that blocks on a socket computes nothing and cannot steal work. So
//! this pool has a thread for each page in flight; rayon's global pool has one
//! for each core. Expect the numbers of thread-pool.
//!
//! See it: `cargo run --release -- report --driver 'rayon/*,thread-pool/*'`

use std::sync::Arc;

use anyhow::Context;
use rayon::prelude::*;

use super::start;
use crate::clients::{BlockingClient, BlockingFetcher, Plan};
use crate::drivers::driver::{BlockingModel, Started};
use crate::frontier::Step;
use crate::scrape::Scrape;

/// The model. Once started it holds its threads and a fetcher for each.
#[derive(Debug)]
pub struct Rayon<F = ()> {
    threads: rayon::ThreadPool,
    fetchers: Vec<F>,
}

impl BlockingModel for Rayon {
    fn start<C: BlockingClient>(plan: &Plan, client: C) -> anyhow::Result<Box<dyn Started>> {
        let threads = rayon::ThreadPoolBuilder::new().num_threads(plan.concurrency);
        let threads = threads.build();
        let threads = threads.with_context(|| start::no_threads(plan.concurrency))?;
        // Returns when each thread has run this, so when all of them run.
        threads.broadcast(|_| ());
        let fetchers = (0..plan.concurrency).map(|_| client.fetcher()).collect();
        Ok(Box::new(Rayon::<C::Fetcher> { threads, fetchers }))
    }
}

impl<F: BlockingFetcher> Started for Rayon<F> {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        let fetchers = std::mem::take(&mut self.fetchers);
        self.fetchers = self.threads.install(|| {
            // At most one worker a job. rayon would put several workers on one
            // thread, which is right for computing: there they would take turns.
            let fetchers = fetchers.into_par_iter().with_max_len(1);
            fetchers.map(|fetcher| worker(scrape, fetcher)).collect()
        });
        Ok(())
    }
}

/// A worker's whole life. In `fetch` and `block` its thread sleeps.
fn worker<F: BlockingFetcher>(scrape: &Scrape, mut fetcher: F) -> F {
    loop {
        match scrape.next() {
            Step::Fetch(ticket) => {
                let page = fetcher.fetch(&ticket);
                scrape.visit(ticket, page);
            }
            Step::Wait(wait) => wait.block(),
            Step::Stop => return fetcher,
        }
    }
}
