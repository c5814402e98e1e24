//! sequential: one page at a time. The control.
//!
//! One thread, one connection, one loop. While the server takes its time the
//! thread sleeps in `read`, and nothing else happens: the wall time is the sum
//! of all waits, with the CPU idle for nearly all of it.
//!
//! See it: `cargo run --release -- report --driver 'sequential/*'`

use std::sync::Arc;

use crate::clients::{BlockingClient, BlockingFetcher, Plan};
use crate::drivers::driver::{BlockingModel, CancelMode, Kind, ModelInfo, Started};
use crate::frontier::Step;
use crate::scrape::Scrape;

/// The model; what it holds once started is its one fetcher.
#[derive(Debug)]
pub struct Sequential<F = ()> {
    fetcher: F,
}

impl BlockingModel for Sequential {
    const INFO: ModelInfo = ModelInfo {
        name: "sequential",
        crates: &[],
        kind: Kind::Model {
            waits: "one thread blocks on one page at a time",
        },
        one_at_a_time: true,
        keep_alive: true,
        cancel_mode: CancelMode::ShutDown,
    };

    fn start<C: BlockingClient>(_plan: &Plan, client: C) -> anyhow::Result<Box<dyn Started>> {
        let fetcher = client.fetcher();
        Ok(Box::new(Sequential { fetcher }))
    }
}

impl<F: BlockingFetcher> Started for Sequential<F> {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        worker(scrape, &mut self.fetcher);
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
