//! Reads a formula: sums of products of numbers, names, calls and parentheses.

use super::term::Term;

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

/// The rest of the text. An error says what was expected in its place.
pub(super) struct Reader<'a> {
    rest: &'a str,
}

pub(super) type Read = Result<Term, &'static str>;

impl<'a> Reader<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { rest: text.trim() }
    }

    /// What was not read yet.
    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }

    /// The whole text as one formula.
    pub(super) fn formula(&mut self) -> Read {
        let term = self.sum()?;
        match self.rest {
            "" => Ok(term),
            _ => Err("an operator, or the end"),
        }
    }

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
