//! What is written by hand: it may explain what was measured, and must not
//! repeat it. The next recording would make it wrong, and nobody would
//! notice.

/// Units that a measured metric has.
const UNITS: [&str; 10] = ["ns", "µs", "ms", "s", "kB", "KiB", "MB", "GB", "%", "×"];

/// The text without its generated regions, its code and its excerpts.
pub(crate) fn by_hand(text: &str) -> String {
    let (mut by_hand, mut in_code, mut in_region) = (String::new(), false, false);
    for line in text.lines() {
        in_region |= line.starts_with("<!-- ") && line.contains(": begin (");
        in_code ^= line.starts_with("```");
        if !in_region && !in_code {
            by_hand.extend([line, "\n"]);
        }
        in_region &= !line.ends_with(": end -->");
    }
    by_hand
}

/// Every number with a unit: `40 ms`, `3.1×`.
pub(crate) fn figures(text: &str) -> Vec<String> {
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| word.trim_matches(['(', ')', ',', '.', ':', ';', '*']))
        .collect();
    let apart = words.windows(2).filter(|two| is_figure(two[0], two[1]));
    let apart = apart.map(|two| two.join(" "));
    let together = words.iter().filter(|word| {
        let unit = word.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
        is_figure(&word[..word.len() - unit.len()], unit)
    });
    apart.chain(together.map(ToString::to_string)).collect()
}

fn is_figure(number: &str, unit: &str) -> bool {
    number.replace(',', "").parse::<f64>().is_ok() && UNITS.contains(&unit)
}

#[test]
fn figures_are_found_in_prose_and_nowhere_else() {
    let page = "a 1,000 MB b\n<!-- a: begin (x) -->\n5 ms\n<!-- a: end -->\n```text\n6 ms\n```\nit took (3.1×), 2\ns.";
    assert_eq!(figures(&by_hand(page)), ["1,000 MB", "2 s", "3.1×"]);
    assert_eq!(figures("lesson 3 is 100 times 4"), Vec::<String>::new());
}
