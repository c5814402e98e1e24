//! docs/commands.md: every command with its flags, made from the definition of
//! the command line.

use std::fmt::Write;

use clap::{Arg, Command};

use super::examples::{TO_SEE, Use, WITH_CARGO, of};

/// The whole document.
#[must_use]
pub fn markdown() -> String {
    let mut text = "# Commands\n\n\
        Made from the command line's own definition; `UPDATE_DOCS=1 cargo test --test command_line` writes it \
        again. In a clone, `cargo run --release --` takes the place of `regatta`.\n\n\
        ## What to type\n\n"
        .to_owned();
    table(&mut text, "to see", TO_SEE.iter().chain(&WITH_CARGO));
    for command in super::command().get_subcommands() {
        section(&mut text, command);
    }
    text
}

fn table<'a>(
    text: &mut String,
    heading: &str,
    rows: impl Iterator<Item = &'a (&'static str, &'static [&'static str])>,
) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "| {heading} | type |\n|---|---|");
    for (what, lines) in rows {
        let lines: Vec<String> = lines.iter().map(|line| format!("`{line}`")).collect();
        let _ = writeln!(text, "| {what} | {} |", lines.join(", then "));
    }
}

fn section(text: &mut String, command: &Command) {
    let name = command.get_name();
    let _ = writeln!(text, "\n## regatta {name}\n");
    if let Some(about) = command.get_about() {
        let _ = writeln!(text, "{about}.");
    }
    if let Some(uses) = of(name) {
        examples(text, uses);
    }
    arguments(text, command);
    for inner in command
        .get_subcommands()
        .filter(|inner| inner.get_name() != "help")
    {
        let about = inner.get_about().map(ToString::to_string);
        let _ = writeln!(
            text,
            "\n### regatta {name} {}\n\n{}.",
            inner.get_name(),
            about.unwrap_or_default()
        );
        arguments(text, inner);
    }
    // What the help says below the examples: exit codes.
    let after = command
        .get_after_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    for paragraph in after
        .split("\n\n")
        .filter(|paragraph| !paragraph.starts_with("Examples"))
    {
        let _ = writeln!(text, "\n{}", paragraph.replace('\n', "\n\n"));
    }
}

fn examples(text: &mut String, uses: &Use) {
    let _ = writeln!(text, "{}\n\n```console", uses.about);
    for (line, what) in uses.examples {
        let _ = writeln!(text, "$ {line}    # {what}");
    }
    text.push_str("```\n");
}

/// A table for each heading, in the order of the help.
fn arguments(text: &mut String, command: &Command) {
    let shown =
        |arg: &&Arg| !arg.is_hide_set() && arg.get_id() != "help" && arg.get_id() != "version";
    let args: Vec<&Arg> = command.get_arguments().filter(shown).collect();
    let heading = |arg: &Arg| arg.get_help_heading().unwrap_or("Options").to_owned();
    let mut headings: Vec<String> = args.iter().map(|arg| heading(arg)).collect();
    let mut seen = std::collections::BTreeSet::new();
    headings.retain(|heading| seen.insert(heading.clone()));
    for wanted in headings {
        let _ = writeln!(text, "\n| {wanted} | default | |\n|---|---|---|");
        for arg in args.iter().filter(|arg| heading(arg) == wanted) {
            row(text, arg);
        }
    }
}

fn row(text: &mut String, arg: &Arg) {
    let default = if arg.is_hide_default_value_set() || !arg.get_action().takes_values() {
        String::new()
    } else {
        let values = arg.get_default_values().iter();
        let values: Vec<String> = values
            .map(|value| value.to_string_lossy().into_owned())
            .collect();
        values.join(",")
    };
    let default = if default.is_empty() {
        default
    } else {
        format!("`{default}`")
    };
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let help = escaped(&help.replace('\n', " "));
    let _ = writeln!(
        text,
        "| `{}` | {} | {help}{} |",
        usage(arg),
        escaped(&default),
        values(arg)
    );
}

/// `--pages N`, `-q, --quiet` or `NAME`.
fn usage(arg: &Arg) -> String {
    let names = arg.get_value_names().unwrap_or_default();
    let value = names.first().map(ToString::to_string).unwrap_or_default();
    let Some(long) = arg.get_long() else {
        return value;
    };
    let short = arg
        .get_short()
        .map(|short| format!("-{short}, "))
        .unwrap_or_default();
    let value = if arg.get_action().takes_values() {
        format!(" {value}")
    } else {
        String::new()
    };
    format!("{short}--{long}{value}").replace('|', "\\|")
}

/// The values of a flag that takes one of several.
fn values(arg: &Arg) -> String {
    let values = arg
        .get_possible_values()
        .into_iter()
        .filter(|value| !value.is_hide_set());
    if !arg.get_action().takes_values() {
        return String::new();
    }
    let values: Vec<String> = values
        .map(|value| format!("`{}`", value.get_name()))
        .collect();
    if values.is_empty() {
        String::new()
    } else {
        format!(": {}", values.join(", "))
    }
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "\\<")
}
