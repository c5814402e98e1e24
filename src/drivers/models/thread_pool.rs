//! thread-pool: as many threads as pages in flight, each with a connection.
//!
//! A thread that reads from its socket sleeps until bytes arrive; the kernel
//! runs another. Expect about the wall time of tokio. The price: each page in
//! flight needs a kernel thread with its stack, and each wait a thread switch.
//!
//! See it: `cargo run --release -- report --driver 'thread-pool/*'`

use std::sync::Arc;

use super::pool::Pool;
use crate::clients::{BlockingClient, BlockingFetcher, Plan};
use crate::drivers::driver::{BlockingModel, Started};
use crate::frontier::Step;
use crate::scrape::Scrape;

/// The model. Once started it holds the pool and a fetcher for each thread.
#[derive(Debug)]
pub struct ThreadPool<F = ()> {
    pool: Pool<F>,
    fetchers: Vec<F>,
}

impl BlockingModel for ThreadPool {
    fn start<C: BlockingClient>(plan: &Plan, client: C) -> anyhow::Result<Box<dyn Started>> {
        let pool = Pool::start(plan.concurrency)?;
        let fetchers = (0..plan.concurrency).map(|_| client.fetcher()).collect();
        Ok(Box::new(ThreadPool::<C::Fetcher> { pool, fetchers }))
    }
}

impl<F: BlockingFetcher> Started for ThreadPool<F> {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        let fetchers = std::mem::take(&mut self.fetchers);
        self.fetchers = root(&self.pool, scrape, fetchers);
        Ok(())
    }
}

fn root<F: BlockingFetcher>(pool: &Pool<F>, scrape: &Arc<Scrape>, fetchers: Vec<F>) -> Vec<F> {
    // Each worker asks for its next page when it is ready for one, so a slow
    // page delays only the thread that fetches it.
    let spawn = |fetcher| pool.spawn(worker, scrape.clone(), fetcher);
    let tasks: Vec<_> = fetchers.into_iter().map(spawn).collect();
    let mut fetchers = Vec::new();
    for task in tasks {
        fetchers.push(task.join());
    }
    fetchers
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
