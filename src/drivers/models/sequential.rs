//! sequential: one page at a time. The control.
//!
//! While the server works, the only thread sleeps in `read`. Expect a wall time
//! that is the sum of all latencies, and a CPU that is nearly idle.
//!
//! See it: `cargo run --release -- report --driver 'sequential/*'`

use std::sync::Arc;

use crate::clients::{BlockingClient, BlockingFetcher, Plan};
use crate::drivers::driver::{BlockingModel, Started};
use crate::frontier::Step;
use crate::scrape::Scrape;

/// The model. Once started it holds its fetcher.
#[derive(Debug)]
pub struct Sequential<F = ()> {
    fetchers: Vec<F>,
}

impl BlockingModel for Sequential {
    fn start<C: BlockingClient>(_plan: &Plan, client: C) -> anyhow::Result<Box<dyn Started>> {
        let fetchers = vec![client.fetcher()];
        Ok(Box::new(Sequential::<C::Fetcher> { fetchers }))
    }
}

impl<F: BlockingFetcher> Started for Sequential<F> {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        let fetchers = std::mem::take(&mut self.fetchers);
        let fetchers = fetchers.into_iter().map(|fetcher| worker(scrape, fetcher));
        self.fetchers = fetchers.collect();
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
