//! Drivers that cheat, each in one way that has made some published figure
//! too good to be true. They prove that Regatta rejects such a row, and with
//! the right reason: `regatta report --driver 'cheat/*'`.
//!
//! They are not models: nothing selects them but a pattern that begins with
//! `cheat/`.

mod scenarios;
mod tools;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use std::thread;

use tools::Tools;

use crate::clients::{ClientInfo, Plan};
use crate::drivers::driver::{CHEAT, CancelMode, Driver, Kind, ModelInfo, Started};
use crate::frontier::{Step, Ticket};
use crate::scrape::Scrape;
use crate::site::page::Site;

/// Every cheat.
pub fn all() -> &'static [Driver] {
    static ALL: LazyLock<Vec<Driver>> = LazyLock::new(|| {
        let mut all = vec![
            per_page("skips-a-page", "never fetches page 7", skip),
            per_page("fetches-twice", "asks for page 7 twice", fetch_twice),
            per_page(
                "makes-pages-up",
                "hands over page 7 without asking",
                make_up,
            ),
            per_page("serves-from-cache", "hands over one page for all", cached),
            per_page("truncates", "drops the last byte of each page", truncate),
            per_page("swaps-pages", "fetches the neighbour of each page", swap),
            per_page("reconnects", "opens a connection for each page", reconnect),
            whole("exceeds", "has twice as many in flight as it may", exceed),
            whole(
                "holds-back",
                "has half as many in flight as it should",
                hold_back,
            ),
            start_early(),
            whole("leaves", "goes away before an answer comes", leave),
            whole("crashes", "panics", |_, _| {
                panic!("this driver crashes on purpose")
            }),
            whole("hangs", "never comes back", |_, _| hang()),
            whole(
                "babbles",
                "answers with something that is no sample",
                |_, _| {
                    println!("200 pages, very fast, trust me");
                },
            ),
        ];
        all.extend(scenarios::all());
        all
    });
    &ALL
}

fn skip(tools: &Tools, scrape: &Scrape, ticket: Ticket) {
    if ticket.page() != 7 {
        tools.fetch_and_visit(scrape, ticket);
    }
}

fn fetch_twice(tools: &Tools, scrape: &Scrape, ticket: Ticket) {
    if ticket.page() == 7 {
        tools.get(7);
    }
    tools.fetch_and_visit(scrape, ticket);
}

fn make_up(tools: &Tools, scrape: &Scrape, ticket: Ticket) {
    if ticket.page() == 7 {
        scrape.visit(ticket, Ok((&Site::new(scrape.pages()).page(7)).into()));
    } else {
        tools.fetch_and_visit(scrape, ticket);
    }
}

fn cached(tools: &Tools, scrape: &Scrape, ticket: Ticket) {
    scrape.visit(ticket, Ok(tools.cached_page().into()));
}

fn truncate(tools: &Tools, scrape: &Scrape, ticket: Ticket) {
    let body = tools.get(ticket.page());
    scrape.visit(ticket, Ok((&body[..body.len().saturating_sub(1)]).into()));
}

fn swap(tools: &Tools, scrape: &Scrape, ticket: Ticket) {
    let body = tools.get(ticket.page() ^ 1);
    scrape.visit(ticket, Ok((&body).into()));
}

fn reconnect(tools: &Tools, scrape: &Scrape, ticket: Ticket) {
    let body = Tools::new(&tools.plan).get(ticket.page());
    scrape.visit(ticket, Ok((&body).into()));
}

fn exceed(tools: &Tools, scrape: &Scrape) {
    let pages = tools.fetch_all(2 * tools.plan.concurrency, scrape.pages());
    hand_over(scrape, &pages);
}

fn hold_back(tools: &Tools, scrape: &Scrape) {
    tools.work(scrape, tools.plan.concurrency / 2, &Tools::fetch_and_visit);
}

fn leave(tools: &Tools, scrape: &Scrape) {
    tools.leave(0);
    tools.work(scrape, tools.plan.concurrency, &Tools::fetch_and_visit);
}

fn hang() {
    loop {
        thread::park();
    }
}

/// Scrapes while it is being started, so that its wall time is nearly zero.
fn start_early() -> Driver {
    driver(
        "starts-early",
        "scrapes while it is being started",
        |plan| {
            // It has no job yet to read the number of pages from.
            let ahead = Tools::new(plan).fetch_all(plan.concurrency, u64::MAX);
            Ok(Box::new(Cheat {
                tools: Tools::new(plan),
                act: move |_: &Tools, scrape: &Scrape| hand_over(scrape, &ahead),
            }))
        },
    )
}

fn hand_over(scrape: &Scrape, pages: &HashMap<u64, Vec<u8>>) {
    while let Step::Fetch(ticket) = scrape.next() {
        let body = pages
            .get(&ticket.page())
            .map(Vec::as_slice)
            .unwrap_or_default();
        scrape.visit(ticket, Ok(body.into()));
    }
}

/// A thread pool with its own code for each page.
fn per_page(name: &'static str, how: &'static str, each: fn(&Tools, &Scrape, Ticket)) -> Driver {
    driver(name, how, move |plan| {
        let act =
            move |tools: &Tools, scrape: &Scrape| tools.work(scrape, tools.plan.concurrency, &each);
        Ok(Box::new(Cheat {
            tools: Tools::new(plan),
            act,
        }))
    })
}

/// A driver with its own code for the whole scenario.
fn whole(name: &'static str, how: &'static str, act: fn(&Tools, &Scrape)) -> Driver {
    driver(name, how, move |plan| {
        Ok(Box::new(Cheat {
            tools: Tools::new(plan),
            act,
        }))
    })
}

fn driver(
    name: &'static str,
    how: &'static str,
    start: impl Fn(&Plan) -> anyhow::Result<Box<dyn Started>> + Send + Sync + 'static,
) -> Driver {
    let model = ModelInfo {
        name: CHEAT,
        crates: &[],
        kind: Kind::Cheat { how },
        one_at_a_time: false,
        keep_alive: true,
        cancel_mode: CancelMode::ShutDown,
    };
    Driver::new(
        model,
        ClientInfo {
            name,
            crates: &[],
            pool_races: false,
        },
        start,
    )
}

struct Cheat<A> {
    tools: Tools,
    act: A,
}

impl<A: Fn(&Tools, &Scrape)> Started for Cheat<A> {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        (self.act)(&self.tools, scrape);
        Ok(())
    }
}
