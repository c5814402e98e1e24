//! The bytes that are served. The one place where the server meets
//! `crate::page`, which makes pages and reads them back.
//!
//! Everything is built before the first request: a page costs the server two
//! reference counts to send, and no driver ever waits for one to be made.

use bytes::Bytes;

/// Length of every page.
#[cfg(test)]
const PAGE_BYTES: usize = 15_360;

/// All that is served for a course of so many pages.
#[derive(Debug)]
pub(super) struct Pages {
    numbered: Vec<Bytes>,
    pub(super) index: Bytes,
    pub(super) robots: Bytes,
}

impl Pages {
    pub(super) fn build(pages: u64) -> Self {
        Self {
            numbered: (0..pages)
                .map(|number| Bytes::from(stand_in(number)))
                .collect(),
            index: Bytes::from(format!("<!doctype html>\n<title>{pages} pages</title>\n")),
            robots: Bytes::from_static(b"User-agent: *\nDisallow:\n"),
        }
    }

    pub(super) fn len(&self) -> u64 {
        self.numbered.len() as u64
    }

    /// The page that `path` names, if the course has it, and its number.
    pub(super) fn at(&self, path: &str) -> Option<(usize, Bytes)> {
        let number = usize::try_from(number_of(path)?).ok()?;
        Some((number, self.numbered.get(number)?.clone()))
    }
}

/// Until `page::Site` is merged: a page of the right size.
fn stand_in(number: u64) -> Vec<u8> {
    let mut page = format!("<!doctype html>\n<title>Page {number}</title>\n").into_bytes();
    page.resize(15_360, b'.');
    page
}

fn number_of(path: &str) -> Option<u64> {
    path.strip_prefix("/page/")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_has_its_pages_and_no_others() {
        let pages = Pages::build(3);
        assert_eq!(pages.len(), 3);
        assert_eq!(
            pages.at("/page/2").map(|(n, page)| (n, page.len())),
            Some((2, PAGE_BYTES))
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
