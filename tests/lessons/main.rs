//! Lessons: each is played and comes to what it expects, each wrong program
//! lands on the belief that it embodies, and the command line is kind.

mod command;
mod data;
mod offline;
mod plays;

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const BIN: &str = env!("CARGO_BIN_EXE_regatta");

/// The quickest lesson there is.
const QUICK: &str = "5";

/// `regatta lesson` with a data directory of its own and nobody to ask.
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

    /// What was kept of the lessons taken.
    fn kept(&self) -> String {
        std::fs::read_to_string(self.file("regatta/lessons.jsonl")).unwrap_or_default()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// Standard output of a command that went well.
fn well(output: &Output) -> String {
    let error = text(&output.stderr);
    assert!(output.status.success(), "{}: {error}", output.status);
    text(&output.stdout)
}

/// What a command that failed with exit code 1 said.
fn failed(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    text(&output.stderr)
}
