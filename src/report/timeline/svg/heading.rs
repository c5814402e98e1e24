//! The title, and the picture in words.

use crate::fmt;

use super::super::words;
use super::layout::{FACTS, HEIGHT, LINE, MARGIN, WIDTH};
use super::offences::TOLD;
use super::sheet::Sheet;
use super::style::LegendEntry;
use super::xml::{escape, fit, line, wrapped};

/// Letters of a line of the title.
const TITLE_LETTERS: usize = 72;

/// The opening tag, and the picture in words.
pub(super) fn head(sheet: &Sheet) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         role=\"img\" aria-labelledby=\"title desc\" \
         font-family=\"system-ui,sans-serif\" font-size=\"18\" fill=\"#222\">\n\
         <title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n",
        escape(&sheet.title),
        escape(&description(sheet)),
    )
}

fn description(sheet: &Sheet) -> String {
    let rows = match sheet.rows.first() {
        None => "There are no pages.".to_owned(),
        Some(row) if row.first == row.last => "Each row is a page.".to_owned(),
        Some(row) => format!("Each row is {} pages.", row.last - row.first + 1),
    };
    let seen: Vec<String> = sheet
        .legend
        .iter()
        .flatten()
        .map(LegendEntry::words)
        .collect();
    let strips: Vec<String> = sheet
        .strips
        .iter()
        .map(|strip| strip.label.clone())
        .collect();
    let mut sentences = vec![
        format!("{}.", words::listed(&sheet.facts)),
        format!(
            "Time runs from the left to the right, from 0 to {}.",
            fmt::duration(sheet.scale.until_ns())
        ),
        rows,
    ];
    if !seen.is_empty() {
        sentences.push(format!("Shown: {}.", words::listed(&seen)));
    }
    sentences.push(format!(
        "Below, over time, with these peaks: {}.",
        words::listed(&strips)
    ));
    sentences.extend(sheet.look.marked.iter().take(TOLD).map(|offence| {
        let what = words::plain(&offence.what, false);
        format!("Marked: {}.", what.trim_end_matches('.'))
    }));
    sentences.join(" ")
}

/// The title and the facts as drawn.
pub(super) fn titles(sheet: &Sheet) -> String {
    let title = fit(&sheet.title, TITLE_LETTERS);
    let title = line(MARGIN, 460, "font-size=\"30\" font-weight=\"bold\"", &title);
    let facts = wrapped(&words::listed(&sheet.facts));
    let facts = facts.iter().enumerate().map(|(index, fact)| {
        let y = FACTS + index as u64 * LINE;
        line(MARGIN, y, "font-size=\"20\"", fact)
    });
    title + &facts.collect::<String>()
}
