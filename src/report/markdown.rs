//! GitHub's markdown: for a README, an issue, a pull request.

use super::columns::{self, Column};
use super::{DriverReport, Report, flags, heading, sentences, words};

/// `report` as markdown: heading, table, meaning, versions.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let mut blocks = vec![top(report)];
    if !report.drivers.is_empty() {
        blocks.push(table(report));
    }
    let said = sentences(report);
    blocks.push(
        said.iter()
            .map(|text| escaped(text))
            .collect::<Vec<_>>()
            .join("\n"),
    );
    blocks.extend(versions(report));
    blocks.join("\n\n") + "\n"
}

fn top(report: &Report) -> String {
    let mut lines = heading::heading(report).into_iter();
    let title = lines.next().unwrap_or_default();
    let rest = lines.map(|line| {
        if line.starts_with(heading::PARTIAL) {
            format!("**{}**", escaped(&line))
        } else {
            escaped(&line)
        }
    });
    let paragraphs: Vec<String> = rest.collect();
    // Two blanks at the end of a line break it.
    format!("### {}\n\n{}", escaped(&title), paragraphs.join("  \n"))
}

fn table(report: &Report) -> String {
    let standing = report.standing();
    // The interval is shown in full, so not its width as well.
    let columns: Vec<Column> = columns::all(&standing)
        .into_iter()
        .filter(|column| column.levels.contains(&columns::FULLEST))
        .collect();
    let mut lines = vec![head(&columns), rule(&columns)];
    for (row, (driver, _)) in standing.iter().enumerate() {
        let cells = columns.iter().map(|column| column.cells[row].clone());
        lines.push(line(cells, &status(driver)));
    }
    for driver in &report.rows()[standing.len()..] {
        let blanks = std::iter::repeat_n(String::new(), columns.len() - 2);
        let cells = ["–".to_owned(), driver.name.clone()]
            .into_iter()
            .chain(blanks);
        lines.push(line(cells, &status(driver)));
    }
    lines.join("\n")
}

/// "ok" with its flags, or the reason why the row has no numbers.
fn status(driver: &DriverReport) -> String {
    match driver.standing() {
        Ok(_) if driver.flags.is_empty() => "ok".to_owned(),
        Ok(_) => format!("ok; {}", flags::in_words(&driver.flags)),
        Err(reason) => reason,
    }
}

fn head(columns: &[Column]) -> String {
    // "connec-\ntions" is one word broken for the terminal.
    let heads = columns
        .iter()
        .map(|column| column.head.replace("-\n", "").trim().replace('\n', " "));
    line(heads, "status")
}

fn rule(columns: &[Column]) -> String {
    let side = |column: &Column| if column.words { "|:---" } else { "|---:" };
    let sides: String = columns.iter().map(side).collect();
    format!("{sides}|:---|")
}

fn line(cells: impl Iterator<Item = String>, last: &str) -> String {
    let cells: Vec<String> = cells
        .chain([last.to_owned()])
        .map(|cell| escaped(&cell))
        .collect();
    format!("| {} |", cells.join(" | "))
}

fn versions(report: &Report) -> Option<String> {
    let versions = report.versions.iter();
    let listed: Vec<String> = versions
        .map(|(name, version)| format!("{name} {version}"))
        .collect();
    (!listed.is_empty()).then(|| escaped(&format!("Versions: {}.", listed.join(", "))))
}

/// One line in which nothing is markup: a reason may quote anything.
fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for c in words::plain(text).chars() {
        if matches!(c, '|' | '<' | '`' | '*' | '_' | '[' | '\\') {
            safe.push('\\');
        }
        safe.push(c);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_reason_is_markup() {
        assert_eq!(escaped("a|b\n<b> `c` *d*"), "a\\|b \\<b> \\`c\\` \\*d\\*");
    }
}
