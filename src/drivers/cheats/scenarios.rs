//! Cheats on rules that only some scenarios have: robots.txt, a rate, a timeout,
//! rejected requests. In other scenarios they report an error.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::ensure;

use super::driver;
use super::tools::Tools;
use crate::clients::ureq::{Ureq, UreqFetcher};
use crate::clients::{BlockingClient, BlockingFetcher, FetchError};
use crate::drivers::driver::{Driver, Started};
use crate::frontier::{Step, Ticket};
use crate::scrape::Scrape;

/// All of them, each with the workload in which it can cheat.
pub(super) fn all() -> [Driver; 4] {
    [
        cheat(
            "ignores-robots",
            "crawls without fetching robots.txt",
            "crawl",
            ignore_robots,
        ),
        cheat(
            "ignores-the-rate",
            "requests all pages at once, and waits afterwards",
            "polite",
            ignore_rate,
        ),
        cheat(
            "gives-up-early",
            "does not wait for page 7, which would have come",
            "stalls",
            give_up_early,
        ),
        cheat(
            "hides-retries",
            "retries rejected requests and does not report it",
            "storm",
            hide_retries,
        ),
    ]
}

/// Scrapes, and says whether it had the chance to cheat.
type Act = fn(&Tools, &Scrape) -> bool;

struct Cheat {
    tools: Tools,
    workload: &'static str,
    act: Act,
}

impl Started for Cheat {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        ensure!(
            (self.act)(&self.tools, scrape),
            "it cannot cheat in this scenario; use --workload {}",
            self.workload
        );
        Ok(())
    }
}

fn cheat(name: &'static str, how: &'static str, workload: &'static str, act: Act) -> Driver {
    driver(name, how, move |plan| {
        Ok(Box::new(Cheat {
            tools: Tools::new(plan),
            workload,
            act,
        }))
    })
}

fn ignore_robots(tools: &Tools, scrape: &Scrape) -> bool {
    let seen = work(tools, scrape, &|fetcher, ticket| {
        let is_rules = ticket.found().is_some_and(|found| found.is_rules);
        if is_rules {
            scrape.visit(ticket, Err(FetchError::Status(404, None)));
        } else {
            let page = fetcher.fetch(&ticket);
            scrape.visit(ticket, page);
        }
        is_rules
    });
    seen.chance
}

fn ignore_rate(tools: &Tools, scrape: &Scrape) -> bool {
    let (begun, places) = (Instant::now(), tools.plan.concurrency);
    let pages = tools.fetch_all(places, scrape.pages());
    // As long as a page really took, or its latency would give it away.
    let each = begun
        .elapsed()
        .mul_f64(places as f64 / pages.len().max(1) as f64);
    let seen = work(tools, scrape, &|_, ticket| {
        thread::sleep(each);
        let page = pages.get(&ticket.page());
        scrape.visit(
            ticket,
            Ok(page.map(Vec::as_slice).unwrap_or_default().into()),
        );
        false
    });
    // Without a rate there is always a page to hand out.
    seen.wait
}

fn give_up_early(tools: &Tools, scrape: &Scrape) -> bool {
    let seen = work(tools, scrape, &|fetcher, ticket| {
        let limit = ticket.limit();
        let limit = limit.filter(|_| (ticket.page(), ticket.attempt()) == (7, 0));
        if let Some(limit) = limit {
            tools.leave(7);
            scrape.visit(ticket, Err(FetchError::TimedOut(limit)));
        } else {
            let page = fetcher.fetch(&ticket);
            scrape.visit(ticket, page);
        }
        limit.is_some()
    });
    seen.chance
}

fn hide_retries(tools: &Tools, scrape: &Scrape) -> bool {
    let seen = work(tools, scrape, &|fetcher, ticket| {
        let mut turned_away = false;
        loop {
            let page = fetcher.fetch(&ticket);
            if !matches!(page, Err(FetchError::Status(503, _))) {
                scrape.visit(ticket, page);
                return turned_away;
            }
            turned_away = true;
            thread::sleep(Duration::from_millis(5));
        }
    });
    seen.chance
}

/// What came up on the way.
struct Seen {
    /// A chance to cheat.
    chance: bool,
    /// A time at which there was nothing to fetch.
    wait: bool,
}

/// A thread pool that does something of its own to each page, and says of each
/// whether that was a chance.
fn work(
    tools: &Tools,
    scrape: &Scrape,
    each: &(dyn Fn(&mut UreqFetcher, Ticket) -> bool + Sync),
) -> Seen {
    let client = Ureq::new(&tools.plan);
    let (chance, wait) = (AtomicBool::new(false), AtomicBool::new(false));
    let worker = |mut fetcher: UreqFetcher| {
        loop {
            match scrape.next() {
                Step::Fetch(ticket) => drop(chance.fetch_or(each(&mut fetcher, ticket), Relaxed)),
                Step::Wait(until) => {
                    wait.store(true, Relaxed);
                    until.block();
                }
                Step::Stop => return,
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..tools.plan.concurrency {
            let fetcher = client.fetcher();
            scope.spawn(|| worker(fetcher));
        }
    });
    Seen {
        chance: chance.into_inner(),
        wait: wait.into_inner(),
    }
}
