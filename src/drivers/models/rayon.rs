//! rayon: a pool made for computing, put to waiting.
//!
//! Its threads steal work from each other, which keeps cores busy; a thread
//! that blocks on a socket is not busy, cannot steal, and holds its place. So
//! the pool is our own, with a thread for each page in flight: rayon's global
//! pool has as many threads as cores and would have as many pages in flight.
//! Set up so, it is a thread pool, and should measure like one.
//!
//! See it: `cargo run --release -- report --driver 'rayon/*,thread-pool/*'`

use std::sync::Arc;

use anyhow::Context;
use rayon::prelude::*;

use crate::clients::{BlockingClient, BlockingFetcher, Plan};
use crate::drivers::driver::{BlockingModel, CancelMode, Kind, ModelInfo, Started};
use crate::frontier::Step;
use crate::scrape::Scrape;

/// The model; what it holds once started is the pool and a fetcher a thread.
#[derive(Debug)]
pub struct Rayon<F = ()> {
    pool: rayon::ThreadPool,
    fetchers: Vec<F>,
}

impl BlockingModel for Rayon {
    const INFO: ModelInfo = ModelInfo {
        name: "rayon",
        crates: &["rayon"],
        kind: Kind::Model {
            waits: "a work-stealing pool of as many threads, each blocks on its own page",
        },
        one_at_a_time: false,
        keep_alive: true,
        cancel_mode: CancelMode::ShutDown,
    };

    fn start<C: BlockingClient>(plan: &Plan, client: C) -> anyhow::Result<Box<dyn Started>> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(plan.concurrency)
            .build()
            .with_context(|| {
                format!(
                    "rayon could not start {} threads; a smaller --concurrency \
                     needs fewer, and `regatta doctor` shows the limits",
                    plan.concurrency
                )
            })?;
        // All of its threads are there when each has done something.
        pool.broadcast(|_| ());
        let fetchers = (0..plan.concurrency).map(|_| client.fetcher()).collect();
        Ok(Box::new(Rayon::<C::Fetcher> { pool, fetchers }))
    }
}

impl<F: BlockingFetcher> Started for Rayon<F> {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        let Self { pool, fetchers } = self;
        // At most one fetcher a job: rayon would otherwise put several behind
        // each other on one thread, which is right for computing.
        pool.install(|| {
            let workers = fetchers.par_iter_mut().with_max_len(1);
            workers.for_each(|fetcher| worker(scrape, fetcher));
        });
        Ok(())
    }
}

fn worker(scrape: &Scrape, fetcher: &mut impl BlockingFetcher) {
    loop {
        match scrape.next() {
            Step::Fetch(ticket) => {
                let page = fetcher.fetch(&ticket);
                scrape.visit(ticket, page);
            }
            Step::Wait(wait) => wait.block(),
            Step::Stop => return,
        }
    }
}
