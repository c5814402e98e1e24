//! thread-per-page: a thread and a connection for each page.
//!
//! The simplest program that waits for many things: spawn, block, end. Expect a
//! start of some 17 µs and a new connection for each page. The 2 MiB of stack
//! are address space: only the few pages that are touched are resident.
//!
//! See it: `cargo run --release -- report --driver 'thread-per-page/*'`

use std::sync::Arc;
use std::thread;

use anyhow::Context;

use super::start;
use crate::clients::{BlockingClient, BlockingFetcher, Plan};
use crate::drivers::driver::{BlockingModel, Started};
use crate::frontier::{Step, Ticket};
use crate::scrape::Scrape;

/// The model. Once started it holds the client, which makes a fetcher a page.
#[derive(Debug)]
pub struct ThreadPerPage<C = ()> {
    client: C,
}

impl BlockingModel for ThreadPerPage {
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
                            .context(start::NO_THREAD)?;
                    }
                    // All places are taken, or no page may begin yet.
                    Step::Wait(wait) => wait.block(),
                    Step::Stop => return Ok(()),
                }
            }
        })
    }
}

/// A worker's whole life: one page. In `fetch` its thread sleeps.
fn worker(scrape: &Scrape, ticket: Ticket, mut fetcher: impl BlockingFetcher) {
    let page = fetcher.fetch(&ticket);
    scrape.visit(ticket, page);
}
