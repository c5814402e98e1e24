//! smol: an executor and a reactor taken apart, put together by hand.
//!
//! The executor is a queue of tasks and the threads are ours: each of them
//! runs it, and whichever has nothing to do waits in epoll for all. Where
//! tokio keeps a socket registered for good, this reactor arms it anew for
//! each wait, which is one more system call a page.
//!
//! See it: `cargo run --release -- report --driver 'smol/*'`

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread;

use anyhow::Context;
use smol::channel::Sender;
use smol::{Async, Executor, Timer};

use crate::clients::{AsyncClient, AsyncFetcher, Net, Plan};
use crate::drivers::driver::{AsyncModel, CancelMode, Kind, ModelInfo, Started};
use crate::frontier::Step;
use crate::scrape::Scrape;

/// The model; what it holds once started is the executor, its threads, and a
/// fetcher a task.
#[derive(Debug)]
pub struct Smol<F = ()> {
    executor: Arc<Executor<'static>>,
    /// The threads run until this is dropped.
    _running: Sender<()>,
    fetchers: Vec<F>,
}

impl AsyncModel for Smol {
    type Net = SmolNet;
    const INFO: ModelInfo = ModelInfo {
        name: "smol",
        crates: &["smol", "async-executor", "async-io"],
        kind: Kind::Model {
            waits: "tasks on a few threads of ours, one of which waits in epoll for all of them",
        },
        one_at_a_time: false,
        keep_alive: true,
        cancel_mode: CancelMode::Dropped,
    };

    fn start<C: AsyncClient>(plan: &Plan, client: C) -> anyhow::Result<Box<dyn Started>> {
        let executor = Arc::new(Executor::new());
        let (running, stopped) = smol::channel::bounded::<()>(1);
        let (there, all_there) = smol::channel::bounded::<()>(plan.threads);
        for _ in 0..plan.threads {
            let (executor, stopped, there) = (executor.clone(), stopped.clone(), there.clone());
            thread::Builder::new()
                .spawn(move || {
                    let _ = there.send_blocking(());
                    smol::block_on(executor.run(stopped.recv()))
                })
                .context("a thread of the executor could not be started")?;
        }
        for _ in 0..plan.threads {
            all_there
                .recv_blocking()
                .context("a thread of the executor has ended")?;
        }
        let fetchers = (0..plan.concurrency).map(|_| client.fetcher()).collect();
        Ok(Box::new(Smol::<C::Fetcher> {
            executor,
            _running: running,
            fetchers,
        }))
    }
}

impl<F: AsyncFetcher> Started for Smol<F> {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        let fetchers = std::mem::take(&mut self.fetchers);
        let root = root(self.executor.clone(), scrape.clone(), fetchers);
        // This thread only sleeps until the root is through: `smol::block_on`
        // would make it one more thread that waits in epoll.
        self.fetchers = smol::future::block_on(self.executor.spawn(root));
        Ok(())
    }
}

async fn root<F: AsyncFetcher>(
    executor: Arc<Executor<'static>>,
    scrape: Arc<Scrape>,
    fetchers: Vec<F>,
) -> Vec<F> {
    let spawn = |fetcher| executor.spawn(worker(scrape.clone(), fetcher));
    let tasks: Vec<_> = fetchers.into_iter().map(spawn).collect();
    let all = async {
        let mut fetchers = Vec::new();
        for task in tasks {
            fetchers.push(task.await);
        }
        fetchers
    };
    scrape.with_ticker(all, Timer::after).await
}

async fn worker<F: AsyncFetcher>(scrape: Arc<Scrape>, mut fetcher: F) -> F {
    loop {
        match scrape.next() {
            Step::Fetch(ticket) => {
                let fetch = fetcher.fetch(&ticket);
                let page = scrape.within(&ticket, fetch, Timer::after).await;
                scrape.visit(ticket, page);
            }
            Step::Wait(wait) => wait.or_sleep(Timer::after).await,
            Step::Stop => return fetcher,
        }
    }
}

/// Connections of async-io, for the clients that run on any runtime.
#[derive(Debug)]
pub struct SmolNet;

impl Net for SmolNet {
    type Stream = Async<TcpStream>;

    async fn connect(server: SocketAddr) -> io::Result<Self::Stream> {
        let stream = Async::<TcpStream>::connect(server).await?;
        stream.get_ref().set_nodelay(true)?;
        Ok(stream)
    }
}
