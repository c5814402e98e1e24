//! Pages that lead to pages: what was found, each once, and whether it may be
//! had.
//!
//! A page's depth is the fewest links that lead to it. Pages come back in any
//! order, so the first way found to a page need not be the shortest; when a
//! shorter one turns up, it is passed on to all that the page leads to. What
//! is reached therefore does not depend on the order, nor on the model.
//!
//! A host is asked for its `robots.txt` before anything else, and what is
//! found of it meanwhile is kept until its rules are known. The rules are
//! fetched under a ticket like any other, so that they are tried again, paced
//! and given up by the same schedule.
//!
//! A site may have links without end, so what is known of pages is bounded in
//! bytes. A link beyond that is not followed, and counted.

use std::borrow::Borrow;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use url::Url;

use super::link::{resolve, same_origin};
use super::robots::Robots;
use super::schedule::PageSchedule;

/// Where to begin, and how far to go.
#[derive(Debug, Clone)]
pub struct Crawl {
    /// The first page.
    pub start: Url,
    /// How many links away from it at most; 0 is the start alone.
    pub depth: u32,
    /// The hosts that may be visited, in the order of the plan's: any page of
    /// each stands for it.
    pub hosts: Vec<Url>,
    /// No more than so many pages.
    pub most_pages: u64,
    /// Whose rules are obeyed in `robots.txt`.
    pub agent: String,
    /// What is known of pages and their links takes no more than about so many
    /// bytes.
    pub most_bytes: usize,
}

/// A page that was found.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    /// Its number, in the order of finding.
    pub id: u64,
    /// Where it is.
    pub url: Url,
    /// Which of the hosts that is.
    pub host: usize,
    /// Whether it is no page but the rules of its host.
    pub is_rules: bool,
}

impl Found {
    /// What stands in the request line.
    pub fn path(&self) -> &str {
        &self.url[url::Position::BeforePath..url::Position::AfterQuery]
    }

    /// The pages that these links on it lead to, each in its one spelling.
    pub(super) fn resolve(&self, links: &[String]) -> Vec<Url> {
        let links = links.iter();
        links.filter_map(|link| resolve(&self.url, link)).collect()
    }
}

/// What a crawl came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Crawled {
    /// Pages found, fetched or not.
    pub found: u64,
    /// Of those, pages that `robots.txt` forbids.
    pub forbidden: u64,
    /// Links that were not followed because there were enough pages already.
    pub beyond: u64,
    /// Links that were not followed because there was no memory for more.
    pub no_room: u64,
}

#[derive(Debug)]
pub(super) struct Crawling {
    crawl: Crawl,
    pages: Vec<Page>,
    /// The number of each, by its address.
    ids: HashMap<Known, u64>,
    /// What all that takes, about.
    held_bytes: usize,
    rules: Vec<Rules>,
    crawled: Crawled,
}

#[derive(Debug)]
struct Page {
    found: Arc<Found>,
    /// The fewest links that are known to lead to it.
    depth: u32,
    /// What it leads to, once it is fetched.
    links: Vec<u64>,
}

/// A page as a key: its address is kept once.
#[derive(Debug)]
struct Known(Arc<Found>);

impl Borrow<Url> for Known {
    fn borrow(&self) -> &Url {
        &self.0.url
    }
}

impl Hash for Known {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.url.hash(state);
    }
}

impl PartialEq for Known {
    fn eq(&self, other: &Self) -> bool {
        self.0.url == other.0.url
    }
}

impl Eq for Known {}

/// What a page takes beside its address: the page, its place in the map, which
/// doubles when it is full, and what the allocator adds.
const PAGE_BYTES: usize = 320;

/// Not reached by any link that counts.
const NOT_REACHED: u32 = u32::MAX;

/// What is known of a host's `robots.txt`.
#[derive(Debug)]
enum Rules {
    /// It was not requested yet.
    Unasked,
    /// It is asked for; these pages wait for it.
    Asked(Vec<u64>),
    Known(Robots),
}

impl Crawling {
    /// With the start, and the rules of its host, in the schedule.
    pub(super) fn begin(crawl: Crawl, schedule: &mut PageSchedule) -> Self {
        let start = crawl.start.clone();
        let mut crawling = Self {
            rules: crawl.hosts.iter().map(|_| Rules::Unasked).collect(),
            crawl,
            pages: Vec::new(),
            ids: HashMap::new(),
            held_bytes: 0,
            crawled: Crawled::default(),
        };
        let start = crawling.id(start);
        crawling.reached(start.into_iter().map(|id| (id, 0)).collect(), schedule);
        crawling
    }

    /// The page of that number.
    pub(super) fn found(&self, id: u64) -> Arc<Found> {
        self.pages[index(id)].found.clone()
    }

