//! The page that is printed: pure functions of what was measured.

use super::{Figure, Figures, WAYS, Way};
use crate::fmt::hanging;

/// The width of the page.
const WIDTH: usize = 80;

/// Every way with what people do.
#[must_use]
pub fn list() -> String {
    let widest = WAYS.iter().map(|way| way.name.len()).max().unwrap_or(0);
    let mut text = "Wrong ways to measure. Each runs for some seconds and shows the wrong\n\
                    figure beside the right one.\n\n"
        .to_owned();
    for way in WAYS {
        let mark = format!("  {:<widest$}  ", way.name);
        text.push_str(&hanging(&mark, way.people, WIDTH));
        text.push('\n');
    }
    text.push_str("\nTry: regatta pitfalls drift. docs/pitfalls.md tells them one by one.\n");
    text
}

/// The way and what came of it; without figures it says that this platform
/// has none.
#[must_use]
pub fn page(way: &Way, figures: Option<&Figures>) -> String {
    let mut text = hanging(&format!("{}: ", way.name), way.people, WIDTH);
    text.push_str("\n\n");
    match figures {
        Some(figures) => text.push_str(&table(figures)),
        None => text.push_str("  n/a on this platform, which does not measure what it takes\n"),
    }
    for (mark, sentence) in [("why      ", way.why), ("regatta  ", way.instead)] {
        text.push('\n');
        text.push_str(&hanging(mark, sentence, WIDTH));
        text.push('\n');
    }
    text
}

fn table(figures: &Figures) -> String {
    let all = || figures.wrong.iter().chain(&figures.right);
    let widest = all()
        .map(|figure| figure.what.chars().count())
        .max()
        .unwrap_or(0);
    let mut text = hanging("  ", &figures.scenario, WIDTH) + "\n\n";
    for (word, group) in [("WRONG", &figures.wrong), ("RIGHT", &figures.right)] {
        for (index, Figure { what, value }) in group.iter().enumerate() {
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
    use super::super::{figure, named};
    use super::*;

    #[test]
    fn the_list_names_every_way() {
        let list = list();
        assert!(WAYS.iter().all(|way| list.contains(way.name)), "{list}");
    }

    #[test]
    fn the_wrong_figure_stands_above_the_right_one_in_the_same_column() {
        let figures = Figures {
            scenario: "10 pages".to_owned(),
            wrong: vec![figure("one way", "5 ms")],
            right: vec![figure("another way", "7 ms"), figure("more", "1 %")],
        };
        let page = page(named("drift").unwrap(), Some(&figures));
        assert!(page.contains("  WRONG  one way      5 ms\n"), "{page}");
        assert!(page.contains("  RIGHT  another way  7 ms\n"), "{page}");
        assert!(page.contains("\n         more         1 %\n"), "{page}");
        assert!(page.lines().all(|line| line.chars().count() <= WIDTH));
    }

    #[test]
    fn without_figures_it_says_so() {
        let page = page(named("parents-memory").unwrap(), None);
        assert!(page.contains("n/a on this platform"), "{page}");
    }

    #[test]
    fn an_unknown_way_is_told_the_known_ones() {
        let error = named("luck").unwrap_err().to_string();
        assert!(
            error.contains("luck") && error.contains("stale-baseline"),
            "{error}"
        );
    }
}
