//! The votes of a class on the choices of a lesson, before and after.
//!
//! A class votes, sees the measurement, discusses it and votes again (peer
//! instruction: E. Mazur, 1997). The result is not how many are right in the
//! end, but how many of those who were wrong before are right now.

use serde::{Deserialize, Serialize};

use super::guess::{letter, place};
use super::quantity::Unit;
use crate::fmt::{percent, plural};

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

/// The characters of a bar, from eighths to a whole one, and the mark of the
/// right choice.
struct Pens {
    whole: char,
    parts: &'static [char],
    right: char,
}

const UNICODE: Pens = Pens {
    whole: '█',
    parts: &['▏', '▎', '▍', '▌', '▋', '▊', '▉'],
    right: '✓',
};

const ASCII: Pens = Pens {
    whole: '#',
    parts: &[],
    right: '*',
};

/// The length of the longest bar: two bars and their numbers fit 80 columns.
const BAR: usize = 20;

/// The votes as horizontal bars, before and (if given) after the measurement,
/// side by side, and the gain in a sentence. `right` is the place of the right
/// choice. At most 80 columns; ends in a line break.
///
/// Both columns have one scale, set by the largest share of either, because
/// fewer students may vote the second time.
pub fn draw(before: &Votes, after: Option<&Votes>, right: usize, ascii: bool) -> String {
    let pens = if ascii { &ASCII } else { &UNICODE };
    let both: Vec<&Votes> = [Some(before), after].into_iter().flatten().collect();
    let largest = largest_share(&both);
    let mut lines = vec![heading(&both)];
    for (place, name) in ('a'..='z').enumerate().take(before.0.len()) {
        let mark = if place == right { pens.right } else { ' ' };
        let cells = both.iter().map(|votes| cell(votes, place, largest, pens));
        let cells: Vec<String> = cells.collect();
        lines.push(format!(" {mark} {name}  {}", cells.join("   ")));
    }
    lines.push(String::new());
    lines.push(sentence(before, after, right));
    let lines = lines.iter().map(|line| line.trim_end());
    lines.map(|line| line.to_owned() + "\n").collect()
}

fn largest_share(all: &[&Votes]) -> f64 {
    let places = |votes: &&Votes| (0..votes.0.len()).map(|place| votes.share(place)).collect();
    let shares = all.iter().flat_map(places as fn(&&Votes) -> Vec<f64>);
    shares.fold(0.0, f64::max)
}

fn heading(all: &[&Votes]) -> String {
    let titles = ["before", "after"].iter().zip(all);
    let titles = titles.map(|(title, votes)| {
        let title = format!("{title}: {}", plural(votes.total(), "vote"));
        format!("{title:<width$}", width = BAR + 14)
    });
    format!("      {}", titles.collect::<Vec<_>>().join("   "))
}

/// A bar, its votes, and its share.
fn cell(votes: &Votes, place: usize, largest: f64, pens: &Pens) -> String {
    let share = votes.share(place);
    let bar = bar(share / largest, pens);
    let count = Unit::Count.print(votes.of(place) as f64, true);
    format!("{bar:<BAR$} {count:>6} {:>6}", percent(share))
}

/// A bar of this part of the longest one. Any vote gives a visible bar.
fn bar(part: f64, pens: &Pens) -> String {
    let steps = pens.parts.len() + 1;
    let exact = part * (BAR * steps) as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let length = if part > 0.0 {
        exact.round().max(1.0)
    } else {
        0.0
    } as usize;
    let mut bar: String = std::iter::repeat_n(pens.whole, length / steps).collect();
    bar.extend((length % steps).checked_sub(1).map(|part| pens.parts[part]));
    bar
}

fn sentence(before: &Votes, after: Option<&Votes>, right: usize) -> String {
    let was = before.share(right);
    let name = letter(right).unwrap_or('?');
    let Some(after) = after else {
        return format!("Right ({name}): {}.", percent(was));
    };
    let is = after.share(right);
    let (was_percent, is_percent) = (percent(was), percent(is));
    let gain = match normalised_gain(was, is) {
        None => "n/a (all votes were right before)".to_owned(),
        Some(gain) => format!("{gain:.2} (1 is the maximum)"),
    };
    format!("Right ({name}): {was_percent} before, {is_percent} after.\nNormalised gain: {gain}.")
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

    #[track_caller]
    fn assert_drawn(before: &str, after: Option<&str>, ascii: bool, expected: &str) {
        let after = after.map(votes);
        let drawn = draw(&votes(before), after.as_ref(), 2, ascii);
        assert_eq!(drawn, expected.trim_start_matches('\n'), "\n{drawn}");
    }

    const BEFORE: &str = "a=3,b=12,c=5";
    const AFTER: &str = "b=2,c=17,d=1";

    #[test]
    fn before_and_after_are_side_by_side() {
        assert_drawn(
            BEFORE,
            Some(AFTER),
            false,
            "
      before: 20 votes                     after: 20 votes
   a  ███▌                      3   15 %                             0    0 %
   b  ██████████████▏          12   60 %   ██▍                       2   10 %
 ✓ c  █████▉                    5   25 %   ████████████████████     17   85 %
   d                            0    0 %   █▏                        1    5 %

Right (c): 25 % before, 85 % after.
Normalised gain: 0.80 (1 is the maximum).
",
        );
    }

    #[test]
    fn the_same_in_ascii() {
        assert_drawn(
            BEFORE,
            Some(AFTER),
            true,
            "
      before: 20 votes                     after: 20 votes
   a  ####                      3   15 %                             0    0 %
   b  ##############           12   60 %   ##                        2   10 %
 * c  ######                    5   25 %   ####################     17   85 %
   d                            0    0 %   #                         1    5 %

Right (c): 25 % before, 85 % after.
Normalised gain: 0.80 (1 is the maximum).
",
        );
    }

    #[test]
    fn the_first_vote_alone_shows_the_share_of_right_votes() {
        assert_drawn(
            BEFORE,
            None,
            true,
            "
      before: 20 votes
   a  #####                     3   15 %
   b  ####################     12   60 %
 * c  ########                  5   25 %
   d                            0    0 %

Right (c): 25 %.
",
        );
    }

    #[test]
    fn a_class_that_is_right_before_cannot_gain() {
        let drawn = draw(&votes("a=5"), Some(&votes("a=4,b=1")), 0, false);
        assert!(
            drawn.ends_with("Normalised gain: n/a (all votes were right before).\n"),
            "{drawn}"
        );
    }

    #[test]
    fn any_votes_fit_and_every_vote_is_visible() {
        for text in ["a=10000,b=1", "a=1,b=1,c=1,d=1", "d=10000"] {
            for ascii in [false, true] {
                let drawn = draw(&votes(text), Some(&votes(text)), 0, ascii);
                assert_eq!(drawn.is_ascii(), ascii);
                for line in drawn.lines() {
                    assert!(line.chars().count() <= 80, "{line}");
                }
                let bars = drawn.lines().filter(|line| line.contains(['#', '█', '▏']));
                assert_eq!(bars.count(), text.matches('=').count(), "{drawn}");
            }
        }
    }
}
