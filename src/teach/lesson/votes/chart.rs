//! The votes of a class as bars, before and after, and the gain in a sentence.

use super::super::guess::letter;
use super::super::quantity::Unit;
use super::{Votes, normalised_gain};
use crate::fmt::{percent, plural};

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
