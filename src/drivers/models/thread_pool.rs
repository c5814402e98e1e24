//! thread-pool: as many threads as pages in flight, each with a connection.
//!
//! The threads pull from one shared cursor, so a slow page holds up its own
//! thread and no other. Waiting is the kernel's business: a thread that reads
//! from its socket is taken off the CPU and put back when bytes arrive. The
//! price is a stack and a kernel thread for every page in flight, and a switch
//! between threads for every wait.
//!
//! See it: `cargo run --release -- report --driver 'thread-pool/*'`

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use anyhow::Context;

use crate::clients::{BlockingClient, BlockingFetcher, Plan};
use crate::drivers::driver::{BlockingModel, CancelMode, Kind, ModelInfo, Started};
use crate::frontier::Step;
use crate::scrape::Scrape;

/// The model; what it holds once started is the pool.
#[derive(Debug)]
pub struct ThreadPool {
    threads: Vec<PooledThread>,
}

/// A thread that waits for a scrape, works on it, and says when it is through.
/// It ends when the pool is dropped.
#[derive(Debug)]
struct PooledThread {
    scrapes: Sender<Arc<Scrape>>,
    through: Receiver<()>,
}

impl BlockingModel for ThreadPool {
    const INFO: ModelInfo = ModelInfo {
        name: "thread-pool",
        crates: &[],
        kind: Kind::Model {
            waits: "a fixed set of threads, each blocks on its own page",
        },
        one_at_a_time: false,
        keep_alive: true,
        cancel_mode: CancelMode::ShutDown,
    };

    fn start<C: BlockingClient>(plan: &Plan, client: C) -> anyhow::Result<Box<dyn Started>> {
        let threads: Vec<PooledThread> = (0..plan.concurrency)
            .map(|_| spawn(client.fetcher()))
            .collect::<Result<_, _>>()
            .with_context(|| {
                format!(
                    "not all of {} threads could be started; a smaller --concurrency \
                     needs fewer, and `regatta doctor` shows the limits",
                    plan.concurrency
                )
            })?;
        wait_for(&threads)?;
        Ok(Box::new(Self { threads }))
    }
}

impl Started for ThreadPool {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        for thread in &self.threads {
            thread
                .scrapes
                .send(scrape.clone())
                .context("a thread of the pool has ended")?;
        }
        wait_for(&self.threads)
    }
}

/// Waits until each thread has said that it is through, or there.
fn wait_for(threads: &[PooledThread]) -> anyhow::Result<()> {
    for thread in threads {
        thread
            .through
            .recv()
            .context("a thread of the pool has panicked")?;
    }
    Ok(())
}

fn spawn(mut fetcher: impl BlockingFetcher) -> std::io::Result<PooledThread> {
    let (scrapes, next_scrape) = channel::<Arc<Scrape>>();
    let (say_through, through) = channel();
    thread::Builder::new().spawn(move || {
        let _ = say_through.send(());
        for scrape in next_scrape {
            worker(&scrape, &mut fetcher);
            drop(scrape);
            // Nobody listens any more when the pool is being dropped.
            let _ = say_through.send(());
        }
    })?;
    Ok(PooledThread { scrapes, through })
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
