//! unbounded: a task for each page, all at once.
//!
//! What looks right: spawn a task a page, await them all, then go through what
//! they brought. Tasks are cheap, so why count them? What is wrong: it is not
//! the tasks that have to be counted but what they ask for. Every page is
//! requested in the first instant, however many the server, its owner, or the
//! scenario allow, and all bodies are in memory before the first is looked at.
//!
//! What it costs: connections, descriptors and memory by the number of pages,
//! and a server that is full: it works no faster, so each request waits in a
//! queue behind all others, and those with a time limit run out of it.
//!
//! Lesson 8, *more is not faster*. Written right: `models/tokio.rs`, with as
//! many tasks as may be in flight; a semaphore does it, too.
//!
//! See it: `cargo run --release -- report --driver 'trap/unbounded,tokio/raw' --workload slots`

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::on_tokio::{self, Client};
use crate::clients::{AsyncClient, AsyncFetcher, FetchError, Plan};
use crate::drivers::driver::{CancelMode, Kind, LessonProgram};
use crate::frontier::{Frontier, Step, Ticket};
use crate::scrape::Scrape;
use crate::site::workload::Politeness;

pub(super) const PROGRAM: LessonProgram = LessonProgram {
    name: "unbounded",
    kind: Kind::Trap {
        wrong: "requests all pages at once and ignores the limit",
        lesson: "8",
    },
    crates: &["tokio", "mio"],
    pool_races: false,
    cancel_mode: CancelMode::Dropped,
    start: |plan| on_tokio::start(plan, program),
};

type Page = Result<Vec<u8>, FetchError>;

async fn program(scrape: Arc<Scrape>, plan: Plan) {
    let client = Client::new(&plan);
    let spawn = |ticket: Ticket| {
        let fetch = fetch(scrape.clone(), client.fetcher(), ticket);
        tokio::spawn(fetch)
    };
    let tasks: Vec<_> = every_page(&scrape).map(spawn).collect();
    let mut pages = HashMap::new();
    for task in tasks {
        let (number, page) = task.await.expect("a fetch does not panic");
        pages.insert(number, page);
    }
    hand_over(&scrape, pages).await;
}

/// A separate list: the scenario's would hand out no more than is allowed.
fn every_page(scrape: &Scrape) -> impl Iterator<Item = Ticket> {
    let pages = scrape.pages();
    let no_limit = usize::try_from(pages).unwrap_or(usize::MAX);
    let list = Frontier::new(pages, no_limit, Politeness::default());
    std::iter::from_fn(move || match list.next(Duration::ZERO) {
        Step::Fetch(ticket) => Some(ticket),
        Step::Wait(_) | Step::Stop => None,
    })
}

async fn fetch(scrape: Arc<Scrape>, mut fetcher: impl AsyncFetcher, ticket: Ticket) -> (u64, Page) {
    let fetch = fetcher.fetch(&ticket);
    let page = scrape.within(&ticket, fetch, sleep).await;
    (ticket.page(), page.map(|page| page.to_vec()))
}

async fn hand_over(scrape: &Scrape, mut pages: HashMap<u64, Page>) {
    loop {
        match scrape.next() {
            Step::Fetch(ticket) => match pages.remove(&ticket.page()) {
                Some(Ok(page)) => scrape.visit(ticket, Ok((&page).into())),
                Some(Err(error)) => scrape.visit(ticket, Err(error)),
                None => scrape.visit(ticket, Err(once())),
            },
            Step::Wait(wait) => wait.or_sleep(sleep).await,
            Step::Stop => return,
        }
    }
}

/// The message for a page that needs a retry.
fn once() -> FetchError {
    let why = "it was asked for once, with all the others";
    FetchError::Client(why.to_owned(), "not tried again")
}
