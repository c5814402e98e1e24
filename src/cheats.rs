//! Drivers that cheat, each in one way that has made some published figure
//! too good to be true. They prove that Regatta refuses such a row, and with
//! the right reason: `regatta report --driver 'cheat/*'`.
//!
//! They are not models: nothing selects them but a pattern that begins with
//! `cheat/`.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, LazyLock, Mutex};
use std::thread;

use ureq::Agent;

use crate::clients::{ClientInfo, Plan};
use crate::drivers::Driver;
use crate::frontier::{Step, Ticket};
use crate::models::{ModelInfo, Started};
use crate::page::Site;
use crate::scrape::Scrape;

/// Every cheat.
pub fn all() -> &'static [Driver] {
    static ALL: LazyLock<Vec<Driver>> = LazyLock::new(|| {
        vec![
            per_page(
                "skips-a-page",
                "never fetches page 7",
                |boat, scrape, ticket| {
                    if ticket.page() != 7 {
                        boat.fetch_and_visit(scrape, ticket);
                    }
                },
            ),
            per_page(
                "fetches-twice",
                "asks for page 7 twice",
                |boat, scrape, ticket| {
                    if ticket.page() == 7 {
                        boat.get(7);
                    }
                    boat.fetch_and_visit(scrape, ticket);
                },
            ),
            per_page(
                "makes-pages-up",
                "hands over page 7 without asking for it",
                |boat, scrape, ticket| {
                    if ticket.page() == 7 {
                        scrape.visit(ticket, Ok(&Site { pages: boat.pages }.page(7)));
                    } else {
                        boat.fetch_and_visit(scrape, ticket);
                    }
                },
            ),
            per_page(
                "serves-from-cache",
                "hands over one page for all",
                |boat, scrape, ticket| {
                    let cached = boat.cached.lock().expect("no cheat panics with it").clone();
                    let body = cached.unwrap_or_else(|| boat.get(0));
                    *boat.cached.lock().expect("no cheat panics with it") = Some(body.clone());
                    scrape.visit(ticket, Ok(&body));
                },
            ),
            per_page(
                "truncates",
                "drops the last byte",
                |boat, scrape, ticket| {
                    let body = boat.get(ticket.page());
                    scrape.visit(ticket, Ok(&body[..body.len() - 1]));
                },
            ),
            per_page(
                "swaps-pages",
                "fetches the neighbour of each page",
                |boat, scrape, ticket| {
                    let body = boat.get(ticket.page() ^ 1);
                    scrape.visit(ticket, Ok(&body));
                },
            ),
            per_page(
                "reconnects",
                "opens a connection for each page",
                |boat, scrape, ticket| {
                    let body = Boat::new(&boat.plan).get(ticket.page());
                    scrape.visit(ticket, Ok(&body));
                },
            ),
            cheat("exceeds", "has twice as many in flight as it may", |plan| {
                Ok(scraping(plan, |boat, scrape| {
                    let pages = boat.fetch_all(2 * boat.plan.concurrency, scrape.pages());
                    hand_over(scrape, &pages);
                }))
            }),
            cheat(
                "holds-back",
                "has half as many in flight as it should",
                |plan| {
                    Ok(scraping(plan, |boat, scrape| {
                        boat.work(scrape, boat.plan.concurrency / 2, &Boat::fetch_and_visit);
                    }))
                },
            ),
            cheat(
                "starts-early",
                "scrapes while it is being started",
                |plan| {
                    let boat = Boat::new(plan);
                    // It has no job yet to read the number of pages from.
                    let ahead = boat.fetch_all(plan.concurrency, u64::MAX);
                    Ok(scraping(plan, move |_, scrape| hand_over(scrape, &ahead)))
                },
            ),
            cheat("leaves", "goes away before its answers come", |plan| {
                Ok(scraping(plan, |boat, scrape| {
                    boat.leave();
                    boat.work(scrape, boat.plan.concurrency, &Boat::fetch_and_visit);
                }))
            }),
            cheat("crashes", "panics", |plan| {
                Ok(scraping(plan, |_, _| {
                    panic!("this driver crashes on purpose")
                }))
            }),
            cheat("hangs", "never comes back", |plan| {
                Ok(scraping(plan, |_, _| {
                    loop {
                        thread::park();
                    }
                }))
            }),
            cheat(
                "babbles",
                "answers with something that is no sample",
                |plan| {
                    Ok(scraping(plan, |_, _| {
                        println!("200 pages, very fast, trust me")
                    }))
                },
            ),
        ]
    });
    &ALL
}

