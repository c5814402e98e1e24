//! Amounts, changes and moments in words.

use std::time::{Duration, UNIX_EPOCH};

use crate::fmt;
use crate::site::page::dollars;

/// By how much a price moved: `+$1.00`, `-$1.00`, `same`.
pub(super) fn change(from_cents: u64, to_cents: u64) -> String {
    match to_cents.checked_sub(from_cents) {
        Some(0) => "same".to_owned(),
        Some(more) => format!("+{}", dollars(more)),
        None => format!("-{}", dollars(from_cents - to_cents)),
    }
}

/// The same as a share of what it was: `+5.3 %`. What was free has no share.
pub(super) fn percent(from_cents: u64, to_cents: u64) -> String {
    if from_cents == to_cents {
        return "same".to_owned();
    }
    if from_cents == 0 {
        return "n/a".to_owned();
    }
    let ratio = to_cents as f64 / from_cents as f64;
    fmt::change(ratio)
}

/// The end of the year 9999, where dates cease to have four digits.
const END_OF_DATES_MS: u64 = 253_402_300_800_000;

/// A moment to the second, in UTC: `2026-11-21 14:40:38`.
pub(super) fn moment(at_ms: u64) -> String {
    if at_ms >= END_OF_DATES_MS {
        return format!("{at_ms} ms");
    }
    let at = UNIX_EPOCH + Duration::from_millis(at_ms);
    let written = humantime::format_rfc3339_seconds(at).to_string();
    written.replace('T', " ").replace('Z', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_has_a_sign_and_a_share() {
        for (from, to, by, share) in [
            (1900, 2000, "+$1.00", "+5.3 %"),
            (2000, 1900, "-$1.00", "-5.0 %"),
            (2000, 2000, "same", "same"),
            (0, 5, "+$0.05", "n/a"),
            (100, 12_345_600, "+$123,455.00", "+12,345,500 %"),
        ] {
            assert_eq!(change(from, to), by);
            assert_eq!(percent(from, to), share);
        }
    }

    #[test]
    fn a_moment_is_in_utc() {
        assert_eq!(moment(1_790_000_000_000), "2026-09-21 14:13:20");
        assert_eq!(moment(END_OF_DATES_MS - 1), "9999-12-31 23:59:59");
        assert_eq!(moment(u64::MAX), "18446744073709551615 ms");
    }
}
