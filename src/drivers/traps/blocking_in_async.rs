//! blocking-in-async: a blocking client inside of async tasks.
//!
//! What looks right: a task for each page in flight, on a runtime, in an
//! `async fn`. What is wrong: the client is one that blocks. A task gives its
//! thread back at an `.await`, and `fetch` has none: the thread sleeps in
//! `read`, and every other task that it would have run sleeps with it.
//! `async` before a function changes what the function returns, not what it
//! calls.
//!
//! What it costs: as many pages in flight as the runtime has threads, however
//! many tasks there are: on two cores a tenth of twenty. The whole loop stands
//! still meanwhile, timers and all.
//!
//! Lesson 6, *do not block the loop*. Written right: `models/tokio.rs` with a
//! client that awaits; where there is none, `fixed/blocking_in_async.rs`, or
//! `models/thread_pool.rs`.
//!
//! See it: `cargo run --release -- report --driver 'trap/blocking-in-async,fixed/blocking-in-async,tokio/raw' --loop-lag`

use std::sync::Arc;

use tokio::time::sleep;

use crate::clients::ureq::Ureq;
use crate::clients::{BlockingClient, BlockingFetcher, Plan};
use crate::drivers::driver::{CancelMode, Kind, LessonProgram};
use crate::drivers::traps::on_tokio;
use crate::frontier::Step;
use crate::scrape::Scrape;

pub(super) const PROGRAM: LessonProgram = LessonProgram {
    name: "blocking-in-async",
    kind: Kind::Trap {
        wrong: "blocks the runtime's threads: its client does not await",
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
                let page = fetcher.fetch(&ticket);
                scrape.visit(ticket, page);
            }
            Step::Wait(wait) => wait.or_sleep(sleep).await,
            Step::Stop => return,
        }
    }
}
