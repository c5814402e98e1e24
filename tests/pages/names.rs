//! Paths and the numbers in them.

use regatta::site::page;

use super::FAR_NUMBERS;

#[test]
fn the_number_of_a_path_is_found() {
    for number in (0..2_000).chain(FAR_NUMBERS) {
        assert_eq!(page::number_of(&page::path(number)), Some(number));
    }
}

/// Separated by bars, so that blanks at the ends can be seen.
const BAD: &str = "|/|/page|/page/|page/7|/page/7/|/page/07|/page/00|/page/+7|/page/-7|/page/7?x\
    |/page/7#x|/page/ 7|/page/7 |/page/7.0|/page/0x7|/page/٧|//page/7|/Page/7|/page//7|/private/7\
    |/page/18446744073709551616|/page/99999999999999999999999";

#[test]
fn what_is_not_quite_a_path_has_no_number() {
    for path in BAD.split('|') {
        assert_eq!(page::number_of(path), None, "{path:?}");
    }
}
