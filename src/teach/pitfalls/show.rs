//! The printed text: pure functions of the results.

use super::{Measurement, PITFALLS, Pitfall, Results};
use crate::fmt::hanging;

/// The width of the text.
const WIDTH: usize = 80;

/// All pitfalls with what people do.
#[must_use]
pub fn list() -> String {
    let widest = PITFALLS
        .iter()
        .map(|pitfall| pitfall.name.len())
        .max()
        .unwrap_or(0);
    let mut text = "Wrong ways to measure. Each runs for a few seconds and shows the wrong\n\
                    value and the right one.\n\n"
        .to_owned();
    for pitfall in PITFALLS {
        let mark = format!("  {:<widest$}  ", pitfall.name);
        text.push_str(&hanging(&mark, pitfall.people, WIDTH));
        text.push('\n');
    }
    text.push_str("\nTry: regatta pitfalls drift. docs/pitfalls.md explains all of them.\n");
    text
}

/// A pitfall and its results; without results it says that this platform cannot
/// run it.
#[must_use]
pub fn page(pitfall: &Pitfall, results: Option<&Results>) -> String {
    let mut text = hanging(&format!("{}: ", pitfall.name), pitfall.people, WIDTH);
    text.push_str("\n\n");
    match results {
        Some(results) => text.push_str(&table(results)),
        None => text.push_str("  n/a on this platform\n"),
    }
    for (mark, sentence) in [("why      ", pitfall.why), ("regatta  ", pitfall.instead)] {
        text.push('\n');
        text.push_str(&hanging(mark, sentence, WIDTH));
        text.push('\n');
    }
    text
}

fn table(results: &Results) -> String {
    let all = || results.wrong.iter().chain(&results.right);
    let widest = all()
        .map(|line| line.what.chars().count())
        .max()
        .unwrap_or(0);
    let mut text = hanging("  ", &results.scenario, WIDTH) + "\n\n";
    for (word, group) in [("WRONG", &results.wrong), ("RIGHT", &results.right)] {
        for (index, Measurement { what, value }) in group.iter().enumerate() {
            let word = if index == 0 { word } else { "" };
            let mark = format!("  {word:<5}  {what:<widest$}  ");
            text.push_str(&hanging(&mark, value, WIDTH));
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::{measurement, named};
    use super::*;

    #[test]
    fn the_list_names_every_pitfall() {
        let list = list();
        assert!(
            PITFALLS.iter().all(|pitfall| list.contains(pitfall.name)),
            "{list}"
        );
    }

    #[test]
    fn the_wrong_value_is_above_the_right_one_in_the_same_column() {
        let results = Results {
            scenario: "10 pages".to_owned(),
            wrong: vec![measurement("one way", "5 ms")],
            right: vec![
                measurement("another way", "7 ms"),
                measurement("more", "1 %"),
            ],
        };
        let page = page(named("drift").unwrap(), Some(&results));
        assert!(page.contains("  WRONG  one way      5 ms\n"), "{page}");
        assert!(page.contains("  RIGHT  another way  7 ms\n"), "{page}");
        assert!(page.contains("\n         more         1 %\n"), "{page}");
        assert!(page.lines().all(|line| line.chars().count() <= WIDTH));
    }

    #[test]
    fn without_results_it_says_so() {
        let page = page(named("parents-memory").unwrap(), None);
        assert!(page.contains("n/a on this platform"), "{page}");
    }

    #[test]
    fn an_unknown_pitfall_is_an_error_with_all_names() {
        let error = named("luck").unwrap_err().to_string();
        assert!(
            error.contains("luck") && error.contains("stale-baseline"),
            "{error}"
        );
    }
}
