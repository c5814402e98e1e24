//! forgotten-future: work that was written down and never begun.
//!
//! What looks right: it calls `worker` for each place and keeps what it is
//! given, as in other languages, where a call to an async function begins the
//! work. What is wrong: in Rust the call makes a future and runs none of it. A
//! future runs when it is awaited or spawned; these are dropped at the end of
//! the function. The compiler warns of a future that is not used, but to be
//! pushed to a list is a use, and nobody reads the list.
//!
//! What it costs: all pages. It is the fastest program of them all, and
//! without a look at the pages it would win.
//!
//! Lesson 4, *async is not concurrency*. Written right: `models/tokio.rs`,
//! with `tokio::spawn` around the call and an `.await` for each task.
//!
//! See it: `cargo run --release -- report --driver 'trap/forgotten-future,tokio/raw'`

use std::sync::Arc;

use tokio::time::sleep;

use super::on_tokio::{self, Client};
use crate::clients::{AsyncClient, AsyncFetcher, Plan};
use crate::drivers::driver::{CancelMode, Kind, LessonProgram};
use crate::frontier::Step;
use crate::scrape::Scrape;

pub(super) const PROGRAM: LessonProgram = LessonProgram {
    name: "forgotten-future",
    kind: Kind::Trap {
        wrong: "creates futures and never awaits or spawns one",
        lesson: "4",
    },
    crates: &["tokio", "mio"],
    pool_races: false,
    cancel_mode: CancelMode::Dropped,
    start: |plan| on_tokio::start(plan, program),
};

async fn program(scrape: Arc<Scrape>, plan: Plan) {
    let client = Client::new(&plan);
    let mut workers = Vec::new();
    for _ in 0..plan.concurrency {
        workers.push(worker(scrape.clone(), client.fetcher()));
    }
}

async fn worker(scrape: Arc<Scrape>, mut fetcher: impl AsyncFetcher) {
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
