//! Every driver against servers that we did not write (wiremock) and against
//! servers that no library would let you write (bytes by hand).
//!
//! A client may read a bad answer or complain about it; what it may never do
//! is hand over a wrong page as a right one, ask twice, or not come back.

mod bounded;
mod hostile;
mod mocked;
mod politeness;
mod requests;
mod right;
mod sockets;
#[path = "../support/mod.rs"]
mod support;
mod wrong;

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};

use regatta::clients::Plan;
use regatta::drivers::Driver;
use regatta::drivers::models::ASYNC_STD_THREADS;
use regatta::scrape::{Account, Scrape, ScrapeTask};
use regatta::site::page::Site;
use regatta::site::workload::{Parse, Politeness};

use support::raw_server::{RawServer, write_answer};
use support::{ensure, watched};

/// As many as are scraped in each of these tests: enough for connections to
/// be used again, few enough for nineteen drivers a test.
const PAGES: u64 = 4;
const CONCURRENCY: usize = 2;

static PAGE: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let site = Site::new(PAGES);
    (0..PAGES).map(|number| site.page(number)).collect()
});
static DIGEST: LazyLock<u64> =
    LazyLock::new(|| Site::new(PAGES).expected_digest(Parse::Titles, &[]));

/// The bytes of a page; none for a page that nobody has.
fn page(number: u64) -> &'static [u8] {
    let number = usize::try_from(number).ok();
    number
        .and_then(|number| PAGE.get(number))
        .map_or(b"", Vec::as_slice)
}

/// The head of an answer that is as it should be.
fn good_head(number: u64) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\r\n",
        page(number).len()
    )
}

/// Starts a driver, scrapes the pages once and gives it up when it hangs.
fn scrape(driver: &'static Driver, server: SocketAddr) -> Result<Account, String> {
    let accounts = scrape_times(driver, server, 1)?;
    accounts.into_iter().next().ok_or("no account".to_owned())
}

/// The same, some times over with the driver that was started once.
fn scrape_times(
    driver: &'static Driver,
    server: SocketAddr,
    times: usize,
) -> Result<Vec<Account>, String> {
    scrape_with(driver, server, Politeness::default(), times)
}

/// The same with politeness.
fn scrape_with(
    driver: &'static Driver,
    server: SocketAddr,
    politeness: Politeness,
    times: usize,
) -> Result<Vec<Account>, String> {
    let scraped = watched(move || -> anyhow::Result<Vec<Account>> {
        let mut started = driver.start(&plan(server))?;
        let concurrency = driver.in_flight(CONCURRENCY);
        let task = ScrapeTask::of_pages(PAGES, concurrency, Parse::Titles, politeness);
        let mut accounts = Vec::new();
        for _ in 0..times {
            let scrape = Arc::new(Scrape::new(task.clone()));
            started.scrape(&scrape)?;
            accounts.push(scrape.account());
        }
        Ok(accounts)
    });
    scraped?.map_err(|error| format!("{error:#}"))
}

fn plan(server: SocketAddr) -> Plan {
    Plan::to(server, CONCURRENCY, async_std_threads())
}

/// async-std's executor is there once a process and cannot be told how large
/// to be, so all drivers of this process follow it.
fn async_std_threads() -> usize {
    let set = std::env::var(ASYNC_STD_THREADS)
        .ok()
        .and_then(|value| value.parse().ok());
    set.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}

/// Every page, right.
fn all_right(account: &Account) -> Result<(), String> {
    ensure(
        account.pages == PAGES && account.errors == 0 && account.digest == *DIGEST,
        || format!("not every page is right: {}", in_short(account)),
    )
}

/// An error for every page, and the first of them says one of `words`.
fn all_wrong(account: &Account, words: &[&str]) -> Result<(), String> {
    let first = account.first_error.clone().unwrap_or_default();
    ensure(account.pages == 0 && account.errors == PAGES, || {
        format!("not an error for each page: {}", in_short(account))
    })?;
    ensure(words.iter().any(|word| first.contains(word)), || {
        format!("expected one of {words:?} in {first:?}")
    })
}

/// Whatever the client made of it, each page is accounted for once, and what
/// counts as right is right.
fn honest(account: &Account) -> Result<(), String> {
    ensure(account.pages + account.errors == PAGES, || {
        format!("a page got lost: {}", in_short(account))
    })?;
    ensure(account.errors > 0 || account.digest == *DIGEST, || {
        format!("a wrong page counts as right: {}", in_short(account))
    })
}

fn in_short(account: &Account) -> String {
    format!(
        "{} pages, {} errors, the first: {:?}",
        account.pages, account.errors, account.first_error
    )
}

/// A server that answers each request with this head, which may use the
/// page's own length, and the page; and keeps the connection.
fn serving(head: impl Fn(u64) -> String + Send + Sync + 'static) -> RawServer {
    RawServer::start(move |request, stream| {
        let number = request.page();
        write_answer(stream, &head(number), page(number))?;
        Ok(support::raw_server::Then::Keep)
    })
}

/// No client asks again by itself: a page that failed is an error.
fn asked_once_each(server: &RawServer) -> Result<(), String> {
    let mut pages: Vec<u64> = server
        .take_requests()
        .iter()
        .map(support::raw_server::Request::page)
        .collect();
    pages.sort_unstable();
    ensure(pages.iter().copied().eq(0..PAGES), || {
        format!("asked for the pages {pages:?}")
    })
}
