//! A site's own account of what links reach, compared with a search that knows
//! nothing of how pages are made: it parses them with another parser.

use std::collections::{BTreeMap, VecDeque};

use scraper::{Html, Selector};
use url::Url;

use super::{Site, number_of};

/// The pages that these bytes lead to, as a browser would say.
fn links(site: Site, at: &str, html: &[u8]) -> Vec<u64> {
    let base = Url::parse("http://site.test/").unwrap().join(at).unwrap();
    let text = String::from_utf8(html.to_vec()).unwrap();
    let anchors = Selector::parse("a[href]").unwrap();
    let document = Html::parse_document(&text);
    let hrefs = document
        .select(&anchors)
        .filter_map(|anchor| anchor.attr("href"));
    let urls = hrefs.filter_map(|href| base.join(href).ok());
    let here = urls.filter(|url| url.host_str() == Some("site.test") && url.scheme() == "http");
    let numbers = here.filter_map(|url| number_of(url.path()));
    numbers.filter(|&number| number < site.pages).collect()
}

/// Breadth first, from the index.
fn searched(site: Site, depth: u32, lost: &[u64]) -> BTreeMap<u64, u32> {
    let mut found = BTreeMap::new();
    let mut queue: VecDeque<(u64, u32)> = VecDeque::new();
    let on_index = links(site, "/", &site.index());
    queue.extend(on_index.into_iter().map(|page| (page, 1)));
    while let Some((page, far)) = queue.pop_front() {
        if far > depth || found.contains_key(&page) {
            continue;
        }
        found.insert(page, far);
        if !lost.contains(&page) {
            let here = super::path(page);
            let next = links(site, &here, &site.page(page));
            queue.extend(next.into_iter().map(|next| (next, far + 1)));
        }
    }
    found
}

#[test]
fn a_site_knows_what_links_lead_to_whatever_is_lost() {
    let site = Site::new(150);
    let losses: [&[u64]; 4] = [
        &[],
        &[100],
        // All that the index names but one, which then leads to what is found.
        &[2, 51, 100],
        // A wall of neighbours, around which the links of sevens lead.
        &[3, 40, 41, 42, 43, 44, 45, 90, 91, 92, 93, 94, 95],
    ];
    assert_eq!(links(site, "/", &site.index()), [149, 100, 51, 2]);
    for lost in losses {
        for depth in [1, 2, 3, 9] {
            let reached = site.reached(depth, lost);
            assert_eq!(
                reached,
                searched(site, depth, lost),
                "{lost:?}, {depth} deep"
            );
        }
    }
}

#[test]
fn three_links_lead_to_every_page_and_fewer_do_not() {
    for pages in [1, 48, 49, 50, 200, 1_000] {
        let site = Site::new(pages);
        assert_eq!(site.reached(3, &[]).len() as u64, pages);
    }
    assert!(Site::new(200).reached(2, &[]).len() < 200);
    assert_eq!(Site::new(200).reached(1, &[]).len(), 5);
}

#[test]
fn links_of_lost_pages_are_not_followed() {
    let site = Site::new(200);
    let on_index: Vec<u64> = site.reached(1, &[]).into_keys().collect();
    // Every link of the index fails, and no other page is known.
    let reached = site.reached(9, &on_index);
    assert_eq!(reached.into_keys().collect::<Vec<_>>(), on_index);
}
