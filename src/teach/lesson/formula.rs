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

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::quantity::Unit;

/// The variables that are known before a run, by name.
pub type Known = BTreeMap<&'static str, (f64, Unit)>;

/// A parsed formula. Its names may still be unknown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Formula {
    text: String,
    term: Term,
}

#[derive(Debug, Clone, PartialEq)]
enum Term {
    /// A number in its base unit, and its text.
    Number(f64, String),
    Name(String),
    Binary(Box<Self>, char, Box<Self>),
    Call(&'static str, Vec<Self>),
    Parenthesis(Box<Self>),
}

/// Functions and their numbers of arguments.
const FUNCTIONS: [(&str, usize); 4] = [("ceil", 1), ("floor", 1), ("min", 2), ("max", 2)];

/// Units that may follow a number.
const UNITS: [(&str, f64); 6] = [
    ("ms", 1e-3),
    ("s", 1.0),
    ("KiB", 1024.0),
    ("MiB", 1_048_576.0),
    ("GB", 1e9),
    ("%", 0.01),
];

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

impl Term {
    fn value(&self, known: &Known) -> anyhow::Result<f64> {
        Ok(match self {
            Self::Number(value, _) => *value,
            Self::Name(name) => {
                let known_names = || known.keys().copied().collect::<Vec<_>>().join(", ");
                let (value, _) = known.get(name.as_str()).ok_or_else(|| {
                    anyhow::anyhow!("unknown name `{name}`: expected one of {}", known_names())
                })?;
                *value
            }
            Self::Binary(left, operator, right) => {
                let (left, right) = (left.value(known)?, right.value(known)?);
                match operator {
                    '+' => left + right,
                    '-' => left - right,
                    '*' => left * right,
                    _ => left / right,
                }
            }
            Self::Call(function, arguments) => {
                let values: anyhow::Result<Vec<f64>> =
                    arguments.iter().map(|term| term.value(known)).collect();
                match (*function, values?.as_slice()) {
                    // Rounding errors must not add a round.
                    ("ceil", [value]) => (value - 1e-9).ceil(),
                    ("floor", [value]) => (value + 1e-9).floor(),
                    ("min", [one, other]) => one.min(*other),
                    ("max", [one, other]) => one.max(*other),
                    _ => f64::NAN,
                }
            }
            Self::Parenthesis(inner) => inner.value(known)?,
        })
    }

    fn write(&self, to: &mut String, name: &impl Fn(&str) -> String) {
        match self {
            Self::Number(_, text) => to.push_str(text),
            Self::Name(known) => to.push_str(&name(known)),
            Self::Binary(left, operator, right) => {
                left.write(to, name);
                let _ = write!(to, " {operator} ");
                right.write(to, name);
            }
            Self::Call(function, arguments) => {
                let _ = write!(to, "{function}(");
                for (n, argument) in arguments.iter().enumerate() {
                    to.push_str(if n > 0 { ", " } else { "" });
                    argument.write(to, name);
                }
                to.push(')');
            }
            Self::Parenthesis(inner) => {
                to.push('(');
                inner.write(to, name);
                to.push(')');
            }
        }
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
        let mut reader = Reader { rest: text.trim() };
        let read = reader.sum().and_then(|term| match reader.rest {
            "" => Ok(term),
            _ => Err("an operator, or the end"),
        });
        let failed = |what| FormulaError {
            text: text.to_owned(),
            what,
            rest: reader.rest.to_owned(),
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

/// The rest of the text. An error says what was expected in its place.
struct Reader<'a> {
    rest: &'a str,
}

type Read = Result<Term, &'static str>;

impl Reader<'_> {
    fn sum(&mut self) -> Read {
        self.chain(&['+', '-'], Self::product)
    }

    fn product(&mut self) -> Read {
        self.chain(&['*', '/'], Self::atom)
    }

    fn chain(&mut self, operators: &[char], part: fn(&mut Self) -> Read) -> Read {
        let mut left = part(self)?;
        while let Some(operator) = self.one_of(operators) {
            let right = part(self)?;
            left = Term::Binary(Box::new(left), operator, Box::new(right));
        }
        Ok(left)
    }

    fn atom(&mut self) -> Read {
        if self.one_of(&['(']).is_some() {
            let inner = self.sum()?;
            self.one_of(&[')']).ok_or("`)`")?;
            return Ok(Term::Parenthesis(Box::new(inner)));
        }
        match self.rest.chars().next() {
            Some('0'..='9') => self.number(),
            Some('a'..='z') => self.name(),
            _ => Err("a number or a name"),
        }
    }

    fn number(&mut self) -> Read {
        let digits = self.take(|letter| letter.is_ascii_digit() || letter == '.');
        let value: f64 = digits.parse().map_err(|_| "a number")?;
        let unit = { UNITS.iter() }.find(|(unit, _)| {
            let after = self.rest.strip_prefix(unit);
            after.is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_alphanumeric()))
        });
        let Some((unit, factor)) = unit else {
            return Ok(Term::Number(value, digits));
        };
        self.rest = self.rest[unit.len()..].trim_start();
        Ok(Term::Number(value * factor, format!("{digits} {unit}")))
    }

    fn name(&mut self) -> Read {
        let name = self.take(|letter| letter.is_ascii_lowercase() || letter == '_');
        let Some(&(function, arguments)) = FUNCTIONS.iter().find(|(known, _)| *known == name)
        else {
            return Ok(Term::Name(name));
        };
        self.one_of(&['(']).ok_or("`(`")?;
        let mut terms = vec![self.sum()?];
        while terms.len() < arguments {
            self.one_of(&[',']).ok_or("`,`")?;
            terms.push(self.sum()?);
        }
        self.one_of(&[')']).ok_or("`)`")?;
        Ok(Term::Call(function, terms))
    }

    fn one_of(&mut self, letters: &[char]) -> Option<char> {
        let letter = self.rest.chars().next().filter(|c| letters.contains(c))?;
        self.rest = self.rest[letter.len_utf8()..].trim_start();
        Some(letter)
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let end = self.rest.find(|letter| !wanted(letter));
        let (taken, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest.trim_start();
        taken.to_owned()
    }
}

#[cfg(test)]
mod tests {
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
