//! The documents, checked against the files and commands that they name.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every document there is, with its text.
fn documents() -> Vec<(PathBuf, String)> {
    let folders = ["docs", "docs/lessons"].map(|folder| root().join(folder));
    let in_docs = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap());
    let in_docs = in_docs.map(|entry| entry.unwrap().path());
    let paths = in_docs.chain([root().join("README.md")]);
    paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .filter_map(|path| {
            let text = fs::read_to_string(&path).ok()?;
            Some((path, text))
        })
        .collect()
}

#[test]
fn every_link_to_a_file_finds_it() {
    let mut broken = Vec::new();
    for (path, text) in documents() {
        for link in links(&text) {
            let elsewhere = link.contains("://") || link.starts_with("mailto:");
            if !elsewhere && !leads_somewhere(&path, &link) {
                broken.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// Whether the file is there, and the heading in it, if the link names one.
fn leads_somewhere(from: &Path, link: &str) -> bool {
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let there = match file {
        "" => from.to_owned(),
        file => from.parent().unwrap().join(file),
    };
    if anchor.is_empty() {
        return there.exists();
    }
    let text = fs::read_to_string(there).unwrap_or_default();
    text.lines()
        .filter(|line| line.starts_with('#'))
        .any(|heading| anchor_of(heading) == anchor)
}

/// `src/cli/` and the like, in backquotes; `yours` and `mine` stand for a
/// reader's own file.
#[test]
fn every_path_that_is_named_exists() {
    let mut missing = Vec::new();
    for (document, text) in documents() {
        let spans = text.split('`').skip(1).step_by(2);
        for path in spans.filter(|span| names_a_path(span)) {
            if !root().join(path).exists() {
                missing.push(format!("{}: {path}", document.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

fn names_a_path(span: &str) -> bool {
    let folders = ["src/", "tests/", "fixtures/", "docs/", "benches/"];
    // The last is a file of an exercise's own project.
    let is_placeholder = ["yours", "mine.", "src/driver.rs"]
        .iter()
        .any(|placeholder| span.contains(placeholder));
    let is_pattern = span.contains([' ', '*', '<', '{', '$', '#', '\n']);
    folders.iter().any(|folder| span.starts_with(folder)) && !is_placeholder && !is_pattern
}

/// As GitHub makes it: small letters, digits and hyphens; blanks are hyphens.
fn anchor_of(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase();
    words
        .chars()
        .filter(|letter| letter.is_alphanumeric() || [' ', '-', '_'].contains(letter))
        .map(|letter| if letter == ' ' { '-' } else { letter })
        .collect()
}

/// mdBook passes over a file that is not there without a word, and never
/// shows one that nobody names.
#[test]
fn the_table_of_contents_names_every_document_and_no_other() {
    let docs = root().join("docs");
    let summary = fs::read_to_string(docs.join("SUMMARY.md")).unwrap();
    let mut named: Vec<PathBuf> = links(&summary).iter().map(|link| docs.join(link)).collect();
    let mut there: Vec<PathBuf> = documents().into_iter().map(|(path, _)| path).collect();
    there.retain(|path| path.starts_with(&docs) && !path.ends_with("SUMMARY.md"));
    named.sort();
    there.sort();
    assert_eq!(named, there);
}

/// What stands in the brackets of `[words](there)`, code left out.
fn links(text: &str) -> Vec<String> {
    let mut in_code = false;
    let prose = text.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        !in_code && !fence
    });
    prose
        .flat_map(|line| {
            line.split("](")
                .skip(1)
                .filter_map(|rest| Some(rest.split_once(')')?.0.to_owned()))
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_command_shown_exists_with_its_flags() {
    let mut help = Help::default();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (path, text) in documents() {
        for command in commands(&text) {
            seen += 1;
            if let Err(why) = help.check(&command) {
                wrong.push(format!("{}: `{command}`: {why}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen > 10, "only {seen} commands were found");
}

/// The arguments of every `regatta ...` in a block of shell commands and
/// between backquotes.
fn commands(text: &str) -> Vec<String> {
    let mut fence: Option<String> = None;
    let mut found = Vec::new();
    for line in text.lines() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            fence = fence.is_none().then(|| language.to_owned());
        } else if let Some(language) = &fence {
            if ["console", "sh", "bash"].contains(&language.as_str()) {
                found.extend(arguments(line.trim_start().trim_start_matches("$ ")));
            }
        } else {
            found.extend(line.split('`').skip(1).step_by(2).filter_map(arguments));
        }
    }
    found
}

fn arguments(command: &str) -> Option<String> {
    let through_cargo = |after: &str| {
        let rest = command.strip_prefix("cargo run ")?;
        rest.split_once(after).map(|(_, arguments)| arguments)
    };
    let arguments = if let Some(arguments) = through_cargo("--bin report -- ") {
        format!("report {arguments}")
    } else if let Some(arguments) = through_cargo("-- ") {
        arguments.to_owned()
    } else {
        let rest = command.split_once("regatta ")?;
        let is_program = rest.0.is_empty() || rest.0.ends_with('/') || rest.0.ends_with("| ");
        is_program.then(|| rest.1.to_owned())?
    };
    let ends = ['|', ';', '#', '>', '<', '&'];
    let end = arguments.find(ends).unwrap_or(arguments.len());
    Some(arguments[..end].trim().to_owned())
}

/// What `--help` says, asked once a subcommand.
#[derive(Default)]
struct Help(BTreeMap<String, String>);

impl Help {
    fn of(&mut self, subcommand: &str) -> &str {
        self.0.entry(subcommand.to_owned()).or_insert_with(|| {
            let mut regatta = Command::new(env!("CARGO_BIN_EXE_regatta"));
            let args = [subcommand, "--help"];
            let output = regatta
                .args(args.iter().filter(|arg| !arg.is_empty()))
                .output();
            String::from_utf8(output.unwrap().stdout).unwrap()
        })
    }

    fn check(&mut self, command: &str) -> Result<(), String> {
        let words: Vec<&str> = command.split_whitespace().collect();
        let first = words.first().copied().unwrap_or_default();
        let subcommand = if first.starts_with('-') { "" } else { first };
        let listed = format!("\n  {subcommand} ");
        if !subcommand.is_empty() && !self.of("").contains(&listed) {
            return Err(format!("there is no command {subcommand:?}"));
        }
        let mut help = self.of(subcommand).to_owned();
        if subcommand.is_empty() {
            // Without a command the flags are those of `report`.
            help += self.of("report");
        }
        let flags = words.iter().filter(|word| word.starts_with("--"));
        for flag in flags.map(|flag| flag.split('=').next().unwrap_or_default()) {
            let is_there = help.split_whitespace().any(|word| word == flag);
            if !is_there && flag != "--help" {
                return Err(format!("{subcommand:?} has no flag {flag}"));
            }
        }
        Ok(())
    }
}

#[test]
fn every_model_and_every_trap_has_a_row_that_says_its_file_and_its_lesson() {
    let text = fs::read_to_string(root().join("docs/models.md")).unwrap();
    let row = |begins: String| {
        let row = text.lines().find(|line| line.starts_with(&begins));
        row.unwrap_or_else(|| panic!("no row begins with {begins}"))
    };
    for driver in regatta::drivers::all() {
        let (name, file) = (driver.model.name, driver.model.name.replace('-', "_"));
        let row = row(format!("| {name} |"));
        let files = [format!("{file}.rs"), format!("{file}/mod.rs")];
        let links = files.map(|file| format!("](../src/drivers/models/{file})"));
        assert!(links.iter().any(|link| row.contains(link)), "{row}");
    }
    for trap in regatta::drivers::traps() {
        let file = trap.client.name.replace('-', "_");
        let row = row(format!("| `{}` |", trap.name));
        assert!(
            row.contains(&format!("](../src/drivers/traps/{file}.rs)")),
            "{row}"
        );
        let (lesson, wrong) = (
            page_of(trap.kind().lesson().unwrap()),
            trap.kind().summary(),
        );
        assert!(row.contains(&format!("| {lesson} | {wrong} |")), "{row}");
        let mut fixed = regatta::drivers::fixed().iter();
        if fixed.any(|right| right.client.name == trap.client.name) {
            let link = format!("](../src/drivers/fixed/{file}.rs)");
            assert!(row.contains(&link), "{row}");
        }
    }
}

/// A link to the page of the lesson with this label, as in a table.
fn page_of(label: &str) -> String {
    let lesson = regatta::teach::lesson::named(label).unwrap();
    format!("[{label}](lessons/{:02}-{}.md)", lesson.number, lesson.id)
}

#[test]
fn every_fixed_program_has_a_row_that_says_its_file_and_its_lesson() {
    let text = fs::read_to_string(root().join("docs/models.md")).unwrap();
    for right in regatta::drivers::fixed() {
        let (name, file) = (&right.name, right.client.name.replace('-', "_"));
        let (lesson, fixes) = (
            page_of(right.kind().lesson().unwrap()),
            right.kind().summary(),
        );
        let link = format!("[{file}.rs](../src/drivers/fixed/{file}.rs)");
        let row = format!("| `{name}` | {link} | {lesson} | {fixes} |");
        assert!(text.contains(&row), "there is no {row}");
    }
}

#[test]
fn commands_are_found_where_documents_show_them() {
    let text = "Run `regatta doctor`, not regatta x.\n```console\n$ cargo run --release -- \
                report --seed 7 | head\n```\n```json\nregatta y\n```\n`target/release/regatta \
                serve --port 0`\n";
    assert_eq!(
        commands(text),
        ["doctor", "report --seed 7", "serve --port 0"]
    );
}

#[test]
fn a_command_or_a_flag_that_is_not_there_is_noticed() {
    let mut help = Help::default();
    assert!(help.check("report --seed 7").is_ok());
    assert!(help.check("rapport").is_err());
    assert!(help.check("report --sed=7").is_err());
}
