//! Lists and wrapped lines.

use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};
use unicode_width::UnicodeWidthStr;

use super::escape::plain;

/// The columns that `text` takes on a screen.
#[must_use]
pub fn width(text: &str) -> usize {
    text.width()
}

/// "a", "a and b", "a, b and c".
#[must_use]
pub fn list<S: AsRef<str>>(items: &[S]) -> String {
    match items {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// `text` in lines of at most `limit` columns, broken between words only; a
/// word that is longer than a line is cut. There is always a line.
#[must_use]
pub fn wrap(text: &str, limit: usize) -> Vec<String> {
    let text = cut(&plain(text));
    let lines = textwrap::wrap(&text, options(limit));
    lines.into_iter().map(String::from).collect()
}

/// The longest text that is wrapped: a reason may quote a file of a gigabyte.
const LONGEST: usize = 8_000;

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => {
            let left_out = text[end..].chars().count();
            format!("{} … ({left_out} more characters)", &text[..end])
        }
        None => text.to_owned(),
    }
}

/// `text` wrapped after `mark`, with the other lines under its beginning.
#[must_use]
pub fn hanging(mark: &str, text: &str, limit: usize) -> String {
    let indent = width(mark);
    let lines = wrap(text, limit.saturating_sub(indent));
    format!("{mark}{}", lines.join(&format!("\n{:indent$}", "")))
}

/// At blanks alone: a driver's name or a flag is not broken at its hyphen.
fn options(limit: usize) -> Options<'static> {
    Options::new(limit.max(1))
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit)
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
    fn lines_break_between_words_and_long_words_are_cut() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap("no room", 0).len(), 6);
    }

    #[test]
    fn names_with_hyphens_are_not_broken() {
        assert_eq!(
            wrap("thread-pool/raw is first", 10),
            ["thread-poo", "l/raw is", "first"]
        );
        assert_eq!(wrap("of thread-pool", 13), ["of", "thread-pool"]);
    }

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(wrap("漢字漢字", 5), ["漢字", "漢字"]);
    }

    #[test]
    fn further_lines_hang_below_the_first() {
        assert_eq!(hanging("a  ", "one two", 7), "a  one\n   two");
    }

    #[test]
    fn a_very_long_text_ends() {
        assert!(wrap(&"x".repeat(1_000_000), 80).len() < 200);
    }
}
