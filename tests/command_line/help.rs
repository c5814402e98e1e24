//! Help at 80 columns, and docs/commands.md.

use std::path::Path;

use crate::regatta;

fn help(args: &[&str]) -> String {
    let output = regatta(args, Path::new("."));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn help_groups_the_flags_of_report() {
    let text = help(&["report", "--help"]);
    for heading in [
        "What to run",
        "Override the workload",
        "How long",
        "Output",
        "Examples",
    ] {
        assert!(
            text.contains(&format!("\n{heading}:\n")),
            "{heading}:\n{text}"
        );
    }
    assert!(!text.contains("In place of"), "{text}");
}

#[test]
fn help_fits_into_eighty_columns() {
    for args in [
        &["--help"][..],
        &["report", "--help"],
        &["serve", "--help"],
        &["scrape", "--help"],
    ] {
        let text = help(args);
        let long = text.lines().find(|line| line.chars().count() > 80);
        assert_eq!(long, None, "{args:?}");
    }
}

#[test]
fn scrape_names_the_selectors_it_reads() {
    let text = help(&["scrape", "--help"]);
    for selector in ["h2.article-title", ".price", "h1"] {
        assert!(text.contains(selector), "{selector}");
    }
}

#[test]
fn the_version_says_what_it_was_built_with() {
    let text = help(&["--version"]);
    for part in [env!("CARGO_PKG_VERSION"), "rustc", "features: "] {
        assert!(text.contains(part), "{text}");
    }
}

/// `UPDATE_DOCS=1` writes it.
#[test]
fn the_document_of_commands_is_that_of_the_definition() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/commands.md");
    let text = regatta::cli::reference::markdown();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(file, &text).unwrap();
    }
    let written = std::fs::read_to_string(file).unwrap();
    assert!(
        written == text,
        "docs/commands.md is out of date; UPDATE_DOCS=1 cargo test --test command_line writes it"
    );
}
