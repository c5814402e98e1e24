//! Text for a terminal.

use unicode_width::UnicodeWidthChar;

use super::characters::{REPLACEMENT, visible};

/// More marks than this above one letter cover the lines around it.
const MOST_MARKS: usize = 4;
/// Columns of a cell with a text from outside; the longest name of ours has 28.
const LONGEST_CELL: usize = 60;
/// Characters of an error. What it is about is at its beginning, what to type
/// is at its end.
const ERROR_HEAD: usize = 2_500;
const ERROR_TAIL: usize = 1_000;

/// `text` on one line, in which nothing steers a terminal or deceives a reader.
/// White space, line breaks included, is one blank; any other hidden character
/// is U+FFFD.
#[must_use]
pub fn plain(text: &str) -> String {
    let blank = |c: char| if c.is_whitespace() { ' ' } else { c };
    let one_line: String = text.chars().map(blank).collect();
    let words: Vec<&str> = one_line.split_whitespace().collect();
    visible_only(&words.join(" "))
}

/// The same for a cell of a table: what is too long is cut, or one name would
/// make every row as wide.
#[must_use]
pub fn cell(text: &str) -> String {
    let text = plain(text);
    let mut taken = 0;
    let end = text.char_indices().find(|(_, c)| {
        taken += c.width().unwrap_or(1);
        taken > LONGEST_CELL
    });
    match end {
        Some((end, _)) => text[..end].trim_end().to_owned() + "…",
        None => text,
    }
}

/// A whole text on its way to a terminal, the last gate for all of them. Line
/// breaks stay, and with `styled` the sequences for bold type and colour that
/// this program writes itself.
#[must_use]
pub fn block(text: &str, styled: bool) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let style = if styled { style(rest) } else { None };
        let end = style.unwrap_or(c.len_utf8());
        let is_line_end = c == '\n' || rest.starts_with("\r\n");
        match c {
            _ if is_line_end || style.is_some() => safe.push_str(&rest[..end]),
            '\t' => safe.push(' '),
            _ => safe.push(visible(c)),
        }
        rest = &rest[end..];
    }
    without_towers(&safe)
}

/// An error: lines after the first are indented, so that a line break in a file
/// name cannot begin a message of ours, and what is far too long is cut in its
/// middle.
#[must_use]
pub fn error(text: &str) -> String {
    message(text, false)
}

/// The same for a line of a log, which may be [`styled`](block).
#[must_use]
pub fn message(text: &str, styled: bool) -> String {
    let text = block(&middle_cut(text.trim_end()), styled);
    text.replace("\r\n", "\n").replace('\n', "\n  ")
}

fn middle_cut(text: &str) -> String {
    let all = text.chars().count();
    let left_out = all.saturating_sub(ERROR_HEAD + ERROR_TAIL);
    if left_out == 0 {
        return text.to_owned();
    }
    let head: String = text.chars().take(ERROR_HEAD).collect();
    let tail: String = text.chars().skip(all - ERROR_TAIL).collect();
    format!("{head} … ({left_out} characters left out) … {tail}")
}

/// The length of a sequence for bold type or colour at the beginning of `text`.
fn style(text: &str) -> Option<usize> {
    let codes = text.strip_prefix("\u{1b}[")?;
    let end = codes.find('m')?;
    // 8 is hidden text, and two-digit codes beyond 59 are nothing of ours.
    let is_ours = |code: &str| {
        let number = code.parse::<u8>();
        code.is_empty() || number.is_ok_and(|code| code != 8)
    };
    codes[..end].split(';').all(is_ours).then_some(end + 3)
}

fn visible_only(text: &str) -> String {
    let visible: String = text.chars().map(visible).collect();
    without_towers(&visible)
}

fn without_towers(text: &str) -> String {
    let mut marks = 0;
    let shown = |c: char| {
        marks = if c.width() == Some(0) { marks + 1 } else { 0 };
        if marks > MOST_MARKS { REPLACEMENT } else { c }
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cannot_steer_a_terminal_or_begin_another() {
        assert_eq!(plain("a\u{1b}[2Jb\r\nc"), "a\u{fffd}[2Jb c");
        assert_eq!(
            plain(" 7\u{202e}001 \u{9b}31m "),
            "7\u{fffd}001 \u{fffd}31m"
        );
        assert_eq!(plain("a\u{2028}b\u{85}c"), "a b c");
    }

    #[test]
    fn a_long_cell_is_cut_and_an_honest_one_is_not() {
        assert_eq!(cell("tokio-current/reqwest"), "tokio-current/reqwest");
        assert_eq!(cell(&"a".repeat(1_000_000)).chars().count(), 61);
        assert_eq!(cell(&"漢".repeat(100)).chars().count(), 31);
    }

    #[test]
    fn a_block_keeps_its_lines_and_our_own_style_only_where_there_is_style() {
        let text = "\u{1b}[1mhead\u{1b}[22m\n\u{1b}[38;5;9mx\u{1b}[0m\u{1b}]0;title\u{7}\n";
        let safe = "\u{1b}[1mhead\u{1b}[22m\n\u{1b}[38;5;9mx\u{1b}[0m\u{fffd}]0;title\u{fffd}\n";
        assert_eq!(block(text, true), safe);
        assert!(!block(text, false).contains('\u{1b}'));
        assert_eq!(block("a,b\r\nc\rd", false), "a,b\r\nc\u{fffd}d");
        assert!(!block("\u{1b}[8mhidden", true).contains('\u{1b}'));
    }

    #[test]
    fn an_error_cannot_begin_a_message_of_ours() {
        assert_eq!(error("a\nregatta: b\r\nc\n"), "a\n  regatta: b\n  c");
    }

    #[test]
    fn a_very_long_error_keeps_its_beginning_and_its_end() {
        let cut = error(&format!("begin {} end", "x".repeat(1_000_000)));
        assert!(cut.starts_with("begin") && cut.ends_with("end"));
        assert!(cut.chars().count() < 4_000, "{}", cut.len());
    }

    #[test]
    fn marks_do_not_make_towers() {
        let tower = plain(&("o".to_owned() + &"\u{301}".repeat(50)));
        assert_eq!(tower.chars().filter(|&c| c == '\u{301}').count(), 4);
    }
}
