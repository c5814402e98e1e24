//! A guess, and how far off it was.
//!
//! A guess is the letter of a choice, or a number. A number counts as the
//! nearest choice, so that a student who writes "4 s" also learns about the
//! misconception behind "5 s".

use serde::{Deserialize, Serialize};

use super::quantity::{self, QuantityError, Unit, in_ascii};
use crate::fmt::significant;

/// A guess.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Guess {
    /// The number, in the base unit.
    pub value: f64,
    /// The choice or the nearest choice, counted from 0; `None` if there are no
    /// choices.
    pub choice: Option<usize>,
}

/// Why a text is not a guess, and what to type instead.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GuessError {
    /// A letter that no choice has.
    #[error("unknown choice {0}: expected {1}, or {example}", example = .2.expected())]
    NoSuchChoice(char, String, Unit),
    /// Neither a letter nor a quantity.
    #[error("{0}, or {1}")]
    Quantity(QuantityError, String),
    /// The same, without choices.
    #[error(transparent)]
    NoChoices(QuantityError),
}

impl Guess {
    /// Parses `b`, `B`, `b)` or a quantity of `unit`; `choices` are the values
    /// of a, b, c and so on, at most 26.
    pub fn parse(text: &str, choices: &[f64], unit: Unit) -> Result<Self, GuessError> {
        if let Some(letter) = lone_letter(text).filter(|_| !choices.is_empty()) {
            return by_letter(letter, choices, unit);
        }
        match quantity::parse(text, unit) {
            Ok(value) => {
                let choice = nearest(value, choices, unit);
                Ok(Self { value, choice })
            }
            Err(error) if choices.is_empty() => Err(GuessError::NoChoices(error)),
            Err(error) => Err(GuessError::Quantity(error, letters(choices))),
        }
    }

    /// The letter of its choice.
    pub fn letter(&self) -> Option<char> {
        self.choice.and_then(letter)
    }
}

/// The letter of the choice at `place`: 0 is `a`. `None` beyond `z`.
pub fn letter(place: usize) -> Option<char> {
    ('a'..='z').nth(place)
}

/// The place of the choice with this letter.
pub fn place(letter: char) -> Option<usize> {
    ('a'..='z').position(|known| known == letter.to_ascii_lowercase())
}

/// The letter in `b`, `B`, `b)`, `(b)` or `b.`.
fn lone_letter(text: &str) -> Option<char> {
    let text = text.trim().trim_start_matches('(');
    let mut letters = text.trim_end_matches([')', '.']).chars();
    let letter = letters.next().filter(char::is_ascii_alphabetic)?;
    letters.next().is_none().then_some(letter)
}

fn by_letter(letter: char, choices: &[f64], unit: Unit) -> Result<Guess, GuessError> {
    let chosen = place(letter).and_then(|place| Some((place, *choices.get(place)?)));
    match chosen {
        Some((place, value)) => Ok(Guess {
            value,
            choice: Some(place),
        }),
        None => Err(GuessError::NoSuchChoice(letter, letters(choices), unit)),
    }
}

/// "a letter from a to c".
fn letters(choices: &[f64]) -> String {
    let last = letter(choices.len().saturating_sub(1)).unwrap_or('z');
    format!("a letter from a to {last}")
}

/// The choice whose ratio to `value` is nearest to 1. Of 1 s and 5 s, 2.5 s
/// counts as 5 s, although the difference to 1 s is smaller. Of two equally
/// near choices, the first.
fn nearest(value: f64, choices: &[f64], unit: Unit) -> Option<usize> {
    let ratio = |choice: &f64| error_ratio(value, *choice, unit);
    let ratios = choices.iter().map(ratio).enumerate();
    let nearest = ratios.min_by(|(_, one), (_, other)| one.total_cmp(other));
    nearest.map(|(place, _)| place)
}

/// By what factor the guess was too high or too low: the larger of
/// guess / measured and measured / guess. 1.0 is exact and the minimum.
///
/// The result is always finite: a value below half of the unit's smallest value
/// (half a microsecond, byte, page or percent) counts as half of it. So a guess
/// of 0 is exact if 0 was measured, and 6 times off if 3 pages were measured.
pub fn error_ratio(guess: f64, measured: f64, unit: Unit) -> f64 {
    let half = unit.least() / 2.0;
    let (guess, measured) = (guess.max(half), measured.max(half));
    (guess / measured).max(measured / guess)
}

/// The largest error that is printed as a number.
const FARTHEST: f64 = 9_999.0;
/// A smaller error ratio would be printed as 1.0.
const EXACT: f64 = 1.05;

/// An error ratio in two digits: `40×`, `1.3×`, and `exact` below 1.05; beyond
/// 9,999 it is `>9,999×`. In ASCII `×` is `x`.
pub fn print_error(ratio: f64, ascii: bool) -> String {
    if ratio < EXACT {
        return "exact".to_owned();
    }
    let beyond = if ratio > FARTHEST { ">" } else { "" };
    let text = format!("{beyond}{}×", significant(ratio.min(FARTHEST), 2));
    if ascii { in_ascii(&text) } else { text }
}

