//! A site: pages from number 0 on, and an index that leads to all of them.
//!
//! Every page links to the 1 to 6 pages before it and to those 7, 14, 21, 28,
//! 35 and 42 before it. Two steps therefore reach anything up to 48 back (48 is
//! 42 and 6), so an index that names every 49th page has the whole site within
//! three steps, however large it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::checksum::verify;
use super::digest::digest;
use super::reading::Reading;
use super::writer::{build, build_with_facts, facts};
use crate::site::workload::Parse;

/// The index names one page in this many. A test checks it against the links
/// of `fixtures/page.html`.
const PAGES_PER_ENTRY: usize = 49;

/// What reading some pages adds up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReadingSums {
    /// The sum of their digests.
    pub digest: u64,
    /// The number of their titles.
    pub titles: u64,
}

/// The pages `/page/0` to `/page/{pages - 1}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    /// How many pages there are.
    pub pages: u64,
}

impl Site {
    /// A site of `pages` pages.
    #[must_use]
    pub fn new(pages: u64) -> Self {
        Self { pages }
    }

    /// The bytes of page `number`. They do not depend on the site, so whether
    /// the site has such a page is the caller's question.
    #[must_use]
    pub fn page(&self, number: u64) -> Vec<u8> {
        build(number)
    }

    /// What page `number` says, as its writer knows it.
    #[must_use]
    pub fn facts(&self, number: u64) -> Reading {
        facts(number)
    }

    /// The page at `/`: links from which every page is at most three steps away.
    #[must_use]
    pub fn index(&self) -> Vec<u8> {
        let mut entries = String::new();
        for number in (0..self.pages).rev().step_by(PAGES_PER_ENTRY) {
            // Writing to a String cannot fail.
            let _ = writeln!(
                entries,
                r#"<li><a href="/page/{number}">Page {number}</a></li>"#
            );
        }
        include_str!("../../../fixtures/index.html")
            .replace("{{entries}}", &entries)
            .into_bytes()
    }

    /// The pages within `depth` links of the index, without links on pages that
    /// fail (`failed`, rising); with the fewest links that lead to each.
    #[must_use]
    pub fn reached(&self, depth: u32, failed: &[u64]) -> BTreeMap<u64, u32> {
        let mut reached = BTreeMap::new();
        let mut front: Vec<u64> = (0..self.pages).rev().step_by(PAGES_PER_ENTRY).collect();
        for links in 1..=depth {
            let new = front.into_iter();
            let new = new.filter(|page| *page < self.pages && !reached.contains_key(page));
            let new: BTreeSet<u64> = new.collect();
            reached.extend(new.iter().map(|&page| (page, links)));
            let fetched = new
                .iter()
                .filter(|page| failed.binary_search(page).is_err());
            front = fetched.flat_map(|&page| leads_to(page)).collect();
            if front.is_empty() {
                break;
            }
        }
        reached
    }

    /// The sum of the digests of all pages but those that fail (`failed`,
    /// rising).
    #[must_use]
    pub fn expected_digest(&self, parse: Parse, failed: &[u64]) -> u64 {
        self.expected_sums(parse, failed).digest
    }

    /// What reading all pages but those that fail (`failed`, rising) adds up to.
    ///
    /// Made from the generator's own account, so that a fault of the parser
    /// cannot hide in both sums. Sets every page: about 30 ms a thousand.
    #[must_use]
    pub fn expected_sums(&self, parse: Parse, failed: &[u64]) -> ReadingSums {
        let mut sums = ReadingSums::default();
        for number in (0..self.pages).filter(|number| failed.binary_search(number).is_err()) {
            let (page, facts) = build_with_facts(number);
            let facts = facts.limited_to(parse);
            // A page just made verifies; 0 would only make the sum differ.
            let hash = verify(number, &page).unwrap_or_default();
            sums.digest = sums.digest.wrapping_add(digest(number, hash, &facts));
            sums.titles += facts.titles.len() as u64;
        }
        sums
    }
}

/// The pages that a page links to.
fn leads_to(page: u64) -> Vec<u64> {
    let links = facts(page).links.into_iter();
    // All three forms of a link to a page end in its number.
    let numbers = links.filter_map(|link| {
        let (form, number) = link.rsplit_once('/')?;
        let is_page = ["/page", "../page", "."].contains(&form);
        number.parse().ok().filter(|_| is_page)
    });
    numbers.collect()
}
