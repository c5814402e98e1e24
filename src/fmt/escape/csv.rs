//! Text in CSV. Quotes and commas are the writer's business; here is what a
//! spreadsheet does with a cell.

use super::terminal::plain;

/// One line that no spreadsheet takes for a formula: an apostrophe stands before
/// a first `=`, `+`, `-` or `@` (also in their full-width forms), and before one
/// after a semicolon, which separates cells where the comma is the decimal mark.
///
/// For texts only: a number may begin with a minus.
#[must_use]
pub fn csv(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut begins = true;
    for c in plain(text).chars() {
        if begins && is_formula(c) {
            safe.push('\'');
        }
        begins = c == ';' || begins && matches!(c, ' ' | '"' | '\'');
        safe.push(c);
    }
    safe
}

fn is_formula(c: char) -> bool {
    matches!(
        c,
        '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_disarmed() {
        assert_eq!(csv("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
        for text in ["+1", "-1", "@SUM(A1)", "\t=1", "\r\n=1", " =1", "\u{ff1d}1"] {
            assert!(csv(text).starts_with('\''), "{text:?}");
        }
        assert_eq!(csv("a; =1"), "a; '=1");
        assert_eq!(csv("\"=1"), "\"'=1");
    }

    #[test]
    fn an_honest_text_stays_as_it_is() {
        for text in ["tokio/hyper", "a-b = c", "noisy: 5 %; server-late", ""] {
            assert_eq!(csv(text), text);
        }
    }
}
