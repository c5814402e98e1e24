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
//! Lesson 7, *CPU on the loop*. Written right: `models/tokio_current.rs` for
//! the waiting, and `tokio::task::spawn_blocking` or a rayon pool for the
//! computing.
//!
//! See it: `cargo run --release -- report --driver 'trap/cpu-on-the-loop,tokio-current/raw' --loop-lag`

use std::hint::black_box;
use std::sync::Arc;

use tokio::time::sleep;

use super::Trap;
use super::on_tokio::{self, Client};
use crate::clients::{AsyncClient, AsyncFetcher, Plan};
use crate::frontier::Step;
use crate::models::LetsGo;
use crate::scrape::Scrape;

pub(super) const TRAP: Trap = Trap {
    name: "cpu-on-the-loop",
    wrong: "computes for milliseconds between two awaits, on the only loop",
    lesson: "7",
    crates: &["tokio", "mio"],
    pool_races: false,
    lets_go: LetsGo::Dropped,
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
    // Whoever looks for copies begins here.
    black_box(fingerprints);
}

async fn worker(scrape: Arc<Scrape>, mut fetcher: impl AsyncFetcher) -> Vec<Fingerprint> {
    let mut fingerprints = Vec::new();
    loop {
        match scrape.next() {
            Step::Fetch(ticket) => {
                let fetch = fetcher.fetch(&ticket);
                let page = scrape.within(&ticket, fetch, sleep).await;
                fingerprints.extend(page.as_ref().ok().map(|body| fingerprint(body)));
                scrape.visit(ticket, page);
            }
            Step::Wait(wait) => wait.or_sleep(sleep).await,
            Step::Stop => return fingerprints,
        }
    }
}

/// Two pages are as alike as the share of places in which these agree.
type Fingerprint = Vec<u64>;

/// So many places tell a likeness to about 4 %.
const PLACES: usize = 512;

/// Words of so many bytes are compared, at every offset.
const SHINGLE: usize = 8;

/// `MinHash` (Broder, 1997): the least hash of any shingle, by each of many hash
/// functions.
fn fingerprint(page: &[u8]) -> Fingerprint {
    let mut least = vec![u64::MAX; PLACES];
    for &shingle in page.array_windows::<SHINGLE>() {
        let mut hash = u64::from_be_bytes(shingle);
        for place in &mut least {
            // Knuth's linear congruential generator: the next function's hash.
            hash = hash
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            *place = (*place).min(hash);
        }
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(one: &[u8], other: &[u8]) -> f64 {
        let (one, other) = (fingerprint(one), fingerprint(other));
        let alike = one.iter().zip(&other).filter(|(one, other)| one == other);
        alike.count() as f64 / PLACES as f64
    }

    #[test]
    fn fingerprints_tell_a_copy_from_a_page_that_is_half_the_same_and_from_another() {
        let words: Vec<u8> = (0..600_u32).flat_map(u32::to_be_bytes).collect();
        let (whole, half) = (&words[..1200], &words[600..1800]);
        assert!((likeness(whole, whole) - 1.0).abs() < f64::EPSILON);
        // Half of each is in both, so a third of all that is in either.
        assert!((0.25..0.42).contains(&likeness(whole, half)));
        assert!(likeness(whole, &words[1200..]) < 0.1);
    }
}
