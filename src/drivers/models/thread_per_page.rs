//! thread-per-page: a thread and a connection for each page.
//!
//! The simplest program that waits for many things: spawn, let it block, let
//! it end. Spawning costs some 17 µs a page and each page pays for a new
//! connection. What it does not cost is the 2 MiB of stack a thread is said to
//! take: that is address space, and only the few pages touched are resident.
//!
//! See it: `cargo run --release -- report --driver 'thread-per-page/*'`

use std::sync::Arc;
use std::thread;

use anyhow::Context;

use crate::clients::{BlockingClient, BlockingFetcher, Plan};
use crate::drivers::driver::{BlockingModel, CancelMode, Kind, ModelInfo, Started};
use crate::frontier::{Step, Ticket};
use crate::scrape::Scrape;

/// The model; what it holds once started is the client, to make fetchers of.
#[derive(Debug)]
pub struct ThreadPerPage<C = ()> {
    client: C,
}

impl BlockingModel for ThreadPerPage {
    const INFO: ModelInfo = ModelInfo {
        name: "thread-per-page",
        crates: &[],
        kind: Kind::Model {
            waits: "each page has a thread of its own, which blocks and ends",
        },
        one_at_a_time: false,
        keep_alive: false,
        cancel_mode: CancelMode::ShutDown,
    };

    fn start<C: BlockingClient>(_plan: &Plan, client: C) -> anyhow::Result<Box<dyn Started>> {
        Ok(Box::new(ThreadPerPage { client }))
    }
}

impl<C: BlockingClient> Started for ThreadPerPage<C> {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        // The scope ends when the last of its threads has.
        thread::scope(|scope| {
            loop {
                match scrape.next() {
                    Step::Fetch(ticket) => {
                        let fetcher = self.client.fetcher();
                        thread::Builder::new()
                            .spawn_scoped(scope, || worker(scrape, ticket, fetcher))
                            .context(
                                "no further thread could be started; \
                                 a smaller --concurrency needs fewer, \
                                 and `regatta doctor` shows the limits",
                            )?;
                    }
                    Step::Wait(wait) => wait.block(),
                    Step::Stop => return Ok(()),
                }
            }
        })
    }
}

fn worker(scrape: &Scrape, ticket: Ticket, mut fetcher: impl BlockingFetcher) {
    let page = fetcher.fetch(&ticket);
    scrape.visit(ticket, page);
}
