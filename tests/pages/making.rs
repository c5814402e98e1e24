//! What is true of every page that is made.

use std::collections::BTreeSet;

use regatta::site::page::{self, PAGE_BYTES, Site};

use super::{FAR_NUMBERS, PAGES, SITE, text_of};

#[test]
fn every_page_is_15360_bytes_of_utf_8() {
    let far = FAR_NUMBERS.map(page::build);
    for page in PAGES.iter().chain(&far) {
        assert_eq!(page.len(), PAGE_BYTES);
        text_of(page);
    }
}

#[test]
fn a_thousand_pages_fit_whatever_is_drawn() {
    for number in 50_000..51_000 {
        assert_eq!(page::build(number).len(), PAGE_BYTES, "page {number}");
    }
}

#[test]
fn no_two_pages_are_the_same() {
    let distinct: BTreeSet<_> = PAGES.iter().collect();
    assert_eq!(distinct.len(), PAGES.len());
}

#[test]
fn a_page_is_the_same_every_time_and_in_every_site() {
    for number in [0, 7, 199, 99_999] {
        assert_eq!(page::build(number), page::build(number));
        assert_eq!(page::build(number), Site::new(1).page(number));
        assert_eq!(page::facts(number), SITE.facts(number));
    }
}

#[test]
fn pages_are_prose_and_not_padding() {
    for (number, page) in PAGES.iter().enumerate() {
        let text = text_of(page);
        assert!(!text.contains(&" ".repeat(100)), "page {number} is padded");
        assert!(!text.contains("{{"), "page {number} has an open slot");
    }
}

#[test]
fn a_page_has_12_to_20_articles_whose_titles_are_unique() {
    let mut seen = BTreeSet::new();
    for number in 0..SITE.pages {
        let titles = SITE.facts(number).titles;
        assert!((12..=20).contains(&titles.len()), "page {number}");
        for (article, title) in (1..).zip(titles) {
            let label = format!("Page {number}, article {article}: ");
            assert!(title.starts_with(&label), "{title}");
            assert!(seen.insert(title), "a title came twice");
        }
    }
}

#[test]
fn pages_are_written_in_many_scripts_and_with_entities() {
    let all: String = PAGES.iter().map(|page| text_of(page)).collect();
    let letters = ["é", "ö", "Ł", "δ", "а", "李", "김", "م", "⛵", "“", "’"];
    let entities = ["&amp;", "&lt;", "&nbsp;", "&ntilde;", "&eacute;"];
    for wanted in letters.iter().chain(&entities) {
        assert!(all.contains(wanted), "{wanted} never comes up");
    }
}

#[test]
fn some_pages_have_prices_and_some_have_none() {
    let facts: Vec<_> = (0..SITE.pages).map(|number| SITE.facts(number)).collect();
    let dry = facts.iter().filter(|facts| facts.price().is_none()).count();
    assert!((20..100).contains(&dry), "{dry} of 200 have no price");
    let some_missing = |facts: &page::Reading| facts.prices.len() < facts.titles.len();
    assert!(facts.iter().all(some_missing));
    let prices: Vec<_> = facts.iter().flat_map(|facts| &facts.prices).collect();
    assert!(prices.iter().any(|price| price.len() == "$1,234.56".len()));
    assert!(prices.iter().any(|price| price.len() == "$12.99".len()));
    assert!(prices.iter().all(|price| page::cents(price).is_some()));
}

#[test]
fn pages_mislead_a_reader_that_only_searches_for_the_tag() {
    for (number, page) in (0..).zip(PAGES.iter()) {
        let found = text_of(page).split(r#"<h2 class="article-title">"#).skip(1);
        let titles: Vec<_> = found
            .filter_map(|rest| rest.split("</h2>").next())
            .collect();
        assert_ne!(titles, SITE.facts(number).titles, "page {number}");
    }
}
