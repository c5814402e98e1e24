//! Where text goes: standard output, a file, and how wide and in which colour.

use std::io::{ErrorKind, IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, bail, ensure};

use crate::fmt::escape;

/// Prints to standard output, the last gate for text from outside. A reader
/// that has seen enough (`| head`) closes the pipe. That is not an error.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    print_own(&escape::block(text, colour()))
}

/// The same for JSON.
pub(super) fn print_json(text: &str) -> anyhow::Result<()> {
    print(&escape::json(text))
}

/// The same for a text that is ours to the last byte, as it is.
pub(super) fn print_own(text: &str) -> anyhow::Result<()> {
    let mut output = std::io::stdout().lock();
    match output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush())
    {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("the output could not be written"),
    }
}

/// Writes to `file`, and to standard output when that fails: what was measured
/// is not lost for a full disk.
pub(super) fn write_or_print(file: &Path, text: &str) -> anyhow::Result<()> {
    let written = crate::report::write(file, text);
    if written.is_err() {
        print(text)?;
    }
    Ok(written?)
}

/// Whether the file of a flag could be written, before there is anything to
/// write.
pub(super) fn check_place(flag: &str, file: &Path, example: &str) -> anyhow::Result<()> {
    let shown = file.display();
    let directory = file
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    ensure!(
        !file.is_dir(),
        "invalid {flag} {shown}: it is a directory; expected a file, for example {}",
        file.join(example).display()
    );
    if let Some(directory) = directory.filter(|directory| !directory.is_dir()) {
        let directory = directory.display();
        bail!(
            "invalid {flag} {shown}: there is no directory {directory}; `mkdir -p {directory}` \
             makes it, or name a file elsewhere, for example {example}"
        );
    }
    Ok(crate::report::check_place(file)?)
}

/// The width to write for: the terminal's, or 80 columns in a pipe or a file.
pub(super) fn width() -> usize {
    terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0))
}

/// Whether to write in colour: only to a terminal, and not where `NO_COLOR`
/// (<https://no-color.org>) is set to anything.
pub(super) fn colour() -> bool {
    std::io::stdout().is_terminal() && is_colour_wanted()
}

/// The same, of what goes to standard error.
pub(super) fn colour_of_errors() -> bool {
    std::io::stderr().is_terminal() && is_colour_wanted()
}

fn is_colour_wanted() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
