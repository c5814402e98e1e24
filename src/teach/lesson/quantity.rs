//! A quantity as a student writes it, and as a lesson prints it.
//!
//! A lesson asks for one number of a known kind: a time, a size, a count, a
//! share or a ratio. In memory it is always an `f64` in the base unit. A number
//! that could mean two things ("60" for a time) is an error, not a guess.

use serde::{Deserialize, Serialize};

use crate::fmt::{self, significant};

/// The kind of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// A time, in seconds: `60ms`, `1m 30s`.
    Seconds,
    /// A size, in bytes: `12 MB` is 12 million, `1.5 MiB` is 1.5 times 2^20.
    Bytes,
    /// How many: `110`, `1,000`.
    Count,
    /// A part of a whole: `30%` is 0.3. A share of one core may be above 1.
    Share,
    /// How many times as much: `49x`, `1.3`.
    Ratio,
}

/// Why a text is not a quantity of its unit, and what to type instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// The text is empty.
    #[error("empty input: expected {0}")]
    Empty(ExpectedInput),
    /// A number without a unit, where several units are possible.
    #[error("{number} has no unit: write {}", .unit.with_units(.number))]
    NoUnit {
        /// The text.
        number: String,
        /// The expected unit.
        unit: Unit,
    },
    /// A comma that does not separate thousands.
    #[error("invalid comma in {0:?}: a comma separates thousands, as in 1,000; expected {1}")]
    Comma(String, ExpectedInput),
    /// A negative number.
    #[error("{0:?} is below zero: expected {1}")]
    Negative(String, ExpectedInput),
    /// More than any lesson could measure.
    #[error("{0:?} is too large, the maximum is {2}: expected {1}")]
    TooMuch(String, ExpectedInput, String),
    /// Anything else.
    #[error("invalid {name} {0:?}: expected {1}", name = .1.0.name())]
    Unclear(String, ExpectedInput),
}

/// The expected input, with an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExpectedInput(Unit);

impl std::fmt::Display for ExpectedInput {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self.0 {
            Unit::Seconds => "a time with its unit, for example 60ms or 5s",
            Unit::Bytes => "a size with its unit, for example 12MB or 1.5GiB",
            Unit::Count => "a number, for example 110 or 1,000",
            Unit::Share => "a share in percent, for example 30%",
            Unit::Ratio => "a ratio, for example 49x or 1.3x",
        })
    }
}

/// Names of sizes in lower case, in bytes.
const SIZES: [(&str, f64); 11] = [
    ("b", 1.0),
    ("byte", 1.0),
    ("bytes", 1.0),
    ("kb", 1e3),
    ("mb", 1e6),
    ("gb", 1e9),
    ("tb", 1e12),
    ("kib", 1024.0),
    ("mib", 1_048_576.0),
    ("gib", 1_073_741_824.0),
    ("tib", 1_099_511_627_776.0),
];

/// Parses a quantity. Case does not matter, nor do spaces between a number and
/// its unit.
///
/// The result is in the base unit of `unit`, finite and not negative.
pub fn parse(text: &str, unit: Unit) -> Result<f64, QuantityError> {
    let (written, expected) = (text.trim().to_owned(), ExpectedInput(unit));
    if written.is_empty() {
        return Err(QuantityError::Empty(expected));
    }
    if written.starts_with(['-', '−']) {
        return Err(QuantityError::Negative(written, expected));
    }
    let Some(plain) = without_commas(&written.to_lowercase()) else {
        return Err(QuantityError::Comma(written, expected));
    };
    if number(&plain).is_some() && unit.has_to_be_named() {
        let number = written;
        return Err(QuantityError::NoUnit { number, unit });
    }
    match unit.read(&plain) {
        Some(value) if value > unit.most() => {
            let most = unit.print(unit.most(), false);
            Err(QuantityError::TooMuch(written, expected, most))
        }
        Some(value) => Ok(value),
        None => Err(QuantityError::Unclear(written, expected)),
    }
}

/// `1,000` as `1000`; `None` if a comma does not separate thousands, because
/// `0,5` does not mean 5.
fn without_commas(text: &str) -> Option<String> {
    let mut groups = text.split(',');
    let first = groups.next()?.trim_start_matches(['x', '×', ' ']);
    let rest: Vec<&str> = groups.collect();
    let digits = |group: &str| group.chars().take_while(char::is_ascii_digit).count();
    let leads = digits(first) == first.len() && (1..=3).contains(&first.len());
    let leads = leads && !first.starts_with('0');
    let follow = rest.iter().enumerate().all(|(place, group)| {
        let is_last = place + 1 == rest.len();
        digits(group) == 3 && (is_last || group.len() == 3)
    });
    (rest.is_empty() || (leads && follow)).then(|| text.replace(',', ""))
}

