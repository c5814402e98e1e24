//! What one visit found, and the rows that it becomes.

use serde::{Deserialize, Serialize};

/// What one visit to a page found. A page that failed is recorded
/// too, with its `error` and nothing else.
///
/// As JSON it is one line; the names of the fields are the names there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The page's address, without a fragment. It stands first because every
    /// line of JSON Lines begins with it, which is how such a file is known.
    pub url: String,
    /// When it was seen, in milliseconds since 1970 in UTC.
    pub seen_at_ms: u64,
    /// The page's title.
    pub title: Option<String>,
    /// The titles of its articles, in the order of the page.
    pub titles: Vec<String>,
    /// The texts of its `h1`.
    pub headings: Vec<String>,
    /// How many links it has.
    pub links: u64,
    /// Its prices in cents, in the order of the page.
    pub prices_cents: Vec<u64>,
    /// Why the page is missing, if it is.
    pub error: Option<String>,
    /// What was left out of a page that has more than is kept of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncated: Option<String>,
}

impl Record {
    /// What it takes in memory, about.
    pub(super) fn bytes(&self) -> usize {
        let texts = self.titles.iter().chain(&self.headings);
        let texts: usize = texts.map(|text| size_of::<String>() + text.len()).sum();
        let one = [&self.title, &self.error, &self.truncated];
        let one: usize = one
            .iter()
            .filter_map(|text| Some(text.as_ref()?.len()))
            .sum();
        let prices = size_of_val(self.prices_cents.as_slice());
        size_of::<Self>() + self.url.len() + texts + one + prices
    }

    /// Its articles as `(url, title)`: `/page/7#article-3` is the third on
    /// `/page/7`.
    pub(super) fn articles(&self) -> impl Iterator<Item = (String, &str)> {
        let numbered = self.titles.iter().enumerate();
        numbered.map(|(index, title)| {
            (
                format!("{}#article-{}", self.url, index + 1),
                title.as_str(),
            )
        })
    }

    /// Its prices as `(place, price_cents)`, places counted from 1.
    ///
    /// SQL's whole numbers end at `i64::MAX`. A price beyond (92 quadrillion
    /// dollars) is somebody's joke, and leaving it out is better than failing
    /// for it.
    pub(super) fn prices(&self) -> impl Iterator<Item = (i64, i64)> {
        (1..)
            .zip(&self.prices_cents)
            .filter_map(|(place, &cents)| Some((place, i64::try_from(cents).ok()?)))
    }

    /// Its headings as one JSON array, for a database's column.
    pub(super) fn headings_json(&self) -> String {
        serde_json::Value::from(self.headings.as_slice()).to_string()
    }

    /// How many links it has, as SQL counts.
    pub(super) fn links_sql(&self) -> i64 {
        i64::try_from(self.links).unwrap_or(i64::MAX)
    }

    /// When it was seen, as SQL counts.
    pub(super) fn seen_at_sql(&self) -> i64 {
        i64::try_from(self.seen_at_ms).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_its_units_and_begins_with_its_url() {
        let record = Record {
            url: "/page/7".to_owned(),
            seen_at_ms: 5,
            prices_cents: vec![123_456],
            ..Record::default()
        };
        let line = serde_json::to_string(&record).unwrap();
        assert_eq!(
            line,
            r#"{"url":"/page/7","seen_at_ms":5,"title":null,"titles":[],"headings":[],"links":0,"prices_cents":[123456],"error":null}"#
        );
        assert_eq!(serde_json::from_str::<Record>(&line).unwrap(), record);
    }

    #[test]
    fn articles_are_counted_in_the_order_of_the_page() {
        let record = Record {
            url: "/page/7".to_owned(),
            titles: vec!["A".to_owned(), "B".to_owned()],
            ..Record::default()
        };
        let articles: Vec<_> = record.articles().collect();
        assert_eq!(articles[1], ("/page/7#article-2".to_owned(), "B"));
    }

    #[test]
    fn a_price_that_no_database_can_hold_is_left_out_and_the_others_keep_their_places() {
        let record = Record {
            prices_cents: vec![1, u64::MAX, 3],
            ..Record::default()
        };
        assert_eq!(record.prices().collect::<Vec<_>>(), [(1, 1), (3, 3)]);
    }
}
