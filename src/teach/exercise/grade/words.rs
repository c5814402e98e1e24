//! Pages and times as text.

/// The maximum number of ranges that are listed.
const NAMED: usize = 4;

/// Pages, in any order, as ranges.
pub(super) fn runs(mut pages: Vec<u64>) -> Vec<(u64, u64)> {
    pages.sort_unstable();
    pages.dedup();
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for page in pages {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(page) => *last = page,
            _ => runs.push((page, page)),
        }
    }
    runs
}

/// "page 7", "pages 10 to 20", "pages 3, 7 to 9 and 4 more".
pub(super) fn pages(pages: Vec<u64>) -> String {
    let runs = runs(pages);
    let word = match &runs[..] {
        [(first, last)] if first == last => "page",
        _ => "pages",
    };
    let named: Vec<String> = runs.iter().take(NAMED).map(run).collect();
    let more: u64 = runs
        .iter()
        .skip(NAMED)
        .map(|(first, last)| last - first + 1)
        .sum();
    let list = match (&named[..], more) {
        ([], _) => "none".to_owned(),
        ([only], _) => only.clone(),
        ([before @ .., last], 0) => format!("{} and {last}", before.join(", ")),
        (all, more) => format!("{} and {more} more", all.join(", ")),
    };
    format!("{word} {list}")
}

fn run((first, last): &(u64, u64)) -> String {
    match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first} to {last}"),
    }
}

/// "between 50 and 52 ms", with enough digits to differ.
pub(super) fn between(from_ns: u64, to_ns: u64) -> String {
    let (from, to) = (milliseconds(from_ns), milliseconds(to_ns));
    let decimals = match to - from {
        apart if apart >= 1.5 => 0,
        apart if apart >= 0.15 => 1,
        _ => 3,
    };
    format!("between {from:.decimals$} and {to:.decimals$} ms")
}

/// "512 ms".
pub(super) fn at(ns: u64) -> String {
    format!("{:.0} ms", milliseconds(ns))
}

/// "1 request", "2 requests".
pub(super) fn count(number: usize, word: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {word}{plural}")
}

/// "was", "were".
pub(super) fn was(number: usize) -> &'static str {
    if number == 1 { "was" } else { "were" }
}

fn milliseconds(ns: u64) -> f64 {
    ns as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_pages_are_printed_as_ranges() {
        assert_eq!(pages(vec![7]), "page 7");
        assert_eq!(pages((10..=20).rev().collect()), "pages 10 to 20");
        assert_eq!(pages(vec![9, 3, 7, 8]), "pages 3 and 7 to 9");
        assert_eq!(pages(vec![1, 2]), "pages 1, 2");
        assert_eq!(
            pages((0..8).map(|page| page * 2).collect()),
            "pages 0, 2, 4, 6 and 4 more"
        );
        assert_eq!(pages(vec![3, 3, 3]), "page 3");
    }

    #[test]
    fn two_moments_are_printed_differently() {
        let ms = 1_000_000;
        assert_eq!(between(50 * ms, 52 * ms), "between 50 and 52 ms");
        assert_eq!(
            between(50 * ms, 50 * ms + 300_000),
            "between 50.0 and 50.3 ms"
        );
        assert_eq!(
            between(50 * ms, 50 * ms + 9_000),
            "between 50.000 and 50.009 ms"
        );
    }
}
