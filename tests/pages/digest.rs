//! The digest that tells whether a driver did everything, once.

use std::collections::BTreeSet;

use regatta::site::page::{self, Reader, Reading, Site, verify};
use regatta::site::workload::Parse;

use super::{PARSES, SITE};

fn visit(number: u64) -> u64 {
    let page = page::build(number);
    let read = Reader::new(Parse::Titles).read(&page).expect("readable");
    page::digest(number, verify(number, &page).expect("right"), &read)
}

fn sum(order: &[u64]) -> u64 {
    let visits = order.iter().map(|&number| visit(number));
    visits.fold(0, u64::wrapping_add)
}

#[test]
fn digests_add_up_in_any_order_to_what_is_expected() {
    let expected = Site::new(4).expected_digest(Parse::Titles, &[]);
    assert_eq!(sum(&[0, 1, 2, 3]), expected);
    assert_eq!(sum(&[3, 1, 0, 2]), expected);
}

#[test]
fn a_page_missed_or_visited_again_changes_the_sum() {
    let expected = Site::new(4).expected_digest(Parse::Titles, &[]);
    assert_ne!(sum(&[0, 1, 2]), expected);
    assert_ne!(sum(&[0, 1, 2, 2]), expected);
    assert_ne!(sum(&[0, 1, 2, 3, 3, 3]), expected);
}

#[test]
fn the_sum_depends_on_what_was_to_be_read() {
    let sums = PARSES.map(|parse| SITE.expected_digest(parse, &[]));
    assert_eq!(BTreeSet::from(sums).len(), PARSES.len());
}

#[test]
fn a_text_moved_from_one_list_to_another_changes_the_digest() {
    let [mut titles, mut title, mut headings] = [(); 3].map(|()| Reading::default());
    titles.titles.push("x".to_owned());
    title.title = Some("x".to_owned());
    headings.headings.push("x".to_owned());
    let readings = [titles, title, headings, Reading::default()];
    let digests = readings.map(|reading| page::digest(1, 2, &reading));
    assert_eq!(BTreeSet::from(digests).len(), 4);
}
