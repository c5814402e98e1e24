//! blocking-in-async, fixed: a blocking client, in threads that may block.
//!
//! What was wrong: a fetch that never gives its thread back kept it from every
//! other task. The fix: `spawn_blocking` hands the fetch to a thread
//! beside the runtime, and the task awaits that thread; an `.await` gives the
//! runtime's own back. One of these is enough, however many pages are in
//! flight.
//!
//! The fetcher goes there and comes back, because a task holds no reference
//! across threads; and the page is read where it was fetched, which saves a
//! copy of it.
//!
//! What it costs: a thread for each page in flight, as in
//! `models/thread_pool.rs`, and crossing over to it and back for each page.
//! tokio starts at most 512 of them and lets the others wait in silence;
//! `on_tokio::start` asks for as many as pages in flight.
//!
//! Lesson 6, *do not block the loop*. The mistake: `traps/blocking_in_async.rs`.
//!
//! See it: `cargo run --release -- report --driver 'trap/blocking-in-async,fixed/blocking-in-async,tokio/raw' --loop-lag`

use std::sync::Arc;

use tokio::task::spawn_blocking;
use tokio::time::sleep;

use crate::clients::ureq::Ureq;
use crate::clients::{BlockingClient, BlockingFetcher, Plan};
use crate::drivers::driver::{CancelMode, Kind, LessonProgram};
use crate::drivers::traps::on_tokio;
use crate::frontier::Step;
use crate::scrape::Scrape;

pub(super) const PROGRAM: LessonProgram = LessonProgram {
    name: "blocking-in-async",
    kind: Kind::Fixed {
        fix: "hands each fetch to a thread that may block, and awaits that",
        lesson: "6",
    },
    crates: &["tokio", "ureq"],
    pool_races: false,
    cancel_mode: CancelMode::ShutDown,
    start: |plan| on_tokio::start(plan, program),
};

async fn program(scrape: Arc<Scrape>, plan: Plan) {
    let client = Ureq::new(&plan);
    let spawn = |_| tokio::spawn(worker(scrape.clone(), client.fetcher()));
    let tasks: Vec<_> = (0..plan.concurrency).map(spawn).collect();
    for task in tasks {
        task.await.expect("a worker does not panic");
    }
}

async fn worker(scrape: Arc<Scrape>, mut fetcher: impl BlockingFetcher) {
    loop {
        match scrape.next() {
            Step::Fetch(ticket) => {
                let scrape = scrape.clone();
                let fetch_and_visit = move || {
                    let page = fetcher.fetch(&ticket);
                    scrape.visit(ticket, page);
                    fetcher
                };
                let done = spawn_blocking(fetch_and_visit).await;
                fetcher = done.expect("a fetch does not panic");
            }
            Step::Wait(wait) => wait.or_sleep(sleep).await,
            Step::Stop => return,
        }
    }
}
