//! async-std: discontinued by its authors (RUSTSEC-2025-0052), who say: use
//! smol. Here for those who still run it.
//!
//! Under its own names it runs on smol's executor and reactor, so it should
//! measure like smol. A difference between the two is noise or an error of
//! the harness: a self-test that comes for free.
//!
//! See it: `cargo run --release -- report --driver 'async-std/*,smol/*'`

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::ensure;
use async_std::net::TcpStream;
use async_std::task;

use crate::clients::{AsyncClient, AsyncFetcher, Net, Plan};
use crate::drivers::driver::{AsyncModel, CancelMode, Kind, ModelInfo, Started};
use crate::frontier::Step;
use crate::scrape::Scrape;

/// How many threads its executor, which is global, is to have. Read once, at
/// its first task; as many as there are cores when it is not set.
pub const THREADS: &str = "ASYNC_STD_THREAD_COUNT";

/// The model; what it holds once started is a fetcher a task.
#[derive(Debug)]
pub struct AsyncStd<F = ()> {
    fetchers: Vec<F>,
}

impl AsyncModel for AsyncStd {
    type Net = AsyncStdNet;
    const INFO: ModelInfo = ModelInfo {
        name: "async-std",
        crates: &["async-std", "async-executor", "async-io"],
        kind: Kind::Model {
            waits: "as smol, under a global executor (discontinued: use smol)",
        },
        one_at_a_time: false,
        keep_alive: true,
        cancel_mode: CancelMode::Dropped,
    };

    fn start<C: AsyncClient>(plan: &Plan, client: C) -> anyhow::Result<Box<dyn Started>> {
        let threads = global_threads();
        ensure!(
            threads == plan.threads,
            "async-std's global executor has {threads} threads and the job asks for {}; \
             set {THREADS}={} for this worker",
            plan.threads,
            plan.threads,
        );
        // Its threads start with its first task.
        task::block_on(task::spawn(async {}));
        let fetchers = (0..plan.concurrency).map(|_| client.fetcher()).collect();
        Ok(Box::new(AsyncStd::<C::Fetcher> { fetchers }))
    }
}

impl<F: AsyncFetcher> Started for AsyncStd<F> {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        let fetchers = std::mem::take(&mut self.fetchers);
        // This thread only sleeps until the root is through: `task::block_on`
        // would make it one more thread that runs tasks.
        let root = task::spawn(root(scrape.clone(), fetchers));
        self.fetchers = smol::future::block_on(root);
        Ok(())
    }
}

async fn root<F: AsyncFetcher>(scrape: Arc<Scrape>, fetchers: Vec<F>) -> Vec<F> {
    let spawn = |fetcher| task::spawn(worker(scrape.clone(), fetcher));
    let tasks: Vec<_> = fetchers.into_iter().map(spawn).collect();
    let all = async {
        let mut fetchers = Vec::new();
        for task in tasks {
            fetchers.push(task.await);
        }
        fetchers
    };
    scrape.with_ticker(all, task::sleep).await
}

async fn worker<F: AsyncFetcher>(scrape: Arc<Scrape>, mut fetcher: F) -> F {
    loop {
        match scrape.next() {
            Step::Fetch(ticket) => {
                let fetch = fetcher.fetch(&ticket);
                let page = scrape.within(&ticket, fetch, task::sleep).await;
                scrape.visit(ticket, page);
            }
            Step::Wait(wait) => wait.or_sleep(task::sleep).await,
            Step::Stop => return fetcher,
        }
    }
}

fn global_threads() -> usize {
    let set = std::env::var(THREADS)
        .ok()
        .and_then(|value| value.parse().ok());
    set.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}

/// Connections of async-std, for the clients that run on any runtime.
#[derive(Debug)]
pub struct AsyncStdNet;

impl Net for AsyncStdNet {
    type Stream = TcpStream;

    async fn connect(server: SocketAddr) -> io::Result<Self::Stream> {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}
