//! await-in-loop: async from end to end, and one page at a time.
//!
//! What looks right: nothing blocks, there is a runtime with all its threads,
//! and every call that waits is awaited. What is wrong: `.await` means "wait
//! here", and here is the only loop there is. The next page is asked for when
//! the last one has come, so one page is in flight, and the other threads have
//! nothing to do.
//!
//! What it costs: the sum of all waits, which is what `sequential` takes. Async
//! lets a program wait for many things at once; it does not make it do so.
//!
//! Lesson 4, *async is not concurrency*. Written right: `models/tokio.rs`,
//! where each of many tasks has this loop.
//!
//! See it: `cargo run --release -- report --driver 'trap/await-in-loop,sequential/raw,tokio/raw'`

use std::sync::Arc;

use tokio::time::sleep;

use super::on_tokio::{self, Client};
use crate::clients::{AsyncClient, AsyncFetcher, Plan};
use crate::drivers::driver::{CancelMode, Kind, LessonProgram};
use crate::frontier::Step;
use crate::scrape::Scrape;

pub(super) const PROGRAM: LessonProgram = LessonProgram {
    name: "await-in-loop",
    kind: Kind::Trap {
        wrong: "awaits each page before it requests the next",
        lesson: "4",
    },
    crates: &["tokio", "mio"],
    pool_races: false,
    cancel_mode: CancelMode::Dropped,
    start: |plan| on_tokio::start(plan, program),
};

async fn program(scrape: Arc<Scrape>, plan: Plan) {
    let mut fetcher = Client::new(&plan).fetcher();
    loop {
        match scrape.next() {
            Step::Fetch(ticket) => {
                let fetch = fetcher.fetch(&ticket);
                let page = scrape.within(&ticket, fetch, sleep).await;
                scrape.visit(ticket, page);
            }
            Step::Wait(wait) => wait.or_sleep(sleep).await,
            Step::Stop => return,
        }
    }
}
