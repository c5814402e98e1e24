//! smol: as many tasks as pages in flight, on an executor put together by hand.
//!
//! The executor is a queue of tasks; the threads are ours. Any thread without a
//! task waits in epoll for all sockets. Expect tokio's numbers and one more
//! system call a page: this reactor registers a socket again for each wait.
//!
//! See it: `cargo run --release -- report --driver 'smol/*'`

use std::sync::Arc;

use smol::Executor;
use smol::channel::{Sender, bounded};

use super::start;
use crate::clients::net::smol::{SmolNet, sleep};
use crate::clients::{AsyncClient, AsyncFetcher, Plan};
use crate::drivers::driver::{AsyncModel, Started};
use crate::frontier::Step;
use crate::scrape::Scrape;

/// The tasks that are ready to run, for all threads to take from.
type Runtime = Arc<Executor<'static>>;

/// The model. Once started it holds the executor and a fetcher for each task.
#[derive(Debug)]
pub struct Smol<F = ()> {
    runtime: Runtime,
    _running: Sender<()>,
    fetchers: Vec<F>,
}

impl AsyncModel for Smol {
    type Net = SmolNet;

    fn start<C: AsyncClient>(plan: &Plan, client: C) -> anyhow::Result<Box<dyn Started>> {
        let runtime = Runtime::default();
        // Nothing is sent: the threads run tasks until the sender is dropped.
        let (running, stopped) = bounded::<()>(1);
        let thread = |_| {
            let (runtime, stopped) = (runtime.clone(), stopped.clone());
            move || smol::block_on(runtime.run(stopped.recv()))
        };
        start::threads((0..plan.threads).map(thread).collect())?;
        let fetchers = (0..plan.concurrency).map(|_| client.fetcher()).collect();
        Ok(Box::new(Smol::<C::Fetcher> {
            runtime,
            _running: running,
            fetchers,
        }))
    }
}

impl<F: AsyncFetcher> Started for Smol<F> {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        let fetchers = std::mem::take(&mut self.fetchers);
        let root = root(self.runtime.clone(), scrape.clone(), fetchers);
        let root = scrape.clone().with_ticker(root, sleep);
        // The root is a task too, and this thread only sleeps until it ends:
        // `smol::block_on` would make it one more thread that waits in epoll.
        self.fetchers = smol::future::block_on(self.runtime.spawn(root));
        Ok(())
    }
}

async fn root<F: AsyncFetcher>(runtime: Runtime, scrape: Arc<Scrape>, fetchers: Vec<F>) -> Vec<F> {
    // A spawned task runs beside the others; a future alone does nothing.
    let spawn = |fetcher| runtime.spawn(worker(scrape.clone(), fetcher));
    let tasks: Vec<_> = fetchers.into_iter().map(spawn).collect();
    let mut fetchers = Vec::new();
    for task in tasks {
        fetchers.push(task.await);
    }
    fetchers
}

/// A worker's whole life. At each `.await` its thread runs other tasks.
async fn worker<F: AsyncFetcher>(scrape: Arc<Scrape>, mut fetcher: F) -> F {
    loop {
        match scrape.next() {
            Step::Fetch(ticket) => {
                let page = scrape.within(&ticket, fetcher.fetch(&ticket), sleep).await;
                scrape.visit(ticket, page);
            }
            Step::Wait(wait) => wait.or_sleep(sleep).await,
            Step::Stop => return fetcher,
        }
    }
}
