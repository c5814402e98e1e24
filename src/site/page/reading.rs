//! What a page says, to a program that reads it.
//!
//! The same type holds what a driver read and what the generator wrote, so
//! that the two can be compared with `==`.

use crate::site::workload::Parse;

/// What was read from a page: text without markup, entities decoded, blanks at
/// the ends removed, each list in the order of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// The text of every `h2.article-title`.
    pub titles: Vec<String>,
    /// The text of the first `head > title`.
    pub title: Option<String>,
    /// The text of every `h1`.
    pub headings: Vec<String>,
    /// The `href` of every `a` that has one, as written: not resolved.
    pub links: Vec<String>,
    /// The text of every `span.price`; [`cents`](super::cents) makes it a number.
    pub prices: Vec<String>,
    /// How many links there are besides, beyond what is kept of one page.
    pub more_links: u64,
    /// What was left out of a page that has more than is kept of one.
    pub truncated: Option<String>,
}

impl Reading {
    /// The first price, which is what a price monitor of one article would
    /// record; `None` when the page offers nothing.
    #[must_use]
    pub fn price(&self) -> Option<&str> {
        self.prices.first().map(String::as_str)
    }

    /// What is left of this when only `parse` was asked for.
    #[must_use]
    pub fn limited_to(self, parse: Parse) -> Self {
        match parse {
            Parse::None => Self::default(),
            Parse::Titles => Self {
                titles: self.titles,
                ..Self::default()
            },
            Parse::Summary => self,
        }
    }

    /// Adds what a later part of the same page says.
    pub(super) fn append(&mut self, mut later: Self) {
        self.titles.append(&mut later.titles);
        self.title = self.title.take().or(later.title);
        self.headings.append(&mut later.headings);
        self.links.append(&mut later.links);
        self.prices.append(&mut later.prices);
        self.more_links += later.more_links;
        self.truncated = self.truncated.take().or(later.truncated);
    }
}
