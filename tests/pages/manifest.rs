//! The pages as they were when reports were saved: `fixtures/manifest.json`.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::Path;

use regatta::site::page::verify;
use serde::{Deserialize, Serialize};

use super::SITE;

/// One page in the manifest.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Entry {
    hash: String,
    title: Option<String>,
    headings: Vec<String>,
    titles: Vec<String>,
    prices: Vec<String>,
    links: Vec<String>,
}

fn entry(number: u64) -> Entry {
    let facts = SITE.facts(number);
    let hash = verify(number, &SITE.page(number)).expect("a page verifies");
    Entry {
        hash: format!("{hash:016x}"),
        title: facts.title,
        headings: facts.headings,
        titles: facts.titles,
        prices: facts.prices,
        links: facts.links,
    }
}

#[test]
fn the_generator_still_makes_the_pages_of_the_manifest() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/manifest.json");
    let made: BTreeMap<u64, Entry> = (0..SITE.pages).map(|n| (n, entry(n))).collect();
    if env::var_os("REGATTA_BLESS").is_some() {
        let json = serde_json::to_string_pretty(&made).expect("serializable");
        fs::write(&path, json + "\n").expect("fixtures/ is writable");
    }
    let saved = fs::read_to_string(&path).expect("fixtures/manifest.json is readable");
    let saved: BTreeMap<u64, Entry> = serde_json::from_str(&saved).expect("valid JSON");
    for (number, entry) in &made {
        assert_eq!(
            saved.get(number),
            Some(entry),
            "page {number} changed, so saved reports no longer compare with new ones. \
             If that is meant: REGATTA_BLESS=1 cargo test --test pages",
        );
    }
    assert_eq!(saved.len(), made.len());
}
