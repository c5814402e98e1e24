//! How many threads there are, and which of them the work is done on.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};

use regatta::clients::{
    AsyncClient, AsyncFetcher, BlockingClient, BlockingFetcher, Body, ClientInfo, FetchError, Plan,
};
use regatta::drivers::models::rayon::Rayon;
use regatta::drivers::models::sequential::Sequential;
use regatta::drivers::models::smol::Smol;
use regatta::drivers::models::thread_per_page::ThreadPerPage;
use regatta::drivers::models::thread_pool::ThreadPool;
use regatta::drivers::models::tokio::Tokio;
use regatta::drivers::models::tokio_current::TokioCurrent;
use regatta::drivers::{AsyncModel, BlockingModel, Started};
use regatta::frontier::Ticket;
use regatta::scrape::{Account, Scrape, ScrapeTask};
use regatta::site::workload::Parse;

use crate::TestSite;
use crate::each_page_once;
use crate::support::worker::Worker;
use crate::support::{drivers_where, ensure, every_driver};

#[test]
fn async_drivers_run_on_as_many_threads_as_they_are_given() {
    let site = TestSite::with(12, "10ms");
    for threads in [1, 2] {
        drivers_where(
            |driver| ["tokio", "smol", "async-std"].contains(&driver.model.name),
            |driver| {
                let mut job = site.job(4);
                job.threads = threads;
                let mut worker = Worker::with_threads(&driver.name, threads);
                let (sample, ledger) = site.race(&mut worker, &job)?;
                each_page_once(&job, &sample, &ledger)?;
                // The thread that waits for the whole, and async-io's helper.
                let besides = if driver.model.name == "tokio" { 1 } else { 2 };
                let expected = sample.threads_peak.map(|_| (threads + besides) as u64);
                ensure(sample.threads_peak == expected, || {
                    format!("{:?} threads, not {expected:?}", sample.threads_peak)
                })
            },
        );
    }
}

#[test]
fn blocking_drivers_have_a_thread_a_place_and_event_loops_have_one() {
    let site = TestSite::with(12, "10ms");
    every_driver(|driver| {
        let expected = match driver.model.name {
            "sequential" | "tokio-current" | "mio" => 1..=1,
            "thread-pool" | "rayon" => 7..=7,
            // Counted when its scrape is over and its threads are ending:
            // only who looks on from outside sees all of them.
            "thread-per-page" => 1..=7,
            _ => return Ok(()),
        };
        let job = site.job(6);
        let (sample, _) = site.race(&mut Worker::start(&driver.name), &job)?;
        let seen = sample.threads_peak.unwrap_or(*expected.start());
        ensure(expected.contains(&seen), || {
            format!("{seen} threads, not {expected:?}")
        })
    });
}

#[test]
fn async_std_with_another_number_of_threads_is_unavailable_and_says_what_to_set() {
    let site = TestSite::with(2, "0");
    for driver in ["async-std/hyper", "async-std/raw"] {
        let answer = Worker::with_threads(driver, 1).ask(&site.job(2));
        let Ok(regatta::harness::worker::JobAnswer::Unavailable(why)) = answer else {
            panic!("{driver}: {answer:?}")
        };
        assert!(why.contains("ASYNC_STD_THREAD_COUNT=2"), "{driver}: {why}");
    }
}

/// A client that fetches nothing: it notes which thread it is called on and
/// makes the page up.
struct Noting {
    threads: Arc<Mutex<HashSet<ThreadId>>>,
}

struct NotingFetcher {
    threads: Arc<Mutex<HashSet<ThreadId>>>,
    page: Vec<u8>,
}

impl NotingFetcher {
    fn make(&mut self, ticket: &Ticket) {
        self.threads.lock().unwrap().insert(thread::current().id());
        self.page = regatta::site::page::build(ticket.page());
    }
}

impl Noting {
    fn new() -> Self {
        Self {
            threads: Arc::default(),
        }
    }

    fn fetcher(&self) -> NotingFetcher {
        NotingFetcher {
            threads: self.threads.clone(),
            page: Vec::new(),
        }
    }
}

const INFO: ClientInfo = ClientInfo {
    name: "noting",
    crates: &[],
    pool_races: false,
};

impl BlockingClient for Noting {
    type Fetcher = NotingFetcher;
    const INFO: ClientInfo = INFO;

    fn new(_: &Plan) -> Self {
        Self::new()
    }

    fn fetcher(&self) -> NotingFetcher {
        self.fetcher()
    }
}

impl BlockingFetcher for NotingFetcher {
    fn fetch(&mut self, ticket: &Ticket) -> Result<Body<'_>, FetchError> {
        self.make(ticket);
        Ok((&self.page).into())
    }
}

impl AsyncClient for Noting {
    type Fetcher = NotingFetcher;
    const INFO: ClientInfo = INFO;

    fn new(_: &Plan) -> Self {
        Self::new()
    }

    fn fetcher(&self) -> NotingFetcher {
        self.fetcher()
    }
}

impl AsyncFetcher for NotingFetcher {
    async fn fetch(&mut self, ticket: &Ticket) -> Result<Body<'_>, FetchError> {
        // Once round the executor, as a real wait would be.
        smol::future::yield_now().await;
        self.make(ticket);
        Ok((&self.page).into())
    }
}

type Start = fn(&Plan, Noting) -> anyhow::Result<Box<dyn Started>>;

/// Which threads a model fetches on.
fn threads_of(start: Start) -> HashSet<ThreadId> {
    let noting = Noting::new();
    let threads = noting.threads.clone();
    let plan = Plan::to(([127, 0, 0, 1], 9).into(), 4, 2);
    let mut started = start(&plan, noting).unwrap();
    assert_eq!(scraped(started.as_mut()).errors, 0);
    let seen = threads.lock().unwrap().clone();
    assert!(!seen.is_empty());
    seen
}

fn scraped(started: &mut dyn Started) -> Account {
    let politeness = regatta::site::workload::Politeness::default();
    let task = ScrapeTask::of_pages(40, 4, Parse::None, politeness);
    let scrape = Arc::new(Scrape::new(task));
    started.scrape(&scrape).unwrap();
    scrape.account()
}

#[test]
fn pages_are_fetched_on_the_threads_that_the_model_is_named_for() {
    let here = thread::current().id();
    let on_this_thread: [(&str, Start); 2] = [
        ("sequential", Sequential::start::<Noting>),
        ("tokio-current", TokioCurrent::start::<Noting>),
    ];
    for (model, start) in on_this_thread {
        assert_eq!(threads_of(start), HashSet::from([here]), "{model}");
    }
    let on_their_own: [(&str, Start, usize); 5] = [
        ("thread-per-page", ThreadPerPage::start::<Noting>, 40),
        ("thread-pool", ThreadPool::start::<Noting>, 4),
        ("rayon", Rayon::start::<Noting>, 4),
        ("tokio", Tokio::start::<Noting>, 2),
        ("smol", Smol::start::<Noting>, 2),
    ];
    for (model, start, most) in on_their_own {
        let threads = threads_of(start);
        assert!(
            !threads.contains(&here),
            "{model} works on the caller's thread"
        );
        assert!(threads.len() <= most, "{model}: {} threads", threads.len());
    }
}
