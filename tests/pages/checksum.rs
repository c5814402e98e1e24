//! What `verify` takes and, above all, what it does not.

use std::collections::BTreeSet;

use regatta::site::page::{self, Mismatch, PAGE_BYTES, verify};

use super::{FAR_NUMBERS, PAGES};

#[test]
fn every_page_verifies_and_its_hash_is_its_own() {
    let mut hashes = BTreeSet::new();
    for (number, page) in (0..).zip(PAGES.iter()) {
        assert!(hashes.insert(verify(number, page).expect("a page verifies")));
    }
    for number in FAR_NUMBERS {
        assert!(
            verify(number, &page::build(number)).is_ok(),
            "page {number}"
        );
    }
}

#[test]
fn a_body_of_any_other_length_is_refused() {
    let mut page = page::build(7);
    let refused = |body: &[u8]| {
        let (got, expected) = (body.len(), PAGE_BYTES);
        assert_eq!(
            verify(7, body),
            Err(Mismatch::WrongLength { got, expected })
        );
    };
    for length in 0..PAGE_BYTES {
        refused(&page[..length]);
        refused(&page[PAGE_BYTES - length..]);
    }
    page.push(b'\n');
    refused(&page);
}

#[test]
fn a_flipped_bit_anywhere_is_refused() {
    let mut page = page::build(7);
    let ends = (0..60).chain(PAGE_BYTES - 40..PAGE_BYTES);
    let flips = (0..PAGE_BYTES).map(|at| (at, at % 8));
    for (at, bit) in flips.chain(ends.flat_map(|at| (0..8).map(move |bit| (at, bit)))) {
        page[at] ^= 1 << bit;
        assert!(verify(7, &page).is_err(), "byte {at}, bit {bit}");
        page[at] ^= 1 << bit;
    }
    assert!(verify(7, &page).is_ok());
}

#[test]
fn two_bytes_that_changed_places_are_refused() {
    let mut page = page::build(7);
    for at in (0..PAGE_BYTES - 16).step_by(97) {
        if page[at] != page[at + 16] {
            page.swap(at, at + 16);
            assert!(verify(7, &page).is_err(), "bytes {at} and {}", at + 16);
            page.swap(at, at + 16);
        }
    }
}

#[test]
fn another_page_is_refused_even_under_the_right_number() {
    let eight = page::build(8);
    let wrong_number = |body| matches!(verify(7, body), Err(Mismatch::WrongNumber { .. }));
    assert!(wrong_number(&eight));
    assert!(wrong_number(&[b'x'; PAGE_BYTES]));
    let mut forged = page::build(7);
    forged[1_000..].copy_from_slice(&eight[1_000..]);
    assert!(matches!(
        verify(7, &forged),
        Err(Mismatch::WrongHash { .. })
    ));
}

#[test]
fn a_mismatch_says_what_happened() {
    let said = |body: &[u8]| verify(7, body).unwrap_err().to_string();
    assert_eq!(said(b""), "the body is 0 bytes long, but a page is 15360");
    assert_eq!(
        said(&page::build(8)),
        r#"page 7 was asked for, but the body says it is page "00000000000000000008""#
    );
    let mut page = page::build(7);
    page[5_000] ^= 1;
    assert!(
        said(&page).ends_with(": some were changed"),
        "{}",
        said(&page)
    );
}
