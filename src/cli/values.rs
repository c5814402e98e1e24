//! Values of flags that several commands take, read from text. An error says
//! what was expected, with an example; clap adds the flag and the text.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

/// Seeds are small enough to be read aloud.
const LARGEST_SEED: u64 = 1_000_000_000;

/// A whole number within `range`; `example` is in the error.
pub(super) fn whole<T: TryFrom<u64>>(
    range: RangeInclusive<u64>,
    example: u64,
) -> impl Fn(&str) -> Result<T, String> + Clone {
    move |text| {
        let (least, most) = (range.start(), range.end());
        let example = format!("for example {example}");
        let in_range = format!("expected a whole number from {least} to {most}, {example}");
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // A range that no one would leave by mistake says nothing.
        let expected = if *most >= u32::MAX.into() && !is_number {
            format!("expected a whole number, {example}")
        } else {
            in_range
        };
        let number = not_negative(text, &expected)?.parse::<u64>().ok();
        let number = number.filter(|number| range.contains(number));
        number
            .and_then(|number| T::try_from(number).ok())
            .ok_or(expected)
    }
}

/// Threads of a runtime or of the server.
pub(super) fn threads(text: &str) -> Result<usize, String> {
    whole(1..=1024, 2)(text)
}

/// What delays and orders are drawn from.
pub(super) fn seed(text: &str) -> Result<u64, String> {
    whole(0..=u64::MAX, 42)(text)
}

/// The same, where runs add to it.
pub(super) fn small_seed(text: &str) -> Result<u64, String> {
    whole(0..=LARGEST_SEED, 42)(text)
}

/// A port of this machine.
pub(super) fn port(text: &str) -> Result<u16, String> {
    whole(0..=u16::MAX.into(), 8080)(text)
}

/// A number of bytes.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let expected = "expected a size with its unit, for example 256MB";
    let text = not_negative(text, expected)?;
    let digits = text.find(|letter: char| !letter.is_ascii_digit());
    let (number, unit) = text.split_at(digits.unwrap_or(text.len()));
    let bytes: u64 = match unit.trim_start().to_ascii_lowercase().as_str() {
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return Err(expected.to_owned()),
    };
    let number = number.parse::<u64>().ok();
    let size = number.and_then(|number| number.checked_mul(bytes));
    size.ok_or_else(|| expected.to_owned())
}

/// A length of time.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let expected = "expected a time with its unit, for example 45s or 2m";
    let time = humantime::parse_duration(not_negative(text, expected)?);
    time.map_err(|_| expected.to_owned())
}

/// A delay or a wait, whose own parser says what is wrong with it.
pub(super) fn delay<T: FromStr<Err: Display>>(text: &str) -> Result<T, String> {
    let text = not_negative(text, "expected a time with its unit, for example 20ms")?;
    text.parse().map_err(|error: T::Err| error.to_string())
}

/// A share of 0% to 1000%, as a fraction.
pub(super) fn percent(text: &str) -> Result<f64, String> {
    let expected = "expected a share from 0% to 1000%, for example 5%";
    let number = not_negative(text, expected)?.strip_suffix('%');
    let percent = number.and_then(|percent| percent.trim().parse::<f64>().ok());
    let percent = percent.filter(|percent| (0.0..=1000.0).contains(percent));
    percent
        .map(|percent| percent / 100.0)
        .ok_or_else(|| expected.to_owned())
}

fn not_negative<'a>(text: &'a str, expected: &str) -> Result<&'a str, String> {
    let text = text.trim();
    if text.starts_with('-') {
        return Err(format!("must be positive; {expected}"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_out_of_range_is_an_error_with_the_range_and_an_example() {
        let pairs = whole::<u16>(12..=4096, 24);
        assert_eq!(pairs("24"), Ok(24));
        for text in ["11", "4097", "abc", "1.5", "", "99999999999999999999999"] {
            let error = pairs(text).unwrap_err();
            assert_eq!(
                error,
                "expected a whole number from 12 to 4096, for example 24"
            );
        }
        assert!(pairs("-5").unwrap_err().starts_with("must be positive"));
    }

    #[test]
    fn a_time_needs_a_unit_and_is_positive() {
        assert_eq!(duration("45s"), Ok(Duration::from_secs(45)));
        assert!(duration("5").unwrap_err().contains("unit"));
        assert!(duration("-5s").unwrap_err().contains("positive"));
    }

    #[test]
    fn a_share_ends_with_a_percent_sign() {
        assert_eq!(percent("5%"), Ok(0.05));
        assert!(percent("5").unwrap_err().contains("5%"));
        assert!(percent("nan%").is_err());
    }
}
