//! Excerpts of the source: a mark that names the file and the function, and
//! below it a block of code. In longer functions the mark also says from which
//! line to which.
//!
//! ```text
//! <!-- source: src/drivers/traps/await_in_loop.rs#program -->
//! <!-- source: src/drivers/models/mio/mod.rs#scrape, "let sleep" to "overdue(scrape" -->
//! ```

use std::path::Path;

const BEGIN: &str = "```rust,ignore";
const END: &str = "```";

/// What a mark asks for, in `root`.
pub(crate) fn of(root: &Path, mark: &str) -> String {
    let (place, lines) = mark.split_once(", ").unwrap_or((mark, ""));
    let (file, name) = place.split_once('#').expect("a file, #, and a function");
    let text = super::read(&root.join(file));
    let item = function(&text, name).unwrap_or_else(|| panic!("{file} has no function {name}"));
    let words: Vec<&str> = lines.split('"').collect();
    let part = match words[..] {
        [""] => Some(item),
        [_, from, _, to, _] => part(&item, from, to),
        _ => panic!("{mark}: write two pieces of lines in quotation marks"),
    };
    dedented(&part.unwrap_or_else(|| panic!("{mark}: there are no such lines")))
}

/// The lines of the function `name`, from its head to its closing brace. That
/// is where rustfmt puts it: alone on a line, as far in as the head.
fn function(text: &str, name: &str) -> Option<Vec<String>> {
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|line| is_head_of(line, name))?;
    let end = format!("{}}}", " ".repeat(depth(lines[first])));
    let last = lines[first..].iter().position(|line| *line == end)? + first;
    Some(
        lines[first..=last]
            .iter()
            .map(ToString::to_string)
            .collect(),
    )
}

fn is_head_of(line: &str, name: &str) -> bool {
    let after = line.split_once(&format!("fn {name}"));
    let (before, after) = after.unwrap_or((line, ""));
    !before.trim_start().starts_with("//") && after.starts_with(['(', '<'])
}

/// From the line that has `from` in it through the next one that has `to`.
fn part(lines: &[String], from: &str, to: &str) -> Option<Vec<String>> {
    let first = lines.iter().position(|line| line.contains(from))?;
    let length = lines[first..].iter().position(|line| line.contains(to))?;
    Some(lines[first..=first + length].to_vec())
}

fn depth(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn dedented(lines: &[String]) -> String {
    let least = lines.iter().filter(|line| !line.is_empty());
    let least = least.map(|line| depth(line)).min().unwrap_or_default();
    let lines = lines
        .iter()
        .map(|line| line.get(least..).unwrap_or_default());
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The page with every excerpt as `of` has it.
pub(crate) fn filled(text: &str, of: impl Fn(&str) -> String) -> String {
    let (mut filled, mut lines) = (String::new(), text.lines());
    while let Some(line) = lines.next() {
        filled.extend([line, "\n"]);
        let mark = line.strip_prefix("<!-- source: ");
        let Some(mark) = mark.and_then(|mark| mark.strip_suffix(" -->")) else {
            continue;
        };
        assert_eq!(
            lines.next(),
            Some(""),
            "a blank line follows the mark {mark}"
        );
        assert_eq!(lines.next(), Some(BEGIN), "a block follows the mark {mark}");
        assert!(lines.by_ref().any(|line| line == END), "{mark}: no end");
        filled.extend(["\n", BEGIN, "\n", &of(mark), END, "\n"]);
    }
    filled
}

#[test]
fn a_function_ends_with_its_brace_and_a_part_of_it_with_its_line() {
    let text = "// fn b() of old\nimpl A {\n    fn b<T>(&self) {\n        if x {\n            y();\n        \
                }\n        z();\n    }\n}\nfn bb() {\n}\n";
    let b = function(text, "b").unwrap();
    assert_eq!(
        dedented(&b),
        "fn b<T>(&self) {\n    if x {\n        y();\n    }\n    z();\n}\n"
    );
    let middle = part(&b, "if", "y").unwrap();
    assert_eq!(dedented(&middle), "if x {\n    y();\n");
    assert_eq!(function(text, "bb").unwrap().len(), 2);
    assert!(function(text, "c").is_none() && part(&b, "z", "y").is_none());
}

#[test]
fn a_block_below_a_mark_is_replaced() {
    let page = "<!-- source: f#g -->\n\n```rust,ignore\nold\n```\nafter\n";
    let new = filled(page, |mark| format!("{mark}\n"));
    assert_eq!(new, page.replace("old", "f#g"));
}
