//! cpu-on-the-loop: milliseconds of computing between two awaits.
//!
//! What looks right: every wait is awaited, as many pages are in flight as
//! may be, and what is done with a page (a fingerprint by which copies are
//! found) is an ordinary function. What is wrong: a task gives the loop back at
//! an `.await`, and there is none in some milliseconds of computing. Async
//! makes waiting cheap; it computes no faster than a plain loop, and while it
//! computes it does not wait for anything.
//!
//! What it costs: every other task is late by as much. Of twenty pages that come
//! together the last waits for nineteen others, timers and answers with it, and
//! a second core looks on.
//!
//! Lesson 7, *CPU on the loop*. Written right: `fixed/cpu_on_the_loop.rs`,
//! where `tokio::task::spawn_blocking` computes on another thread.
//!
//! See it: `cargo run --release -- report --driver 'trap/cpu-on-the-loop,fixed/cpu-on-the-loop' --loop-lag`

use std::hint::black_box;
use std::sync::Arc;

use tokio::time::sleep;

use crate::clients::{AsyncClient, AsyncFetcher, Plan};
use crate::drivers::driver::{CancelMode, Kind, LessonProgram};
use crate::drivers::traps::fingerprint::{Fingerprint, fingerprint};
use crate::drivers::traps::on_tokio::{self, Client};
use crate::frontier::Step;
use crate::scrape::Scrape;

pub(super) const PROGRAM: LessonProgram = LessonProgram {
    name: "cpu-on-the-loop",
    kind: Kind::Trap {
        wrong: "computes for milliseconds between two awaits, on the only loop",
        lesson: "7",
    },
    crates: &["tokio", "mio"],
    pool_races: false,
    cancel_mode: CancelMode::Dropped,
    start: |plan| on_tokio::start_current(plan, program),
};

async fn program(scrape: Arc<Scrape>, plan: Plan) {
    let client = Client::new(&plan);
    let spawn = |_| tokio::spawn(worker(scrape.clone(), client.fetcher()));
    let tasks: Vec<_> = (0..plan.concurrency).map(spawn).collect();
    let mut fingerprints = Vec::new();
    for task in tasks {
        fingerprints.extend(task.await.expect("a worker does not panic"));
    }
    // A search for copies would begin here.
    black_box(fingerprints);
}

async fn worker(scrape: Arc<Scrape>, mut fetcher: impl AsyncFetcher) -> Vec<Fingerprint> {
    let mut fingerprints = Vec::new();
    loop {
        match scrape.next() {
            Step::Fetch(ticket) => {
                let fetch = fetcher.fetch(&ticket);
                let page = scrape.within(&ticket, fetch, sleep).await;
                if let Ok(body) = &page {
                    let found = scrape.works(ticket.page(), || fingerprint(body));
                    fingerprints.push(found);
                }
                scrape.visit(ticket, page);
            }
            Step::Wait(wait) => wait.or_sleep(sleep).await,
            Step::Stop => return fingerprints,
        }
    }
}
