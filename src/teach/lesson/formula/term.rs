//! What a formula consists of: its value, and its text with or without names.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::super::quantity::Unit;

/// The variables that are known before a run, by name.
pub type Known = BTreeMap<&'static str, (f64, Unit)>;

/// A part of a formula, or all of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Term {
    /// A number in its base unit, and its text.
    Number(f64, String),
    Name(String),
    Binary(Box<Self>, char, Box<Self>),
    Call(&'static str, Vec<Self>),
    Parenthesis(Box<Self>),
}

impl Term {
    pub(super) fn value(&self, known: &Known) -> anyhow::Result<f64> {
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

    pub(super) fn write(&self, to: &mut String, name: &impl Fn(&str) -> String) {
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
