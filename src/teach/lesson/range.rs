//! The expected range of a metric, as a lesson writes it: `10`, `pages`,
//! `8 .. in_flight`, `>= 10`, `<= 12`. Both ends are included. Each may be a
//! formula, so that the range is still right after a knob was turned.

use serde::Deserialize;

use super::formula::{Formula, FormulaError, Known};

/// From one value to another; a missing end is open.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Range {
    low: Option<Formula>,
    high: Option<Formula>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Whole(u32),
    Text(String),
}

impl TryFrom<Written> for Range {
    type Error = FormulaError;

    fn try_from(written: Written) -> Result<Self, FormulaError> {
        let text = match written {
            Written::Whole(number) => number.to_string(),
            Written::Text(text) => text,
        };
        let (low, high) = if let Some((low, high)) = text.split_once("..") {
            (Some(low), Some(high))
        } else if let Some(low) = text.strip_prefix(">=") {
            (Some(low), None)
        } else if let Some(high) = text.strip_prefix("<=") {
            (None, Some(high))
        } else {
            (Some(text.as_str()), Some(text.as_str()))
        };
        Ok(Self {
            low: low.map(str::parse).transpose()?,
            high: high.map(str::parse).transpose()?,
        })
    }
}

/// Counts are whole numbers; values computed from times have rounding errors.
const ROUNDING: f64 = 1e-6;

impl Range {
    /// Its ends, in the base unit.
    pub fn ends(&self, known: &Known) -> anyhow::Result<(f64, f64)> {
        let value = |end: &Option<Formula>, open: f64| {
            end.as_ref().map_or(Ok(open), |end| end.value(known))
        };
        Ok((
            value(&self.low, f64::NEG_INFINITY)?,
            value(&self.high, f64::INFINITY)?,
        ))
    }

    /// Whether it contains `value`.
    pub fn holds(&self, value: f64, known: &Known) -> anyhow::Result<bool> {
        let (low, high) = self.ends(known)?;
        Ok((low - ROUNDING..=high + ROUNDING).contains(&value))
    }

    /// In words: "10", "8 to 10", "at least 10", "at most 12".
    pub fn words(&self, known: &Known, print: impl Fn(f64) -> String) -> String {
        match self.ends(known) {
            Ok((low, high)) if (high - low).abs() < ROUNDING => print(low),
            Ok((low, high)) if low.is_finite() && high.is_finite() => {
                format!("{} to {}", print(low), print(high))
            }
            Ok((low, _)) if low.is_finite() => format!("at least {}", print(low)),
            Ok((_, high)) => format!("at most {}", print(high)),
            Err(error) => error.to_string(),
        }
    }

    /// As the lesson writes it, with its value: "at most 20 × work (216 ms)". A
    /// plain number appears once.
    pub fn told(&self, known: &Known, print: impl Fn(f64) -> String) -> String {
        let value = self.words(known, print);
        if self.ends(&Known::new()).is_ok() {
            return value;
        }
        let number = value.trim_start_matches("at least ");
        let number = number.trim_start_matches("at most ");
        format!("{} ({number})", self.in_words())
    }

    fn in_words(&self) -> String {
        let words = |end: &Formula| end.in_words(false);
        match (&self.low, &self.high) {
            (Some(low), Some(high)) if low == high => words(low),
            (Some(low), Some(high)) => format!("{} to {}", words(low), words(high)),
            (Some(low), None) => format!("at least {}", words(low)),
            (None, Some(high)) => format!("at most {}", words(high)),
            (None, None) => "anything".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::teach::lesson::quantity::Unit;

    #[derive(Deserialize)]
    struct Line {
        x: Range,
    }

    fn range(value: &str) -> Range {
        toml::from_str::<Line>(&format!("x = {value}")).unwrap().x
    }

    #[test]
    fn a_range_is_printed_as_written_and_with_its_value() {
        let known = Known::from([("in_flight", (100.0, Unit::Count))]);
        let told = [
            ("10", "10"),
            ("'in_flight'", "in flight (100)"),
            ("'8 .. in_flight'", "8 to in flight (8 to 100)"),
            ("'>= 5'", "at least 5"),
            ("'<= 2 * in_flight'", "at most 2 × in flight (200)"),
        ];
        for (text, words) in told {
            assert_eq!(range(text).told(&known, |value| value.to_string()), words);
        }
    }

    #[test]
    fn both_ends_are_included_and_an_end_may_be_open() {
        let known = Known::from([("pages", (100.0, Unit::Count))]);
        let cases = [
            ("10", 10.0, 11.0, "10"),
            ("'pages'", 100.0, 99.0, "100"),
            ("'8 .. pages / 10'", 10.0, 7.0, "8 to 10"),
            ("'>= 10'", 10.0, 9.0, "at least 10"),
            ("'<= 12'", 12.0, 13.0, "at most 12"),
        ];
        for (text, inside, outside, words) in cases {
            let range = range(text);
            assert!(range.holds(inside, &known).unwrap(), "{text}");
            assert!(!range.holds(outside, &known).unwrap(), "{text}");
            assert_eq!(range.words(&known, |value| value.to_string()), words);
        }
        assert!(toml::from_str::<Line>("x = '8 .. '").is_err());
        assert!(range("'many'").holds(1.0, &known).is_err());
    }
}
