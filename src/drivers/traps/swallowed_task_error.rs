//! swallowed-task-error: a task fails, and no code notices.
//!
//! What looks right: a task a page, no more than may be in flight, `?` where a
//! fetch may fail, connections taken back from the tasks that have ended. What
//! is wrong: `?` carries an error to the code that reads the result, and none
//! does. `if let Ok(..)` takes what it can use and drops the rest without a
//! word: an error, or the panic of a task.
//!
//! What it costs: every page that failed. No error is counted, none is tried
//! again, and the program ends well, and early, for what is missing takes no
//! time. The place of a page that failed is not given back, either, so there
//! are fewer of them with every error.
//!
//! Lesson 9, *deadlines and cancellation*: "how many succeed?" cannot be
//! answered by a program that does not look. Written right: `models/tokio.rs`,
//! where every page is handed back, for good or ill.
//!
//! See it: `cargo run --release -- report --driver 'trap/swallowed-task-error,tokio/raw' --faults 500=5%`

use std::sync::Arc;

use tokio::task::JoinSet;
use tokio::time::sleep;

use super::on_tokio::{self, Client};
use crate::clients::{AsyncClient, AsyncFetcher, FetchError, Plan};
use crate::drivers::driver::{CancelMode, Kind, LessonProgram};
use crate::frontier::{Step, Ticket};
use crate::scrape::Scrape;

pub(super) const PROGRAM: LessonProgram = LessonProgram {
    name: "swallowed-task-error",
    kind: Kind::Trap {
        wrong: "ignores tasks that end with an error",
        lesson: "9",
    },
    crates: &["tokio", "mio"],
    pool_races: false,
    cancel_mode: CancelMode::Dropped,
    start: |plan| on_tokio::start(plan, program),
};

async fn program(scrape: Arc<Scrape>, plan: Plan) {
    let client = Client::new(&plan);
    let (mut tasks, mut idle) = (JoinSet::new(), Vec::new());
    loop {
        match scrape.next() {
            Step::Fetch(ticket) => {
                // A task that has handed its page over may not have ended yet.
                if tasks.len() == plan.concurrency {
                    idle.extend(next_fetcher(&mut tasks).await);
                }
                let fetcher = idle.pop().unwrap_or_else(|| client.fetcher());
                tasks.spawn(fetch(scrape.clone(), fetcher, ticket));
            }
            Step::Wait(wait) if wait.at_most().is_some() => wait.or_sleep(sleep).await,
            Step::Wait(_) if !tasks.is_empty() => idle.extend(next_fetcher(&mut tasks).await),
            // Nothing is under way and nothing will be: it is through.
            Step::Wait(_) | Step::Stop => break,
        }
    }
    while !tasks.is_empty() {
        next_fetcher(&mut tasks).await;
    }
}

/// Waits for a task to end, and takes its fetcher back.
async fn next_fetcher<F: 'static>(tasks: &mut JoinSet<Result<F, FetchError>>) -> Option<F> {
    if let Some(Ok(Ok(fetcher))) = tasks.join_next().await {
        return Some(fetcher);
    }
    None
}

async fn fetch<F: AsyncFetcher>(
    scrape: Arc<Scrape>,
    mut fetcher: F,
    ticket: Ticket,
) -> Result<F, FetchError> {
    let fetch = fetcher.fetch(&ticket);
    let page = scrape.within(&ticket, fetch, sleep).await?;
    scrape.visit(ticket, Ok(page));
    Ok(fetcher)
}
