//! A site: its index, its links, its robots.txt.

use std::collections::BTreeSet;

use regatta::site::page::{self, Reader, Site};
use regatta::site::workload::Parse;
use reqwest::Url;

/// The pages that `html`, found at `path`, links to, by the rules for
/// relative links.
fn pages_linked_from(path: &str, html: &[u8]) -> BTreeSet<u64> {
    let base = Url::parse("http://127.0.0.1").and_then(|host| host.join(path));
    let base = base.expect("a URL");
    let read = Reader::new(Parse::Summary).read(html).expect("readable");
    let urls = read
        .links
        .iter()
        .map(|link| base.join(link).expect("a URL"));
    urls.filter(|url| url.host() == base.host())
        .filter_map(|url| page::number_of(url.path()))
        .collect()
}

#[test]
fn links_lead_from_the_index_to_every_page_within_three_steps_and_nowhere_else() {
    for pages in [1, 2, 7, 49, 50, 200] {
        let site = Site::new(pages);
        let mut step = pages_linked_from("/", &site.index());
        let mut seen = step.clone();
        for _ in 1..3 {
            let follow = |&number| pages_linked_from(&page::path(number), &page::build(number));
            step = step.iter().flat_map(follow).collect();
            seen.extend(&step);
        }
        assert_eq!(seen, (0..pages).collect(), "a site of {pages} pages");
    }
}

#[test]
fn a_page_links_only_to_itself_and_older_pages() {
    for number in [0, 1, 48, 50_000, u64::MAX] {
        let linked = pages_linked_from(&page::path(number), &page::build(number));
        assert!(linked.iter().all(|&to| to <= number), "page {number}");
    }
}

#[test]
fn links_come_in_every_form() {
    let links = page::facts(150).links;
    for form in ["/page/", "../page/", "./", "https://", "mailto:"] {
        assert!(links.iter().any(|link| link.starts_with(form)), "no {form}");
    }
}

#[test]
fn the_index_of_an_empty_site_is_a_page_without_links() {
    let read = Reader::new(Parse::Summary).read(&Site::new(0).index());
    let read = read.expect("readable");
    assert_eq!((read.links.len(), read.headings.len()), (0, 1));
}

#[test]
fn robots_may_read_pages_and_nothing_private() {
    let wanted = [
        "Allow: /page/",
        "Disallow: /private/",
        "User-agent: slowbot",
        "Crawl-delay: 2",
    ];
    for line in wanted {
        assert!(page::ROBOTS.lines().any(|found| found == line), "{line}");
    }
}
