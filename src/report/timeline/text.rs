//! Lines of text that fit a width.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::glyphs::Glyphs;

/// `text` in no more than `columns`, what is too much cut off at the end.
pub(super) fn fit(text: &str, columns: usize, glyphs: &Glyphs) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(glyphs.cut.width());
    let mut taken = 0;
    let kept = text.chars().take_while(|letter| {
        taken += letter.width().unwrap_or(0);
        taken <= room
    });
    kept.collect::<String>().trim_end().to_owned() + glyphs.cut
}

/// `pieces` with `between` between them, in lines of no more than `columns`.
/// None is broken; one that is too long for a line is cut.
pub(super) fn pack(
    pieces: &[String],
    between: &str,
    columns: usize,
    glyphs: &Glyphs,
) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for piece in pieces {
        let piece = fit(piece, columns, glyphs);
        match lines.last_mut() {
            Some(line) if line.width() + between.width() + piece.width() <= columns => {
                line.push_str(between);
                line.push_str(&piece);
            }
            _ => lines.push(piece),
        }
    }
    lines
}

/// `facts` with commas behind all but the last, in lines of no more than
/// `columns`; none is broken.
pub(super) fn list(facts: &[String], columns: usize, glyphs: &Glyphs) -> Vec<String> {
    let last = facts.len().saturating_sub(1);
    let commas = facts.iter().enumerate();
    let pieces: Vec<String> = commas
        .map(|(index, fact)| format!("{fact}{}", if index < last { "," } else { "" }))
        .collect();
    pack(&pieces, " ", columns, glyphs)
}
