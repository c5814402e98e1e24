//! GitHub's markdown: for a README, an issue, a pull request.

use super::columns::{self, Column};
use super::flags::{self, Flags};
use super::{DriverReport, Report, heading, sentences};
use crate::fmt::{Align, Table, escape};

/// `report` as markdown: heading, table, meaning, versions.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let mut blocks = vec![top(report)];
    if !report.drivers.is_empty() {
        let flags = Flags::of(report);
        blocks.push(lines(&flags.on_nearly_all_rows()));
        blocks.push(table(report, &flags));
    }
    blocks.push(lines(&sentences(report)));
    blocks.retain(|block| !block.is_empty());
    blocks.extend(versions(report));
    blocks.join("\n\n") + "\n"
}

fn lines(texts: &[String]) -> String {
    let lines: Vec<String> = texts
        .iter()
        .map(|text| escape::markdown_line(text))
        .collect();
    lines.join("\n")
}

fn top(report: &Report) -> String {
    let mut lines = heading::heading(report).into_iter();
    let title = lines.next().unwrap_or_default();
    let rest = lines.map(|line| {
        if line.starts_with(heading::PARTIAL) {
            format!("**{}**", escape::markdown(&line))
        } else {
            escape::markdown_line(&line)
        }
    });
    let paragraphs: Vec<String> = rest.collect();
    // Two blanks at the end of a line break it.
    format!(
        "### {}\n\n{}",
        escape::markdown(&title),
        paragraphs.join("  \n")
    )
}

fn table(report: &Report, flags: &Flags) -> String {
    let standing = report.standing();
    // The interval is shown in full, so not its width as well.
    let columns: Vec<Column> = columns::all(&standing)
        .into_iter()
        .filter(|column| column.levels.contains(&columns::FULLEST))
        .collect();
    let heads = columns.iter().map(|column| (column.head, column.align));
    let mut table = Table::new(heads.chain([("status", Align::Left)]));
    for (row, (driver, _)) in standing.iter().enumerate() {
        let cells = columns
            .iter()
            .map(|column| escape::markdown(&column.cells[row]));
        table.row(cells.chain([status(driver, flags)]));
    }
    for driver in &report.rows()[standing.len()..] {
        let blanks = std::iter::repeat_n(String::new(), columns.len() - 2);
        let name = ["–".to_owned(), escape::markdown(&driver.name)];
        table.row(
            name.into_iter()
                .chain(blanks)
                .chain([status(driver, flags)]),
        );
    }
    table.markdown()
}

/// "ok" with the flags that set the row apart, or the reason why it has no
/// numbers.
fn status(driver: &DriverReport, flags: &Flags) -> String {
    let own = flags.own(&driver.flags);
    escape::markdown(&match driver.standing() {
        Ok(_) if own.is_empty() => "ok".to_owned(),
        Ok(_) => format!("ok; {}", flags::in_words(own)),
        Err(reason) => reason,
    })
}

fn versions(report: &Report) -> Option<String> {
    let versions = report.versions.iter();
    let listed: Vec<String> = versions
        .map(|(name, version)| format!("{name} {version}"))
        .collect();
    (!listed.is_empty()).then(|| escape::markdown(&format!("Versions: {}.", listed.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_reason_is_markup() {
        assert_eq!(
            escape::markdown("a|b\n<b> `c` *d*"),
            "a\\|b \\<b> \\`c\\` \\*d\\*"
        );
    }
}
