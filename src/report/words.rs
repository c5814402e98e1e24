//! Plain English from data: lists, plurals, wrapped lines.

use tabled::grid::util::string::get_string_width as width;

/// "1 page", "200 pages".
pub(super) fn count(number: u64, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!(
        "{} {noun}{ending}",
        super::number::figures(number as f64, 1)
    )
}

/// "a", "a and b", "a, b and c".
pub(super) fn list<S: AsRef<str>>(items: &[S]) -> String {
    match items {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// `text` on one line, without control characters. Reasons may quote what a
/// server or a crashed worker said, and that must not steer a terminal.
pub(super) fn plain(text: &str) -> String {
    let printable: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    printable.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `text` in lines of at most `limit` columns, broken between words; a word
/// that is longer than a line is cut.
pub(super) fn wrap(text: &str, limit: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in plain(text).split(' ').flat_map(|word| cut(word, limit)) {
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(&word);
        } else if width(line) + 1 + width(&word) <= limit {
            line.push(' ');
            line.push_str(&word);
        } else {
            lines.push(word);
        }
    }
    lines
}

/// `text` wrapped after `mark`, with the other lines under its beginning.
pub(crate) fn hanging(mark: &str, text: &str, limit: usize) -> String {
    let indent = width(mark);
    let lines = wrap(text, limit.saturating_sub(indent));
    format!("{mark}{}", lines.join(&format!("\n{:indent$}", "")))
}

/// Pieces of `word` of at most `limit` columns each.
fn cut(word: &str, limit: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for c in word.chars() {
        let piece = pieces.last_mut().expect("there is always a piece");
        if !piece.is_empty() && width(piece) + width(c.encode_utf8(&mut [0; 4])) > limit {
            pieces.push(c.to_string());
        } else {
            piece.push(c);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_like_english() {
        assert_eq!(list::<&str>(&[]), "");
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b"]), "a and b");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(count(1, "page"), "1 page");
        assert_eq!(count(0, "page"), "0 pages");
        assert_eq!(count(100_000, "page"), "100,000 pages");
    }

    #[test]
    fn lines_break_between_words_and_long_words_are_cut() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(wrap("漢字漢字", 5), ["漢字", "漢字"]);
    }

    #[test]
    fn a_reason_cannot_steer_the_terminal() {
        assert_eq!(plain("a\u{1b}[2Jb\r\nc"), "a [2Jb c");
    }
}
