//! What a cheat has at hand: an HTTP client, and threads.

use std::collections::HashMap;
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, OnceLock};
use std::thread;

use ureq::Agent;

use crate::clients::Plan;
use crate::frontier::{Step, Ticket};
use crate::scrape::Scrape;

/// What a cheat has at hand.
pub(super) struct Tools {
    pub plan: Plan,
    agent: Agent,
    cached: OnceLock<Vec<u8>>,
}

impl Tools {
    pub(super) fn new(plan: &Plan) -> Self {
        let idle = 4 * plan.concurrency;
        let config = Agent::config_builder()
            .proxy(None)
            .max_idle_connections(idle)
            .max_idle_connections_per_host(idle)
            .build();
        Self {
            plan: plan.clone(),
            agent: Agent::new_with_config(config),
            cached: OnceLock::new(),
        }
    }

    pub(super) fn get(&self, page: u64) -> Vec<u8> {
        let url = format!("http://{}/page/{page}", self.plan.hosts[0].address);
        let answer = self.agent.get(url).call();
        answer
            .and_then(|mut answer| answer.body_mut().read_to_vec())
            .unwrap_or_default()
    }

    /// The first page anybody asks this for, for all who ask.
    pub(super) fn cached_page(&self) -> &[u8] {
        self.cached.get_or_init(|| self.get(0))
    }

    pub(super) fn fetch_and_visit(&self, scrape: &Scrape, ticket: Ticket) {
        let body = self.get(ticket.page());
        scrape.visit(ticket, Ok((&body).into()));
    }

    pub(super) fn work(
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
    pub(super) fn fetch_all(&self, threads: usize, pages: u64) -> HashMap<u64, Vec<u8>> {
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
    pub(super) fn leave(&self, page: u64) {
        if let Ok(mut stream) = std::net::TcpStream::connect(self.plan.hosts[0].address) {
            let _ = write!(stream, "GET /page/{page} HTTP/1.1\r\nhost: x\r\n\r\n");
        }
    }
}
