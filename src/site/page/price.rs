//! Prices: how `$1,234.56` is written, and how it is read.
//!
//! A price monitor that reads `$1,23.4` as something is worse than one that
//! says it cannot, so the reading is strict. Cents are whole numbers because
//! no price is a binary fraction.

use std::fmt::Write;

/// The cents that a price text stands for: `$1,234.56` is 123456.
///
/// Taken: a dollar sign, digits in groups of three with commas and no leading
/// zero, a point, two digits; nothing before, between or after. Everything
/// else is `None`, and so is a price beyond `u64`.
#[must_use]
pub fn cents(text: &str) -> Option<u64> {
    let (whole, fraction) = text.strip_prefix('$')?.split_once('.')?;
    let (first, groups) = whole
        .split_once(',')
        .map_or((whole, None), |(first, rest)| {
            (first, Some(rest.split(',')))
        });
    let zero_led = first.starts_with('0') && whole != "0";
    if first.len() > 3 || zero_led {
        return None;
    }
    let mut dollars = digits(first, first.len())?;
    for group in groups.into_iter().flatten() {
        dollars = dollars.checked_mul(1000)?.checked_add(digits(group, 3)?)?;
    }
    dollars.checked_mul(100)?.checked_add(digits(fraction, 2)?)
}

/// The number that exactly `length` digits make. (`parse` alone would take a
/// plus sign as well.)
fn digits(text: &str, length: usize) -> Option<u64> {
    let only_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    (text.len() == length && only_digits).then(|| text.parse().ok())?
}

/// The price text that stands for `cents`: 123456 is `$1,234.56`.
#[must_use]
pub fn dollars(cents: u64) -> String {
    let mut text = String::new();
    write_price(&mut text, cents);
    text
}

/// Writes `cents` the way [`cents`] reads it.
pub(super) fn write_price(out: &mut String, cents: u64) {
    let digits = (cents / 100).to_string();
    out.push('$');
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    // Writing to a String cannot fail.
    let _ = write!(out, ".{:02}", cents % 100);
}
