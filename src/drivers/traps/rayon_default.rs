//! rayon-default: waiting on a pool that has a thread a core.
//!
//! What looks right: `par_iter` over the work, the least that makes a loop
//! parallel, and all cores are used. What is wrong: no pool is named, so it is
//! rayon's global one, with as many threads as cores. That is right for
//! computing, where a thread more only takes turns. A thread that waits for a
//! server uses no core, and nothing else may use its place.
//!
//! What it costs: as many pages in flight as there are cores, however many
//! are allowed: twenty at once become two on a laptop of two cores, and the
//! same program is fast on a large server, where nobody sees why.
//!
//! As many as cores is what `--threads` is when it is not given; when it is, the
//! worker is told by `RAYON_NUM_THREADS`, which rayon reads when the pool
//! starts. So a lesson can say how many cores there are, on every machine.
//!
//! Lesson 2, *ten hands*. Written right: `models/rayon.rs`, which differs by
//! the pool.
//!
//! See it: `cargo run --release -- report --driver 'trap/rayon-default,rayon/ureq'`

use std::sync::Arc;

use rayon::prelude::*;

use crate::clients::ureq::Ureq;
use crate::clients::{BlockingClient, BlockingFetcher};
use crate::drivers::driver::{CancelMode, Kind, LessonProgram, Started};
use crate::frontier::Step;
use crate::scrape::Scrape;

pub(super) const PROGRAM: LessonProgram = LessonProgram {
    name: "rayon-default",
    kind: Kind::Trap {
        wrong: "waits on rayon's global pool, which has a thread a core",
        lesson: "2",
    },
    crates: &["rayon", "ureq"],
    pool_races: false,
    cancel_mode: CancelMode::ShutDown,
    start: |plan| {
        let client = Ureq::new(plan);
        // All of its threads are there when each has done something.
        rayon::broadcast(|_| ());
        let fetchers = (0..plan.concurrency).map(|_| client.fetcher()).collect();
        Ok(Box::new(RayonDefault { fetchers }))
    },
};

struct RayonDefault<F> {
    fetchers: Vec<F>,
}

impl<F: BlockingFetcher> Started for RayonDefault<F> {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        let workers = self.fetchers.par_iter_mut().with_max_len(1);
        workers.for_each(|fetcher| worker(scrape, fetcher));
        Ok(())
    }
}

fn worker(scrape: &Scrape, fetcher: &mut impl BlockingFetcher) {
    loop {
        match scrape.next() {
            Step::Fetch(ticket) => {
                let page = fetcher.fetch(&ticket);
                scrape.visit(ticket, page);
            }
            Step::Wait(wait) => wait.block(),
            Step::Stop => return,
        }
    }
}
