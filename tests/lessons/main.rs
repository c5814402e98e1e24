//! Lessons: every run has the expected results, every wrong program measures the
//! value of its misconception, and errors of the command line help.

mod command;
mod data;
mod offline;
mod runs;

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const BIN: &str = env!("CARGO_BIN_EXE_regatta");

/// The fastest lesson.
const QUICK: &str = "5";

/// `regatta lesson` with a data directory of its own and without input.
struct Student {
    home: tempfile::TempDir,
}

impl Student {
    fn new() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
        }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(BIN);
        command
            .arg("lesson")
            .args(args)
            .env("XDG_DATA_HOME", self.home.path())
            .stdin(Stdio::null());
        command
    }

    fn lesson(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the command starts")
    }

    /// [`QUICK`], which asks nothing and shows no progress.
    fn quick(&self, more: &[&str]) -> Output {
        self.lesson(&[&[QUICK, "--yes", "--quiet"], more].concat())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The content of the progress file.
    fn kept(&self) -> String {
        std::fs::read_to_string(self.file("regatta/lessons.jsonl")).unwrap_or_default()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// Standard output of a successful command.
fn stdout(output: &Output) -> String {
    let error = text(&output.stderr);
    assert!(output.status.success(), "{}: {error}", output.status);
    text(&output.stdout)
}

/// Standard error of a command that failed with exit code 1, or 2 for wrong usage.
fn stderr(output: &Output) -> String {
    let code = output.status.code();
    assert!(
        matches!(code, Some(1 | 2)),
        "{code:?}: {}",
        text(&output.stdout)
    );
    text(&output.stderr)
}
