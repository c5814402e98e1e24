//! cpu-on-the-loop, fixed: the computing has its own threads.
//!
//! What was wrong: between two awaits the loop did nothing but compute. What
//! fixes it: `spawn_blocking` hands the computing to a thread beside the loop,
//! and the task awaits that. The loop goes on waiting for everything else, and
//! a second core computes, too.
//!
//! The page is handed back before its fingerprint is there. Its place in flight
//! is the server's to grant, and nothing is asked of the server while one
//! computes. But its task asks for no other page until then, so that no more
//! pages wait to be computed than there are tasks: a program that only handed
//! its work on would pile pages up in memory whenever they come faster than
//! they can be computed.
//!
//! What it costs: a copy of each page, because it goes to another thread, and
//! crossing over and back. What has been handed over cannot be given up, so an
//! abort waits until it is computed. More threads than cores would only take
//! turns, and the loop would have to wait for its own;
//! `on_tokio::start_current` sees to that.
//!
//! Lesson 7, *CPU on the loop*. The mistake: `traps/cpu_on_the_loop.rs`.
//!
//! See it: `cargo run --release -- report --driver 'trap/cpu-on-the-loop,fixed/cpu-on-the-loop' --loop-lag`

use std::hint::black_box;
use std::sync::Arc;

use tokio::task::spawn_blocking;
use tokio::time::sleep;

use crate::clients::{AsyncClient, AsyncFetcher, Plan};
use crate::drivers::driver::{CancelMode, Kind, LessonProgram};
use crate::drivers::traps::fingerprint::{Fingerprint, fingerprint};
use crate::drivers::traps::on_tokio::{self, Client};
use crate::frontier::Step;
use crate::scrape::Scrape;

pub(super) const PROGRAM: LessonProgram = LessonProgram {
    name: "cpu-on-the-loop",
    kind: Kind::Fixed {
        fix: "computes on other threads, and awaits them on the only loop",
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
                let (number, body) = (ticket.page(), page.as_ref().ok().map(|body| body.to_vec()));
                scrape.visit(ticket, page);
                if let Some(body) = body {
                    let scrape = scrape.clone();
                    let work = move || scrape.works(number, || fingerprint(&body));
                    let done = spawn_blocking(work).await;
                    fingerprints.push(done.expect("computing does not panic"));
                }
            }
            Step::Wait(wait) => wait.or_sleep(sleep).await,
            Step::Stop => return fingerprints,
        }
    }
}
