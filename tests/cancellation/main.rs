//! Ending before the end: on a timeout, on a deadline, well and at once. Every
//! driver is held to the same, by what it says itself and by what the server
//! saw; where drivers differ is how they do it, and `regatta cancel` shows
//! what that takes.
//!
//! Nothing here waits for a time. What has to have happened before the next
//! step is looked for until it has, and what must not take long would take an
//! hour if it did.

mod abort;
mod deadline;
mod drain;
mod endless;
mod fail_fast;
mod half_closed;
#[path = "../support/mod.rs"]
mod support;
mod timeout;
mod waiting;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use regatta::clients::{Cut, Plan};
use regatta::drivers::Driver;
use regatta::drivers::models::ASYNC_STD_THREADS;
use regatta::measure::sample::Ledger;
use regatta::scrape::{Account, Scrape, ScrapeTask};
use regatta::site::page::Site;
use regatta::site::server::control::Control;
use regatta::site::server::{self, Server};
use regatta::site::workload::{Parse, Politeness};

use support::{PATIENCE, ensure, eventually, serving};

/// Pages that may be in flight.
const CONCURRENCY: usize = 4;

/// A driver that was started once, and runs one scrape after
/// another.
struct StartedDriver {
    cut: Cut,
    scrapes: Sender<Arc<Scrape>>,
    through: Receiver<anyhow::Result<()>>,
}

impl StartedDriver {
    fn start(driver: &'static Driver, server: SocketAddr) -> Self {
        let cut = Cut::ready();
        let mut plan = Plan::to(server, CONCURRENCY, async_std_threads());
        plan.cut = cut.clone();
        let (scrapes, wanted) = channel::<Arc<Scrape>>();
        let (say_through, through) = channel();
        thread::spawn(move || {
            let mut started = match driver.start(&plan) {
                Ok(started) => started,
                Err(error) => return say_through.send(Err(error)),
            };
            for scrape in wanted {
                say_through.send(started.scrape(&scrape))?;
            }
            Ok(())
        });
        Self {
            cut,
            scrapes,
            through,
        }
    }

    /// Lets the driver loose, and does not wait for it.
    fn begin(&self, driver: &Driver, pages: u64, politeness: Politeness) -> Arc<Scrape> {
        let places = driver.in_flight(CONCURRENCY);
        let mut scrape = Scrape::new(ScrapeTask {
            abortable: true,
            ..ScrapeTask::of_pages(pages, places, Parse::Titles, politeness)
        });
        scrape.cuts(self.cut.clone());
        scrape.begin();
        let scrape = Arc::new(scrape);
        // It is gone only when it could not be started, which shows at the end.
        let _ = self.scrapes.send(scrape.clone());
        scrape
    }

    /// Waits until it is through.
    fn end(&self, scrape: &Scrape) -> Result<Account, String> {
        let through = self.through.recv_timeout(PATIENCE);
        through
            .map_err(|_| format!("is not through after {PATIENCE:?}"))?
            .map_err(|error| format!("{error:#}"))?;
        Ok(scrape.account())
    }

    /// A scrape as every other: all pages are fetched and right.
    fn still_works(&self, driver: &Driver, pages: u64) -> Result<(), String> {
        let scrape = self.begin(driver, pages, Politeness::default());
        let account = self.end(&scrape)?;
        let digest = Site::new(pages).expected_digest(Parse::Titles, &[]);
        let right = account.pages == pages && account.errors == 0 && account.digest == digest;
        ensure(right, || format!("afterwards {}", in_short(&account)))
    }
}

/// async-std's executor is there once a process, so all follow it.
fn async_std_threads() -> usize {
    let set = std::env::var(ASYNC_STD_THREADS)
        .ok()
        .and_then(|value| value.parse().ok());
    set.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from))
}

fn in_short(account: &Account) -> String {
    format!(
        "{} pages, {} errors, {} timeouts, {} given up, the first error: {:?}",
        account.pages, account.errors, account.timeouts, account.given_up, account.first_error
    )
}

/// A server of Regatta's own, with its books.
struct TestSite {
    server: Server,
    control: Control,
    pages: u64,
}

impl TestSite {
    /// Serves `pages` after `latency`, but for what `faults` says.
    fn with(pages: u64, latency: &str, faults: &str) -> Self {
        let (server, control) = serving(scenario(pages, latency, faults));
        Self {
            server,
            control,
            pages,
        }
    }

    /// Another scenario from now on, and a new ledger.
    fn serve(&self, latency: &str, faults: &str) {
        let scenario = scenario(self.pages, latency, faults);
        self.control.set_scenario(&scenario).unwrap();
    }

    fn start(&self, driver: &'static Driver) -> StartedDriver {
        StartedDriver::start(driver, self.server.page_address())
    }

    fn ledger(&self) -> Ledger {
        self.control.ledger().unwrap()
    }

    /// Waits until so many requests were begun.
    fn has_requests(&self, requests: u64) -> Result<(), String> {
        self.comes_to(|ledger| ledger.requests >= requests)
            .map(drop)
    }

    /// Waits until no request is in flight any more: each was answered, or its
    /// client has left.
    fn settled(&self) -> Result<Ledger, String> {
        self.comes_to(|ledger| ledger.requests == ledger.answers + ledger.clients_gone)
    }

    fn comes_to(&self, holds: impl Fn(&Ledger) -> bool) -> Result<Ledger, String> {
        let found = eventually(|| Some(self.ledger()).filter(|ledger| holds(ledger)));
        found.ok_or_else(|| format!("it did not come to it: {:?}", self.ledger()))
    }
}

fn scenario(pages: u64, latency: &str, faults: &str) -> server::Scenario {
    server::Scenario {
        faults: faults.parse().unwrap(),
        ..server::Scenario::new(pages, latency.parse().unwrap(), 1)
    }
}

/// Each page is accounted for once, on either side.
fn adds_up(account: &Account, ledger: &Ledger, pages: u64) -> Result<(), String> {
    let begun = account.pages + account.errors + account.given_up;
    let agree = ledger.answers == account.pages
        && ledger.clients_gone == account.timeouts + account.given_up
        && begun == ledger.requests
        && begun + ledger.pages_missed == pages;
    ensure(agree, || {
        format!("{}; the server saw {ledger:?}", in_short(account))
    })
}
