//! Text in GitHub's markdown.

use super::terminal::plain;

/// One line in which nothing is markup: no cell ends, nothing is a link, HTML
/// or code, and no character is hidden in an entity.
#[must_use]
pub fn markdown(text: &str) -> String {
    let text = plain(text);
    let mut safe = String::with_capacity(text.len());
    for (index, c) in text.char_indices() {
        let is_markup = matches!(c, '|' | '<' | '`' | '*' | '_' | '[' | '\\' | '~' | '&');
        if is_markup || makes_a_link(&text, index) {
            safe.push('\\');
        }
        safe.push(c);
    }
    safe
}

/// The same at the beginning of a line, where more is markup: headings, lists,
/// quotations, rules.
#[must_use]
pub fn markdown_line(text: &str) -> String {
    let text = markdown(text);
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    match text[digits..].chars().next() {
        Some('.' | ')') if digits > 0 => format!("{}\\{}", &text[..digits], &text[digits..]),
        Some('#' | '-' | '+' | '=' | '>') if digits == 0 => format!("\\{text}"),
        _ => text,
    }
}

/// Whether GitHub would make a link of the word around this character:
/// `https://...` or `www.`. The mark of such a word is escaped, which ends it. An
/// address of mail may become a link to itself.
fn makes_a_link(text: &str, index: usize) -> bool {
    let (before, rest) = text.split_at(index);
    let is_after_www = || {
        let www = before.len().checked_sub(3).and_then(|at| before.get(at..));
        www.is_some_and(|www| www.eq_ignore_ascii_case("www"))
    };
    rest.starts_with("://") || rest.starts_with('.') && is_after_www()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_markup_survives() {
        assert_eq!(
            markdown("a|b <b>`x` *y* _z_ [l](u) &lt; ~~s~~\nnew"),
            "a\\|b \\<b>\\`x\\` \\*y\\* \\_z\\_ \\[l](u) \\&lt; \\~\\~s\\~\\~ new"
        );
        assert_eq!(
            markdown("see https://evil.example"),
            "see https\\://evil.example"
        );
        assert_eq!(markdown("WWW.evil.example"), "WWW\\.evil.example");
        assert_eq!(markdown("é. ww. ."), "é. ww. .");
    }

    #[test]
    fn a_line_is_no_heading_list_or_rule() {
        assert_eq!(markdown_line("# a"), "\\# a");
        assert_eq!(markdown_line("- a"), "\\- a");
        assert_eq!(markdown_line("12. a"), "12\\. a");
        assert_eq!(markdown_line("> a"), "\\> a");
        assert_eq!(markdown_line("12 pages"), "12 pages");
        assert_eq!(
            markdown_line("tokio/hyper is the fastest"),
            "tokio/hyper is the fastest"
        );
    }
}
