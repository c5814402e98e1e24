//! A formula as a lesson writes it: the predicted value of a metric, computed
//! from what is known before the run.
//!
//! ```text
//! pages / in_flight * latency         = 100 / 10 × 50 ms = 500 ms
//! ```
//!
//! There are four operations, parentheses, `ceil`, `floor`, `min` and `max`. Names
//! are those of [`Known`], and a number may have a unit (`8 KiB`, `50 ms`). All
//! values are in base units: seconds, bytes, counts.

mod parse;
mod term;

use serde::{Deserialize, Serialize};

use parse::Reader;
pub use term::Known;
use term::Term;

/// A parsed formula. Its names may still be unknown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Formula {
    text: String,
    term: Term,
}

/// No formula of a lesson is half as long. Reading one, and freeing it, goes as
/// deep as it has parentheses and operators, and a stack ends somewhere.
const MOST_BYTES: usize = 400;

impl Formula {
    /// Its value, in the base unit.
    ///
    /// # Errors
    /// If it has an unknown name, or its value is not finite.
    pub fn value(&self, known: &Known) -> anyhow::Result<f64> {
        let value = self.term.value(known)?;
        anyhow::ensure!(
            value.is_finite(),
            "the formula `{}` has no finite value",
            self.text
        );
        Ok(value)
    }

    /// With the numbers in place of the names: `100 / 10 × 50 ms`.
    #[must_use]
    pub fn with_numbers(&self, known: &Known, ascii: bool) -> String {
        let mut text = String::new();
        self.term.write(&mut text, &|name| match known.get(name) {
            Some(&(value, unit)) => unit.print(value, ascii),
            None => name.to_owned(),
        });
        if ascii { text } else { text.replace('*', "×") }
    }

    /// With names without underscores, and `×` for a product.
    #[must_use]
    pub fn in_words(&self, ascii: bool) -> String {
        let mut text = String::new();
        self.term.write(&mut text, &|name| name.replace('_', " "));
        if ascii { text } else { text.replace('*', "×") }
    }
}

/// Why a text is not a formula.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid formula {text:?}: expected {what} at {rest:?}, for example \"pages / in_flight * latency\""
)]
pub struct FormulaError {
    text: String,
    what: &'static str,
    rest: String,
}

impl std::str::FromStr for Formula {
    type Err = FormulaError;

    fn from_str(text: &str) -> Result<Self, FormulaError> {
        if text.len() > MOST_BYTES {
            let begin = text.chars().take(40).collect::<String>();
            return Err(FormulaError {
                text: begin.clone() + "...",
                what: "400 bytes or fewer",
                rest: begin,
            });
        }
        let mut reader = Reader::of(text);
        let read = reader.formula();
        let failed = |what| FormulaError {
            text: text.to_owned(),
            what,
            rest: reader.rest().to_owned(),
        };
        Ok(Self {
            term: read.map_err(failed)?,
            text: text.to_owned(),
        })
    }
}

impl TryFrom<String> for Formula {
    type Error = FormulaError;

    fn try_from(text: String) -> Result<Self, FormulaError> {
        text.parse()
    }
}

impl From<Formula> for String {
    fn from(formula: Formula) -> Self {
        formula.text
    }
}

#[cfg(test)]
mod tests {
    use super::super::quantity::Unit;
    use super::*;

    fn known() -> Known {
        Known::from([
            ("pages", (100.0, Unit::Count)),
            ("in_flight", (10.0, Unit::Count)),
            ("latency", (0.05, Unit::Seconds)),
        ])
    }

    fn value(text: &str) -> f64 {
        text.parse::<Formula>().unwrap().value(&known()).unwrap()
    }

    #[test]
    fn a_formula_that_is_too_long_is_refused_before_it_is_read() {
        for (open, close) in [("(", ")"), ("min(1,", ")"), ("1+", "")] {
            let text = open.repeat(100_000) + "1" + &close.repeat(100_000);
            let error = text.parse::<Formula>().unwrap_err().to_string();
            assert!(error.contains("400 bytes or fewer"), "{error}");
            assert!(error.len() < 300, "{} bytes", error.len());
        }
        let deepest = "(".repeat(199) + "1" + &")".repeat(199);
        assert!((value(&deepest) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn operators_have_the_usual_precedence() {
        let close = |text: &str, expected: f64| {
            let value = value(text);
            assert!((value - expected).abs() < 1e-9, "{text} is {value}");
        };
        close("pages / in_flight * latency", 0.5);
        close("2 + 3 * 4 - 1", 13.0);
        close("(2 + 3) * 4", 20.0);
        close("8 - 4 - 2", 2.0);
        close("ceil(pages / 30) * latency", 0.2);
        close("ceil(0.3 / 0.1)", 3.0);
        close("floor(0.3 / 0.1)", 3.0);
        close("min(pages, in_flight) + max(1, 2)", 12.0);
        close("3 * 8 KiB", 24_576.0);
        close("pages * 50ms", 5.0);
        close("30 %", 0.3);
    }

    #[test]
    fn it_is_shown_with_numbers_and_in_words() {
        let formula: Formula = "ceil(pages / in_flight) * (latency + 2 ms)"
            .parse()
            .unwrap();
        let numbers = formula.with_numbers(&known(), false);
        assert_eq!(numbers, "ceil(100 / 10) × (50 ms + 2 ms)");
        let words = formula.in_words(true);
        assert_eq!(words, "ceil(pages / in flight) * (latency + 2 ms)");
    }

    #[test]
    fn an_invalid_formula_is_an_error_with_what_was_expected_and_where() {
        let errors = [
            ("", "a number or a name"),
            ("pages *", "a number or a name"),
            ("(pages", "`)`"),
            ("min(pages)", "`,`"),
            ("pages pages", "an operator"),
            ("ceil pages", "`(`"),
            ("1.2.3", "a number"),
        ];
        for (text, expected) in errors {
            let error = text.parse::<Formula>().unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
            assert!(error.contains("in_flight * latency"), "{error}");
        }
    }

    #[test]
    fn an_unknown_name_is_an_error_that_lists_the_known_ones() {
        let formula: Formula = "pages * lateness".parse().unwrap();
        let error = formula.value(&known()).unwrap_err().to_string();
        assert!(
            error.contains("lateness") && error.contains("latency"),
            "{error}"
        );
        let formula: Formula = "1 / 0".parse().unwrap();
        assert!(formula.value(&known()).is_err());
    }
}
