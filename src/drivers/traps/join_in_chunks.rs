//! join-in-chunks: as many at once as allowed, and then all wait for the last.
//!
//! What looks right: the work is cut into chunks of as many pages as may be in
//! flight, each chunk is fetched together, and the limit holds. What is wrong:
//! the next chunk begins when the slowest page of this one has come. A page
//! that takes ten times as long holds up all the others, whose places are
//! free and stay empty.
//!
//! What it costs: the slowest of each chunk, added up. With equal delays that
//! is nothing, so it passes every test on a desk; with a tail, as production
//! has it, the more are in flight the surer each chunk meets a slow one.
//!
//! Lesson 8, *more is not faster*. Written right: `models/tokio.rs`, where
//! a task that has ended its page takes the next.
//!
//! See it: `cargo run --release -- report --driver 'trap/join-in-chunks,tokio/raw' --workload tail`

use std::sync::Arc;

use tokio::time::sleep;

use super::on_tokio::{self, Client};
use crate::clients::{AsyncClient, AsyncFetcher, Plan};
use crate::drivers::driver::{CancelMode, Kind, LessonProgram};
use crate::frontier::{Step, Ticket};
use crate::scrape::Scrape;

pub(super) const PROGRAM: LessonProgram = LessonProgram {
    name: "join-in-chunks",
    kind: Kind::Trap {
        wrong: "starts the next chunk when the slowest page of this one has arrived",
        lesson: "8",
    },
    crates: &["tokio", "mio"],
    pool_races: false,
    cancel_mode: CancelMode::Dropped,
    start: |plan| on_tokio::start(plan, program),
};

async fn program(scrape: Arc<Scrape>, plan: Plan) {
    let client = Client::new(&plan);
    let mut fetchers: Vec<_> = (0..plan.concurrency).map(|_| client.fetcher()).collect();
    let mut chunk = Vec::new();
    loop {
        match scrape.next() {
            Step::Fetch(ticket) => chunk.push(ticket),
            Step::Wait(wait) if chunk.is_empty() => wait.or_sleep(sleep).await,
            Step::Stop if chunk.is_empty() => return,
            // As many as may be in flight, or all that are left.
            Step::Wait(_) | Step::Stop => {
                join_all(&scrape, &mut fetchers, std::mem::take(&mut chunk)).await;
            }
        }
    }
}

/// Fetches a chunk, each page in its own task, and waits for all of them.
async fn join_all(scrape: &Arc<Scrape>, fetchers: &mut Vec<impl AsyncFetcher>, chunk: Vec<Ticket>) {
    // There are as many fetchers as may be in flight: one for each page.
    let idle = fetchers.split_off(fetchers.len() - chunk.len());
    let pages = chunk.into_iter().zip(idle);
    let spawn = |(ticket, fetcher)| tokio::spawn(fetch(scrape.clone(), fetcher, ticket));
    let tasks: Vec<_> = pages.map(spawn).collect();
    for task in tasks {
        fetchers.push(task.await.expect("a fetch does not panic"));
    }
}

async fn fetch<F: AsyncFetcher>(scrape: Arc<Scrape>, mut fetcher: F, ticket: Ticket) -> F {
    let fetch = fetcher.fetch(&ticket);
    let page = scrape.within(&ticket, fetch, sleep).await;
    scrape.visit(ticket, page);
    fetcher
}
