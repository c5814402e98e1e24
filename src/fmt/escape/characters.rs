//! Characters that steer a terminal or deceive a reader.

/// What stands in place of a hidden character, so that one sees that there was
/// something.
pub(super) const REPLACEMENT: char = '\u{fffd}';

/// Whether `c` has no glyph of its own and yet changes what is seen: control
/// characters (C0, DEL, C1), line and paragraph separators, marks that turn the
/// direction of writing, characters of no width, tags, and what is no character
/// at all. Joiners and variation selectors have an honest use in some scripts;
/// names and errors of this program do without.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            // Soft hyphen, combining joiner, Arabic letter mark, fillers.
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            // No width, direction, separators, invisible operators.
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            // Annotations, and what is no character.
            | '\u{fff0}'..='\u{fffb}' | '\u{fdd0}'..='\u{fdef}'
            // Format characters of hieroglyphs, shorthand and music.
            | '\u{13430}'..='\u{1345f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            // Tags and more variation selectors.
            | '\u{e0000}'..='\u{e0fff}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// `c`, or what stands in its place.
pub(super) fn visible(c: char) -> char {
    if is_hidden(c) { REPLACEMENT } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_seen_is_not_hidden() {
        for c in "aZ0 ~é漢字…×µ±–─│▁█▶■·\u{e000}\u{fffd}🙂".chars() {
            assert!(!is_hidden(c), "{c:?}");
        }
    }

    #[test]
    fn what_steers_or_deceives_is_hidden() {
        for c in [
            '\0',
            '\u{7}',
            '\u{1b}',
            '\u{7f}',
            '\u{85}',
            '\u{9b}',
            '\u{200b}',
            '\u{200e}',
            '\u{2028}',
            '\u{202e}',
            '\u{2066}',
            '\u{2069}',
            '\u{61c}',
            '\u{feff}',
            '\u{ad}',
            '\u{e0041}',
            '\u{ffff}',
            '\u{10ffff}',
        ] {
            assert!(is_hidden(c), "{c:?}");
        }
    }
}
