//! What a picture promises, whatever its log.

use proptest::prelude::*;
use regatta::report::timeline::{LEAST_WIDTH, Look, SvgLook, svg, terminal};
use unicode_width::UnicodeWidthStr;

use crate::any_log;
use crate::pictures::without_colour;

proptest! {
    #[test]
    fn no_line_is_longer_than_the_screen_or_ends_in_a_space(
        log in any_log::log(),
        (marked, until_ns) in any_log::marked(),
        (width, height) in (0..200_usize, 0..100_usize),
        (ascii, colour) in any::<(bool, bool)>(),
    ) {
        let look = Look { width, height, ascii, colour, until_ns, marked };
        let drawn = terminal(&log, &look);
        prop_assert_eq!(&drawn, &terminal(&log, &look), "the same bytes again");
        for line in without_colour(&drawn).lines() {
            prop_assert!(line.width() <= width.max(LEAST_WIDTH), "{line:?}\n{drawn}");
            prop_assert_eq!(line.trim_end(), line);
        }
    }

    #[test]
    fn a_picture_fits_a_screen_of_60_by_20_and_any_larger(
        log in any_log::log(),
        (marked, until_ns) in any_log::marked(),
        (width, height) in (60..200_usize, 20..100_usize),
    ) {
        let look = Look { width, height, marked, until_ns, ..Look::default() };
        let drawn = terminal(&log, &look);
        prop_assert!(drawn.lines().count() <= height, "{width}x{height}\n{drawn}");
    }

    #[test]
    fn ascii_is_nothing_but_ascii(
        log in any_log::log(),
        (marked, until_ns) in any_log::marked(),
    ) {
        let look = Look { ascii: true, marked, until_ns, ..Look::default() };
        let drawn = terminal(&log, &look);
        let printable = |byte: u8| byte == b'\n' || (b' '..=b'~').contains(&byte);
        prop_assert!(drawn.bytes().all(printable), "{drawn}");
    }

    #[test]
    fn a_file_is_drawn_of_any_log_and_is_never_large(
        log in any_log::log(),
        (marked, until_ns) in any_log::marked(),
    ) {
        let look = SvgLook { until_ns, marked };
        let drawn = svg(&log, &look);
        prop_assert!(drawn.len() < 150_000, "{} bytes", drawn.len());
    }
}
