//! The command line as a user meets it: wrong inputs, help, and the document
//! that is made from its definition.

mod help;
mod wrong_inputs;

use std::process::{Command, Output};

/// What `regatta` answers to these arguments, in a directory of its own.
fn regatta(args: &[&str], directory: &std::path::Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_regatta"));
    command
        .args(args)
        .current_dir(directory)
        .env("COLUMNS", "80");
    command.stdin(std::process::Stdio::null()).output().unwrap()
}
