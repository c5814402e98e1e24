//! client-per-page: a new client, and so a new connection, for each page.
//!
//! What looks right: `reqwest::get(url)`, the first line of every tutorial, in
//! as many tasks as may be in flight. What is wrong: a client is not a call
//! but a pool of connections. One that is made for a page and dropped after it
//! has nothing to hand on, and the next begins from nothing.
//!
//! What it costs: a connection a page, which is a round trip before the first
//! byte (with TLS two more, and the certificates read again), CPU time at both
//! ends, and a port a page that stays taken for a minute (`TIME_WAIT`): after
//! some 28,000 pages there is none left.
//!
//! The capstone, *which runtime?*: the gap that this makes is wider than that
//! between any two runtimes. Written right: `clients/reqwest.rs`, one client
//! for all, on `models/tokio.rs`.
//!
//! See it: `cargo run --release -- report --driver 'trap/client-per-page,tokio/reqwest' --workload loopback`

use std::sync::Arc;

use tokio::time::sleep;

use super::on_tokio;
use crate::clients::reqwest::Reqwest;
use crate::clients::{AsyncClient, AsyncFetcher, Plan};
use crate::drivers::driver::{CancelMode, Kind, LessonProgram};
use crate::frontier::Step;
use crate::scrape::Scrape;

pub(super) const PROGRAM: LessonProgram = LessonProgram {
    name: "client-per-page",
    kind: Kind::Trap {
        wrong: "makes a client for each page, and with it a connection",
        lesson: "C",
    },
    crates: &["tokio", "reqwest", "hyper"],
    pool_races: true,
    cancel_mode: CancelMode::Dropped,
    start: |plan| on_tokio::start(plan, program),
};

async fn program(scrape: Arc<Scrape>, plan: Plan) {
    let spawn = |_| tokio::spawn(worker(scrape.clone(), plan.clone()));
    let tasks: Vec<_> = (0..plan.concurrency).map(spawn).collect();
    for task in tasks {
        task.await.expect("a worker does not panic");
    }
}

async fn worker(scrape: Arc<Scrape>, plan: Plan) {
    loop {
        match scrape.next() {
            Step::Fetch(ticket) => {
                let mut fetcher = Reqwest::new(&plan).fetcher();
                let fetch = fetcher.fetch(&ticket);
                let page = scrape.within(&ticket, fetch, sleep).await;
                scrape.visit(ticket, page);
            }
            Step::Wait(wait) => wait.or_sleep(sleep).await,
            Step::Stop => return,
        }
    }
}