fn cheat(
    name: &'static str,
    how: &'static str,
    start: impl Fn(&Plan) -> anyhow::Result<Box<dyn Started>> + Send + Sync + 'static,
) -> Driver {
    let model = ModelInfo {
        name: "cheat",
        crates: &[],
        waits: how,
        one_at_a_time: false,
        keep_alive: true,
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

/// A thread pool that does something of its own to each page.
fn per_page(name: &'static str, how: &'static str, each: fn(&Boat, &Scrape, Ticket)) -> Driver {
    cheat(name, how, move |plan| {
        Ok(scraping(plan, move |boat, scrape| {
            boat.work(scrape, boat.plan.concurrency, &each);
        }))
    })
}

fn scraping(plan: &Plan, how: impl Fn(&Boat, &Scrape) + 'static) -> Box<dyn Started> {
    Box::new(Cheat {
        boat: Boat::new(plan),
        how,
    })
}

struct Cheat<H> {
    boat: Boat,
    how: H,
}

impl<H: Fn(&Boat, &Scrape)> Started for Cheat<H> {
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()> {
        self.boat.pages = scrape.pages();
        (self.how)(&self.boat, scrape);
        Ok(())
    }
}

/// What a cheat has at hand.
struct Boat {
    plan: Plan,
    pages: u64,
    agent: Agent,
    cached: Mutex<Option<Vec<u8>>>,
}

impl Boat {
    fn new(plan: &Plan) -> Self {
        let idle = 4 * plan.concurrency;
        let config = Agent::config_builder()
            .proxy(None)
            .max_idle_connections(idle)
            .max_idle_connections_per_host(idle)
            .build();
        Self {
            plan: *plan,
            pages: 0,
            agent: Agent::new_with_config(config),
            cached: Mutex::default(),
        }
    }

    fn get(&self, page: u64) -> Vec<u8> {
        let url = format!("http://{}/page/{page}", self.plan.server);
        let answer = self.agent.get(url).call();
        answer
            .and_then(|mut answer| answer.body_mut().read_to_vec())
            .unwrap_or_default()
    }

    fn fetch_and_visit(&self, scrape: &Scrape, ticket: Ticket) {
        let body = self.get(ticket.page());
        scrape.visit(ticket, Ok(&body));
    }

    fn work(
        &self,
        scrape: &Scrape,
        threads: usize,
        each: &(dyn Fn(&Self, &Scrape, Ticket) + Sync),
    ) {
        thread::scope(|scope| {
            for _ in 0..threads.max(1) {
                scope.spawn(|| {
                    while let Step::Fetch(ticket) = scrape.next() {
                        each(self, scrape, ticket);
                    }
                });
            }
        });
    }

    /// All pages, fetched without asking the frontier.
    fn fetch_all(&self, threads: usize, pages: u64) -> HashMap<u64, Vec<u8>> {
        let (next, fetched) = (AtomicU64::new(0), Mutex::new(HashMap::new()));
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    loop {
                        let page = next.fetch_add(1, Relaxed);
                        if page >= pages {
                            break;
                        }
                        let body = self.get(page);
                        if body.is_empty() {
                            break;
                        }
                        fetched
                            .lock()
                            .expect("no cheat panics with it")
                            .insert(page, body);
                    }
                });
            }
        });
        fetched.into_inner().expect("no cheat panics with it")
    }

    /// Asks for a page and closes the connection at once.
    fn leave(&self) {
        use std::io::Write;
        if let Ok(mut stream) = std::net::TcpStream::connect(self.plan.server) {
            let _ = stream.write_all(b"GET /page/0 HTTP/1.1\r\nhost: x\r\n\r\n");
        }
    }
}

fn hand_over(scrape: &Scrape, pages: &HashMap<u64, Vec<u8>>) {
    while let Step::Fetch(ticket) = scrape.next() {
        let body = pages
            .get(&ticket.page())
            .map(Vec::as_slice)
            .unwrap_or_default();
        scrape.visit(ticket, Ok(body));
    }
}
