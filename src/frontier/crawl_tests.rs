//! Crawls of simulated sites with a simulated clock, with answers in any order.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::frontier::schedule::Next;
use crate::site::workload::Politeness;

const ROBOTS: &str = "User-agent: *\nDisallow: /private/\n\nUser-agent: slow\nCrawl-delay: 2\n";

/// A site: what each path leads to.
type Site = BTreeMap<String, Vec<String>>;

fn crawl(depth: u32, agent: &str) -> Crawl {
    let start = Url::parse("http://127.0.0.1:8080/").unwrap();
    Crawl {
        hosts: vec![start.clone()],
        start,
        depth,
        most_pages: 1000,
        agent: agent.to_owned(),
        most_bytes: usize::MAX,
    }
}

/// Crawls the site; pages come back in an order drawn from the seed. Returns
/// the paths in the order in which they were asked for, and when.
fn simulate(site: &Site, crawl: Crawl, seed: u64) -> Vec<(String, Duration)> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut schedule = PageSchedule::growing(crawl.hosts.len(), 4, Politeness::default());
    let mut crawling = Crawling::begin(crawl, &mut schedule);
    let mut in_flight = Vec::new();
    let (mut asked, mut now) = (Vec::new(), Duration::ZERO);
    for _ in 0..100_000 {
        match schedule.next(now) {
            Next::Fetch(pick) => {
                let found = crawling.found(pick.page);
                asked.push((found.path().to_owned(), now));
                in_flight.push(found);
            }
            Next::Wait(Some(wait)) if in_flight.is_empty() => now += wait,
            Next::Wait(_) => {
                let page = in_flight.swap_remove(random.random_range(0..in_flight.len()));
                if page.is_rules {
                    crawling.rules(page.host, Some((200, ROBOTS.as_bytes())), &mut schedule);
                } else {
                    let links = site.get(page.path()).cloned().unwrap_or_default();
                    crawling.links(page.id, page.resolve(&links), &mut schedule);
                }
                schedule.done(page.host);
            }
            Next::Stop => return asked,
        }
    }
    panic!("it does not end");
}

fn site(pages: &[(&str, &[&str])]) -> Site {
    let own = |links: &[&str]| links.iter().map(ToString::to_string).collect();
    let pages = pages.iter();
    pages
        .map(|(page, links)| ((*page).to_owned(), own(links)))
        .collect()
}

fn paths(asked: &[(String, Duration)]) -> Vec<&str> {
    asked.iter().map(|(path, _)| path.as_str()).collect()
}

#[test]
fn the_rules_come_first_and_are_obeyed() {
    let site = site(&[("/", &["/private/a", "/b", "private/c"])]);
    let asked = simulate(&site, crawl(3, "regatta"), 1);
    assert_eq!(paths(&asked), ["/robots.txt", "/", "/b"]);
}

#[test]
fn a_page_is_fetched_once_however_it_is_spelled() {
    let site = site(&[
        (
            "/",
            &[
                "/a/b",
                "a/b#late",
                "./a/../a/b",
                "HTTP://127.0.0.1:8080/a/%62",
            ],
        ),
        (
            "/a/b",
            &[
                "../",
                "b",
                "mailto:desk@example.org",
                "http://example.org/x",
            ],
        ),
    ]);
    let asked = simulate(&site, crawl(9, "regatta"), 1);
    assert_eq!(paths(&asked), ["/robots.txt", "/", "/a/b"]);
}

#[test]
fn what_is_too_many_links_away_is_left_out() {
    let site = site(&[("/", &["/1"]), ("/1", &["/2"]), ("/2", &["/3"])]);
    let asked = simulate(&site, crawl(2, "regatta"), 1);
    assert_eq!(paths(&asked), ["/robots.txt", "/", "/1", "/2"]);
    assert_eq!(
        paths(&simulate(&site, crawl(0, "regatta"), 1)),
        ["/robots.txt", "/"]
    );
}

#[test]
fn a_site_that_asks_for_two_seconds_between_requests_is_given_them() {
    let site = site(&[("/", &["/1", "/2", "/3"])]);
    let asked = simulate(&site, crawl(1, "slow"), 1);
    let at: Vec<u64> = asked.iter().map(|(_, at)| at.as_secs()).collect();
    assert_eq!(at, [0, 2, 4, 6, 8]);
}

#[test]
fn a_site_whose_rules_cannot_be_fetched_is_left_alone() {
    let mut schedule = PageSchedule::growing(1, 4, Politeness::default());
    let mut crawling = Crawling::begin(crawl(3, "regatta"), &mut schedule);
    let Next::Fetch(rules) = schedule.next(Duration::ZERO) else {
        panic!("the rules come first")
    };
    assert_eq!(crawling.rules(rules.host, None, &mut schedule), 0);
    schedule.done(rules.host);
    assert_eq!(schedule.next(Duration::ZERO), Next::Stop);
    assert_eq!(crawling.crawled().forbidden, 1);
}

#[test]
fn no_more_pages_are_taken_than_were_asked_for() {
    let site = site(&[("/", &["/1", "/2", "/3", "/4"])]);
    let few = Crawl {
        most_pages: 3,
        ..crawl(3, "regatta")
    };
    assert_eq!(simulate(&site, few, 1).len(), 4, "three, and the rules");
}

#[test]
fn another_host_is_visited_only_when_told_and_by_its_own_rules() {
    let site = site(&[("/", &["http://127.0.0.1:9090/there", "/here"])]);
    let told = Crawl {
        hosts: ["http://127.0.0.1:8080/", "http://127.0.0.1:9090/"]
            .map(|host| Url::parse(host).unwrap())
            .to_vec(),
        ..crawl(3, "regatta")
    };
    let asked = simulate(&site, told, 1);
    let mut paths = paths(&asked);
    paths.sort_unstable();
    assert_eq!(
        paths,
        ["/", "/here", "/robots.txt", "/robots.txt", "/there"]
    );
}

/// What can be reached with so few links, by a search of its own.
fn reachable(site: &Site, depth: u32) -> BTreeSet<String> {
    let mut reached = BTreeSet::from(["/".to_owned()]);
    let mut queue = VecDeque::from([("/".to_owned(), 0)]);
    while let Some((page, steps)) = queue.pop_front() {
        for link in site.get(&page).into_iter().flatten() {
            if steps < depth && reached.insert(link.clone()) {
                queue.push_back((link.clone(), steps + 1));
            }
        }
    }
    reached
}

#[test]
fn what_is_reached_does_not_depend_on_the_order_of_the_answers() {
    for seed in 0..1000 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let pages = random.random_range(2..60);
        let mut site = Site::new();
        for page in 0..pages {
            let path = if page == 0 {
                "/".to_owned()
            } else {
                format!("/{page}")
            };
            let links = (0..random.random_range(0..4)).map(|_| {
                let to = random.random_range(1..pages);
                format!("/{to}")
            });
            site.insert(path, links.collect());
        }
        let depth = random.random_range(0..6);
        let asked = simulate(&site, crawl(depth, "regatta"), seed);
        let mut paths: Vec<String> = asked.into_iter().map(|(path, _)| path).collect();
        paths.sort_unstable();
        let mut expected: Vec<String> = reachable(&site, depth).into_iter().collect();
        expected.push("/robots.txt".to_owned());
        expected.sort_unstable();
        assert_eq!(paths, expected, "seed {seed}, depth {depth}");
    }
}
