//! The votes of a class on the choices of a lesson, before and after.
//!
//! A class votes, sees the measurement, discusses it and votes again (peer
//! instruction: E. Mazur, 1997). The result is not how many are right in the
//! end, but how many of those who were wrong before are right now.

mod chart;

use serde::{Deserialize, Serialize};

use super::guess::{letter, place};
pub use chart::draw;

/// The maximum of votes for one choice: anything above is a typing error.
const MOST: u64 = 10_000;

/// The number of votes for each choice, in the order of the letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Votes(Vec<u64>);

/// Why a text is not a list of votes, and what to type instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VotesError {
    /// Not a letter, an equals sign and a number.
    #[error("invalid votes {0:?}: expected a letter and a number, for example a=3,b=12")]
    Unclear(String),
    /// A letter that no choice has.
    #[error("unknown choice {0}: expected a letter from a to {1}, for example a=3,b=12")]
    NoSuchChoice(char, char),
    /// A letter twice.
    #[error("{0} appears twice: expected each letter once, for example a=3,b=12")]
    Twice(char),
    /// Not a whole number from 0 to 10,000.
    #[error(
        "invalid number of votes {0:?}: expected a whole number up to 10,000, for example {1}=12"
    )]
    Number(String, char),
    /// No vote at all.
    #[error("no votes: expected at least one vote, for example a=3,b=12")]
    Nobody,
}

impl Votes {
    /// Parses `a=3,b=12,c=5` for a lesson with this number of choices. A missing
    /// letter has no votes.
    pub fn parse(text: &str, choices: usize) -> Result<Self, VotesError> {
        let mut votes = vec![None; choices];
        for piece in text.split(',').filter(|_| !text.trim().is_empty()) {
            let (name, count) = one_choice(piece.trim())?;
            let place = place(name).filter(|&place| place < choices);
            let Some(place) = place else {
                let last = letter(choices.saturating_sub(1)).unwrap_or('z');
                return Err(VotesError::NoSuchChoice(name, last));
            };
            if votes[place].replace(count).is_some() {
                return Err(VotesError::Twice(name));
            }
        }
        let votes: Vec<u64> = votes.into_iter().map(Option::unwrap_or_default).collect();
        match votes.iter().sum() {
            0 => Err(VotesError::Nobody),
            1.. => Ok(Self(votes)),
        }
    }

    /// The number of votes.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The votes for the choice at `place`, counted from 0.
    pub fn of(&self, place: usize) -> u64 {
        self.0.get(place).copied().unwrap_or_default()
    }

    /// Its share of all votes, from 0 to 1.
    pub fn share(&self, place: usize) -> f64 {
        self.of(place) as f64 / self.total().max(1) as f64
    }
}

/// `b=12` as a letter and a number.
fn one_choice(piece: &str) -> Result<(char, u64), VotesError> {
    let unclear = || VotesError::Unclear(piece.to_owned());
    let (name, count) = piece.split_once('=').ok_or_else(unclear)?;
    let mut letters = name.trim().chars();
    let letter = letters.next().filter(char::is_ascii_alphabetic);
    let letter = letter.filter(|_| letters.next().is_none());
    let letter = letter.ok_or_else(unclear)?.to_ascii_lowercase();
    let count = count.trim();
    // Rust also parses "+3".
    let digits = count.chars().all(|c| c.is_ascii_digit());
    let number = count.parse().ok().filter(|&n: &u64| digits && n <= MOST);
    match number {
        Some(number) => Ok((letter, number)),
        None => Err(VotesError::Number(count.to_owned(), letter)),
    }
}

/// The normalised gain: the achieved part of the possible gain,
/// (after - before) / (1 - before), where both are shares of right votes. 1 is
/// the whole gain and 0 is none; below 0 more votes are wrong than before.
/// `None` if all votes were right before, because no gain was possible.
///
/// R. R. Hake, "Interactive-engagement versus traditional methods: a
/// six-thousand-student survey of mechanics test data for introductory physics
/// courses", American Journal of Physics 66, 64-74 (1998). There the average gain
/// was 0.23 for lectures and 0.48 for classes that discuss.
pub fn normalised_gain(before: f64, after: f64) -> Option<f64> {
    (before < 1.0).then(|| (after - before) / (1.0 - before))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn votes(text: &str) -> Votes {
        Votes::parse(text, 4).unwrap_or_else(|error| panic!("{error}"))
    }

    fn error(text: &str) -> String {
        Votes::parse(text, 4).unwrap_err().to_string()
    }

    #[test]
    fn votes_are_parsed_by_letter_and_a_missing_letter_has_none() {
        let votes = votes(" B = 12, a=3,d=0");
        assert_eq!(
            (0..5).map(|place| votes.of(place)).collect::<Vec<_>>(),
            [3, 12, 0, 0, 0]
        );
        assert_eq!(votes.total(), 15);
        assert!((votes.share(1) - 0.8).abs() < f64::EPSILON);
    }

    #[test]
    fn invalid_votes_are_an_error_with_an_example() {
        for (text, says) in [
            ("", "no votes: expected at least one vote"),
            ("a=0,b=0", "no votes"),
            ("a=3,", "invalid votes \"\""),
            ("a", "invalid votes \"a\""),
            ("12", "invalid votes \"12\""),
            ("ab=3", "invalid votes \"ab=3\""),
            ("=3", "invalid votes \"=3\""),
            ("e=3", "unknown choice e: expected a letter from a to d"),
            ("a=3,b=1,A=2", "a appears twice"),
            ("a=", "invalid number of votes \"\""),
            ("a=-1", "invalid number of votes \"-1\""),
            ("a=+1", "invalid number of votes \"+1\""),
            ("a=2.5", "invalid number of votes \"2.5\""),
            ("a=10001", "invalid number of votes \"10001\""),
            ("b=99999999999999999999", "invalid number of votes"),
        ] {
            let error = error(text);
            assert!(error.contains(says), "{error}");
            assert!(error.contains("=12"), "{error}");
        }
        assert_eq!(votes("a=10000").total(), 10_000);
    }

    #[test]
    fn the_gain_is_a_part_of_the_possible_gain() {
        let is = |before, after, gain: f64| {
            let found = normalised_gain(before, after).unwrap();
            (found - gain).abs() < 1e-12
        };
        assert!(is(0.25, 0.85, 0.8) && is(0.0, 0.0, 0.0) && is(0.5, 1.0, 1.0));
        assert!(is(0.5, 0.25, -0.5));
        assert_eq!(normalised_gain(1.0, 1.0), None);
        assert_eq!(normalised_gain(1.0, 0.5), None);
    }
}