    /// Takes links of a fetched page. Returns how many pages may be fetched for
    /// them.
    pub(super) fn links(&mut self, from: u64, to: Vec<Url>, schedule: &mut PageSchedule) -> usize {
        let mut links: Vec<u64> = to.into_iter().filter_map(|url| self.id(url)).collect();
        // A link that a page has a thousand times is kept once.
        let mut seen = HashSet::new();
        links.retain(|&link| seen.insert(link));
        let page = &mut self.pages[index(from)];
        let depth = page.depth.saturating_add(1);
        // They are kept to pass on a shorter way to this page, if one turns up.
        let bytes = links.len() * size_of::<u64>();
        if self.held_bytes.saturating_add(bytes) <= self.crawl.most_bytes {
            self.held_bytes += bytes;
            page.links.extend_from_slice(&links);
        }
        self.reached(links.into_iter().map(|id| (id, depth)).collect(), schedule)
    }

    /// Takes the rules of a host, which let go what waited for them.
    pub(super) fn rules(
        &mut self,
        host: usize,
        answer: Option<(u16, &[u8])>,
        schedule: &mut PageSchedule,
    ) -> usize {
        let robots = match answer {
            Some((status, body)) => Robots::from_answer(status, body, &self.crawl.agent),
            None => Robots::unreachable(),
        };
        if let Some(delay) = robots.crawl_delay() {
            schedule.host(host).pace.slow_down(delay);
        }
        let before = std::mem::replace(&mut self.rules[host], Rules::Known(robots));
        let Rules::Asked(waiting) = before else {
            return 0;
        };
        waiting.into_iter().map(|id| self.offer(id, schedule)).sum()
    }

    pub(super) fn crawled(&self) -> Crawled {
        self.crawled
    }

    /// Notes that pages are reached by so many links, and passes on what is
    /// news. Returns how many may be fetched for it.
    fn reached(&mut self, mut news: Vec<(u64, u32)>, schedule: &mut PageSchedule) -> usize {
        let mut offered = 0;
        while let Some((id, depth)) = news.pop() {
            let page = &mut self.pages[index(id)];
            if depth >= page.depth || depth > self.crawl.depth {
                continue;
            }
            let first = page.depth == NOT_REACHED;
            page.depth = depth;
            news.extend(page.links.iter().map(|&link| (link, depth + 1)));
            if first {
                offered += self.admit(id, schedule);
            }
        }
        offered
    }

    /// Offers a page, unless there are enough.
    fn admit(&mut self, id: u64, schedule: &mut PageSchedule) -> usize {
        if self.crawled.found >= self.crawl.most_pages {
            self.crawled.beyond += 1;
            return 0;
        }
        self.crawled.found += 1;
        self.offer(id, schedule)
    }

    /// Puts a page into the schedule, or to those that wait for the rules.
    fn offer(&mut self, id: u64, schedule: &mut PageSchedule) -> usize {
        let page = self.found(id);
        let host = page.host;
        match &mut self.rules[host] {
            Rules::Unasked => {
                self.rules[host] = Rules::Asked(vec![id]);
                let rules = self.rules_of(&page);
                schedule.host(host).push(rules);
            }
            Rules::Asked(waiting) => {
                waiting.push(id);
                return 0;
            }
            Rules::Known(robots) if !robots.allows(&page.url) => {
                self.crawled.forbidden += 1;
                return 0;
            }
            Rules::Known(_) => schedule.host(host).push(id),
        }
        1
    }

    fn rules_of(&mut self, page: &Found) -> u64 {
        let mut url = page.url.clone();
        url.set_path("/robots.txt");
        url.set_query(None);
        self.number(url, page.host, true)
    }

    /// The number of a page, new or known; `None` if it is on another host, or
    /// one too many.
    fn id(&mut self, url: Url) -> Option<u64> {
        if let Some(&id) = self.ids.get(&url) {
            return Some(id);
        }
        let hosts = &self.crawl.hosts;
        let host = hosts.iter().position(|host| same_origin(host, &url))?;
        let bytes = url.as_str().len() + PAGE_BYTES;
        // The start, at least, has room.
        if !self.ids.is_empty() && self.held_bytes.saturating_add(bytes) > self.crawl.most_bytes {
            self.crawled.no_room += 1;
            return None;
        }
        self.held_bytes += bytes;
        let id = self.number(url, host, false);
        self.ids.insert(Known(self.found(id)), id);
        Some(id)
    }

    fn number(&mut self, url: Url, host: usize, is_rules: bool) -> u64 {
        let id = self.pages.len() as u64;
        self.pages.push(Page {
            found: Arc::new(Found {
                id,
                url,
                host,
                is_rules,
            }),
            depth: NOT_REACHED,
            links: Vec::new(),
        });
        id
    }
}

fn index(id: u64) -> usize {
    usize::try_from(id).expect("a number that was given out")
}

#[cfg(test)]
#[path = "crawl_tests.rs"]
mod tests;
