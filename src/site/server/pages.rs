//! The bytes that are served. The one place where the server meets
//! `crate::site::page`, which makes pages and reads them back.
//!
//! Everything is built before the first request: a page costs the server two
//! reference counts to send, and no driver ever waits for one to be made.

use bytes::Bytes;

use crate::site::page::{self, Site};

/// All that is served for a scenario.
#[derive(Debug)]
pub(super) struct Pages {
    numbered: Vec<Bytes>,
    pub(super) index: Bytes,
    pub(super) robots: Bytes,
}

impl Pages {
    pub(super) fn build(pages: u64) -> Self {
        let site = Site::new(pages);
        let numbered = (0..pages).map(|number| Bytes::from(site.page(number)));
        Self {
            numbered: numbered.collect(),
            index: Bytes::from(site.index()),
            robots: Bytes::from_static(page::ROBOTS.as_bytes()),
        }
    }

    pub(super) fn len(&self) -> u64 {
        self.numbered.len() as u64
    }

    /// The page that `path` names, if the scenario has it, and its number.
    pub(super) fn at(&self, path: &str) -> Option<(usize, Bytes)> {
        let number = usize::try_from(page::number_of(path)?).ok()?;
        Some((number, self.numbered.get(number)?.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_has_its_pages_and_no_others() {
        let pages = Pages::build(3);
        assert_eq!(pages.len(), 3);
        assert_eq!(
            pages.at("/page/2").map(|(n, page)| (n, page.len())),
            Some((2, page::PAGE_BYTES))
        );
        for path in [
            "/page/3",
            "/page/",
            "/page/-1",
            "/page/x",
            "/",
            "/robots.txt",
        ] {
            assert!(pages.at(path).is_none(), "{path}");
        }
    }
}
