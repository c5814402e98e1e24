//! tokio: as many tasks as pages in flight, on a few threads.
//!
//! A task that awaits its socket gives its thread back; the runtime asks the
//! kernel about all sockets at once (epoll) and runs on whichever task has
//! bytes. The loop below is the thread pool's but for `.await`: where a thread
//! would block, a task returns, and is called again. The price is that
//! nothing in a task may block, and a state machine where there was a stack.
//!
//! See it: `cargo run --release -- report --driver 'tokio/*'`

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio_util::compat::{Compat, TokioAsyncReadCompatExt};

use crate::clients::{AsyncClient, AsyncFetcher, Net, Plan};
use crate::drivers::driver::{AsyncModel, CancelMode, Kind, ModelInfo, Started};
use crate::frontier::Step;
use crate::scrape::Scrape;

/// The model; what it holds once started is the runtime and a fetcher a task.
#[derive(Debug)]
pub struct Tokio<F = ()> {
    runtime: Runtime,
    fetchers: Vec<F>,
}

impl AsyncModel for Tokio {
    type Net = TokioNet;
    const INFO: ModelInfo = ModelInfo {
        name: "tokio",
        crates: &["tokio", "mio"],
        kind: Kind::Model {
            waits: "tasks on a few work-stealing threads, which wait in epoll for all of them",
        },
        one_at_a_time: false,
        keep_alive: true,
        cancel_mode: CancelMode::Dropped,
    };

    fn start<C: AsyncClient>(plan: &Plan, client: C) -> anyhow::Result<Box<dyn Started>> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(plan.threads)
            .enable_all()
            .build()
            .context("the tokio runtime could not be started")?;
        let fetchers = (0..plan.concurrency).map(|_| client.fetcher()).collect();
        Ok(Box::new(Tokio::<C::Fetcher> { runtime, fetchers }))
    }
}

impl<F: AsyncFetcher> Started for Tokio<F> {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        let fetchers = std::mem::take(&mut self.fetchers);
        // The root is spawned too: handed to `block_on` it would run here, off
        // the runtime's threads, and pay for crossing over to them.
        let root = self.runtime.spawn(root(scrape.clone(), fetchers));
        self.fetchers = self.runtime.block_on(root)?;
        Ok(())
    }
}

pub(super) async fn root<F: AsyncFetcher>(scrape: Arc<Scrape>, fetchers: Vec<F>) -> Vec<F> {
    let spawn = |fetcher| tokio::spawn(worker(scrape.clone(), fetcher));
    let tasks: Vec<_> = fetchers.into_iter().map(spawn).collect();
    let all = async {
        let mut fetchers = Vec::new();
        for task in tasks {
            fetchers.push(task.await.expect("a worker does not panic"));
        }
        fetchers
    };
    scrape.with_ticker(all, tokio::time::sleep).await
}

async fn worker<F: AsyncFetcher>(scrape: Arc<Scrape>, mut fetcher: F) -> F {
    loop {
        match scrape.next() {
            Step::Fetch(ticket) => {
                let fetch = fetcher.fetch(&ticket);
                let page = scrape.within(&ticket, fetch, limit).await;
                scrape.visit(ticket, page);
            }
            Step::Wait(wait) => wait.or_sleep(tokio::time::sleep).await,
            Step::Stop => return fetcher,
        }
    }
}

/// The time that a fetch has. tokio lets a task do only so much before it has
/// to come back; a fetch that has used that up would never let its own limit
/// be seen, so the limit is looked at whatever the fetch did.
fn limit(time: Duration) -> impl Future<Output = ()> {
    tokio::task::unconstrained(tokio::time::sleep(time))
}

/// Connections of tokio, for the clients that run on any runtime.
#[derive(Debug)]
pub struct TokioNet;

impl Net for TokioNet {
    type Stream = Compat<TcpStream>;

    async fn connect(server: SocketAddr) -> io::Result<Self::Stream> {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        Ok(stream.compat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::FetchError;
    use crate::scrape::Scenario;
    use crate::site::workload::{Parse, Politeness};

    #[test]
    fn a_fetch_that_always_has_something_to_do_is_given_up_all_the_same() {
        let politeness = Politeness {
            timeout_ns: 1_000_000,
            ..Politeness::default()
        };
        let scrape = Scrape::new(Scenario::of_pages(1, 1, Parse::None, politeness));
        let Step::Fetch(ticket) = scrape.next() else {
            panic!("there is a page");
        };
        // It would never end, and each time the task is run it uses up what a
        // task may do in one go.
        let busy = async {
            loop {
                tokio::task::consume_budget().await;
            }
        };
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let fetched = runtime.block_on(async {
            let task = async { scrape.within(&ticket, busy, limit).await };
            tokio::time::timeout(Duration::from_secs(20), task).await
        });
        assert!(matches!(fetched, Ok(Err(FetchError::TimedOut(_)))));
        scrape.visit(ticket, fetched.unwrap());
    }
}
