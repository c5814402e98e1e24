//! Text in XML: SVG, and HTML as well.

use super::characters::visible;

/// `text` with nothing that is markup, in an element or in an attribute, and
/// without characters that XML forbids or that deceive.
#[must_use]
pub fn xml(text: &str) -> String {
    let visible: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { visible(c) })
        .collect();
    htmlize::escape_all_quotes(visible).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_markup() {
        assert_eq!(
            xml("<a href='b' c=\"d\">&</a>\n\u{0}\u{fffe}"),
            "&lt;a href=&apos;b&apos; c=&quot;d&quot;&gt;&amp;&lt;/a&gt; \u{fffd}\u{fffd}"
        );
    }
}
