//! retry-storm: what fails is asked for again, at once.
//!
//! What looks right: a scraper that does not give up. It even tells what may
//! pass (a 503, a broken connection) from what will not (a 404). What is
//! wrong: a server says 503 because it has more requests than it can take, and
//! the answer to that is one request more, from everyone, without a pause.
//! `Retry-After` is not read, and attempts are not counted.
//!
//! What it costs: requests by the hundred for each page, all of them work for
//! a server that has none to spare, and CPU time at both ends. The program's
//! own account has one request a page, so its author learns of it last.
//!
//! Lesson 10, *retries*. Written right: hand the error to the frontier, as
//! every model does (`models/tokio.rs`): it waits, longer each time and never
//! the same, and stops after so many attempts.
//!
//! See it: `cargo run --release -- report --driver 'trap/retry-storm,tokio/raw' --workload storm`

use std::sync::Arc;

use tokio::time::sleep;

use super::on_tokio::{self, Client};
use crate::clients::{AsyncClient, AsyncFetcher, Plan};
use crate::drivers::driver::{CancelMode, Kind, LessonProgram};
use crate::frontier::{Step, Ticket};
use crate::scrape::Scrape;

pub(super) const PROGRAM: LessonProgram = LessonProgram {
    name: "retry-storm",
    kind: Kind::Trap {
        wrong: "retries failed requests at once and never waits",
        lesson: "10",
    },
    crates: &["tokio", "mio"],
    pool_races: false,
    cancel_mode: CancelMode::Dropped,
    start: |plan| on_tokio::start(plan, program),
};

async fn program(scrape: Arc<Scrape>, plan: Plan) {
    let client = Client::new(&plan);
    let spawn = |_| tokio::spawn(worker(scrape.clone(), client.fetcher()));
    let tasks: Vec<_> = (0..plan.concurrency).map(spawn).collect();
    for task in tasks {
        task.await.expect("a worker does not panic");
    }
}

async fn worker(scrape: Arc<Scrape>, mut fetcher: impl AsyncFetcher) {
    loop {
        match scrape.next() {
            Step::Fetch(ticket) => fetch_until_it_comes(&scrape, &mut fetcher, ticket).await,
            Step::Wait(wait) => wait.or_sleep(sleep).await,
            Step::Stop => return,
        }
    }
}

async fn fetch_until_it_comes(scrape: &Scrape, fetcher: &mut impl AsyncFetcher, ticket: Ticket) {
    loop {
        let fetch = fetcher.fetch(&ticket);
        match scrape.within(&ticket, fetch, sleep).await {
            Err(error) if error.failure().passes => {}
            page => return scrape.visit(ticket, page),
        }
    }
}