/// A number in digits. Rust also parses "inf", "nan" and "1e9", which no
/// student means.
fn number(text: &str) -> Option<f64> {
    let in_digits = text.chars().all(|c| c.is_ascii_digit() || c == '.');
    let value: f64 = text.parse().ok().filter(|_| in_digits)?;
    Some(value)
}

/// A number and the text after it.
fn number_and_unit(text: &str) -> Option<(f64, &str)> {
    let ends = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (digits, unit) = text.split_at(ends);
    Some((number(digits)?, unit.trim_start()))
}

fn seconds(text: &str) -> Option<f64> {
    // Greek letter or micro sign: they look the same.
    let text = text.replace('μ', "µ");
    let time = humantime::parse_duration(&text).ok()?;
    Some(time.as_secs_f64())
}

fn bytes(text: &str) -> Option<f64> {
    let (value, name) = number_and_unit(text)?;
    let (_, size) = SIZES.iter().find(|(known, _)| *known == name)?;
    Some(value * size)
}

fn share(text: &str) -> Option<f64> {
    let percent = text.strip_suffix('%')?;
    Some(number(percent.trim_end())? / 100.0)
}

fn ratio(text: &str) -> Option<f64> {
    let times = ['x', '×'];
    let before = text.strip_prefix(times);
    let rest = before.or_else(|| text.strip_suffix(times)).unwrap_or(text);
    number(rest.trim())
}

impl Unit {
    /// The expected input, with an example.
    pub fn expected(self) -> ExpectedInput {
        ExpectedInput(self)
    }

    fn read(self, text: &str) -> Option<f64> {
        match self {
            Self::Seconds => seconds(text),
            Self::Bytes => bytes(text),
            Self::Count => number(text),
            Self::Share => share(text),
            Self::Ratio => ratio(text),
        }
    }

    /// Whether a number without a unit is ambiguous.
    fn has_to_be_named(self) -> bool {
        matches!(self, Self::Seconds | Self::Bytes | Self::Share)
    }

    /// What a number without a unit may have meant.
    fn with_units(self, number: &str) -> String {
        match self {
            Self::Seconds => format!("{number}ms or {number}s"),
            Self::Bytes => format!("{number}kB or {number}MB"),
            Self::Share => format!("{number}%"),
            Self::Count => number.to_owned(),
            Self::Ratio => format!("{number}x"),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Seconds => "time",
            Self::Bytes => "size",
            Self::Count => "number",
            Self::Share => "share",
            Self::Ratio => "ratio",
        }
    }

    /// Anything above is a typing error: no lesson measures as much.
    fn most(self) -> f64 {
        match self {
            Self::Seconds => 100.0 * 3_600.0,
            Self::Bytes => 1e15,
            Self::Count | Self::Ratio => 1e12,
            Self::Share => 100.0,
        }
    }

    /// The smallest value that differs from zero: a microsecond, a byte, one, a
    /// percent, a hundredth.
    pub fn least(self) -> f64 {
        match self {
            Self::Seconds => 1e-6,
            Self::Bytes | Self::Count => 1.0,
            Self::Share | Self::Ratio => 0.01,
        }
    }

    /// `value` in three significant digits with its unit: `60 ms`, `5.07 s`,
    /// `12.4 MB`, `1,000`, `30 %`, `49×`. In ASCII `×` is `x` and `µ` is `u`.
    pub fn print(self, value: f64, ascii: bool) -> String {
        let text = match self {
            Self::Seconds => fmt::duration(value * 1e9),
            Self::Bytes => fmt::size(value),
            Self::Count => significant(value, 3),
            Self::Share => format!("{} %", significant(value * 100.0, 3)),
            Self::Ratio => format!("{}×", significant(value, 3)),
        };
        if ascii { in_ascii(&text) } else { text }
    }
}

/// The same text in ASCII.
pub(super) fn in_ascii(text: &str) -> String {
    text.replace('×', "x").replace('µ', "u")
}

#[cfg(test)]
#[path = "quantity_tests.rs"]
mod tests;