/// The error with its direction: `exact`, `40× too high`, `1.3× too low`.
pub fn print_off(guess: f64, measured: f64, unit: Unit, ascii: bool) -> String {
    let ratio = error_ratio(guess, measured, unit);
    let error = print_error(ratio, ascii);
    match guess > measured {
        _ if ratio < EXACT => error,
        true => format!("{error} too high"),
        false => format!("{error} too low"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TIMES: [f64; 4] = [5.0, 0.5, 0.06, 0.001];

    fn guess(text: &str) -> Guess {
        Guess::parse(text, &TIMES, Unit::Seconds).unwrap_or_else(|error| panic!("{error}"))
    }

    fn error(text: &str, choices: &[f64], unit: Unit) -> String {
        let error = Guess::parse(text, choices, unit).unwrap_err();
        error.to_string()
    }

    #[test]
    fn a_letter_is_the_value_of_its_choice() {
        for text in ["b", "B", "b)", "(b)", " b. "] {
            let guess = guess(text);
            assert_eq!((guess.choice, guess.letter()), (Some(1), Some('b')));
            assert!((guess.value - 0.5).abs() < f64::EPSILON);
        }
    }

    #[test]
    fn a_number_counts_as_the_choice_that_is_nearest_by_ratio() {
        for (text, letter) in [
            ("4s", 'a'),
            ("100s", 'a'),
            // Nearer to 0.5 s by difference, and to 5 s by ratio.
            ("2s", 'a'),
            ("1s", 'b'),
            ("60ms", 'c'),
            ("2ms", 'd'),
            ("0s", 'd'),
        ] {
            assert_eq!(guess(text).letter(), Some(letter), "{text}");
        }
        // The number remains what it was.
        assert!((guess("4s").value - 4.0).abs() < f64::EPSILON);
    }

    #[test]
    fn without_choices_a_number_is_a_guess_too() {
        let guess = Guess::parse("30%", &[], Unit::Share).unwrap();
        assert_eq!((guess.choice, guess.letter()), (None, None));
        let says = error("b", &[], Unit::Share);
        assert_eq!(
            says,
            "invalid share \"b\": expected a share in percent, for example 30%"
        );
    }

    #[test]
    fn an_invalid_guess_is_an_error_that_shows_both_ways_to_write_one() {
        let letter = error("e", &TIMES, Unit::Seconds);
        assert_eq!(
            letter,
            "unknown choice e: expected a letter from a to d, or a time with its unit, for example \
             60ms or 5s"
        );
        let bare = error("60", &TIMES, Unit::Seconds);
        assert_eq!(
            bare,
            "60 has no unit: write 60ms or 60s, or a letter from a to d"
        );
        for text in ["", "ab", "a b", "?", "bb)", "é"] {
            let error = error(text, &TIMES, Unit::Seconds);
            assert!(error.ends_with(", or a letter from a to d"), "{error}");
        }
    }

    #[test]
    fn an_error_is_a_ratio_and_printed_in_two_digits() {
        let ratio = |guess, measured| error_ratio(guess, measured, Unit::Seconds);
        for (guess, measured, text) in [
            (0.06, 0.06, "exact"),
            (5.0, 0.0623, "80×"),
            (0.05, 0.065, "1.3×"),
            (0.065, 0.05, "1.3×"),
            (2.0, 0.002, "1,000×"),
            (0.0, 0.0, "exact"),
            (0.0, 5.0, ">9,999×"),
        ] {
            assert_eq!(print_error(ratio(guess, measured), false), text);
        }
        assert_eq!(print_error(40.0, true), "40x");
    }

    #[test]
    fn an_error_is_printed_with_its_direction() {
        let off = |guess, measured| print_off(guess, measured, Unit::Count, true);
        assert_eq!(off(40.0, 1.0), "40x too high");
        assert_eq!(off(1.0, 4.0), "4x too low");
        assert_eq!(off(100.0, 104.0), "exact");
    }

    #[test]
    fn zero_counts_as_half_of_the_smallest_value() {
        let ratio = |guess, measured| error_ratio(guess, measured, Unit::Count);
        let exact = |ratio: f64| (ratio - 1.0).abs() < f64::EPSILON;
        assert!(exact(ratio(0.0, 0.0)) && exact(ratio(0.2, 0.4)));
        assert!((ratio(0.0, 3.0) - 6.0).abs() < f64::EPSILON);
        assert!((ratio(3.0, 0.0) - 6.0).abs() < f64::EPSILON);
    }

    proptest! {
        #[test]
        fn an_error_is_the_same_both_ways_and_never_below_one(
            guess in 0.0..1e9_f64, measured in 0.0..1e9_f64
        ) {
            let there = error_ratio(guess, measured, Unit::Count);
            let back = error_ratio(measured, guess, Unit::Count);
            prop_assert!(there >= 1.0 && there.is_finite());
            prop_assert!((there / back - 1.0).abs() < 1e-12);
        }
    }
}
