//! Errors of SQLite in words: what happened, and what to do.

use std::fs::OpenOptions;
use std::path::Path;

use rusqlite::{Error, ErrorCode};

use super::super::failure;

/// A database that cannot be opened.
pub(super) fn cannot_open(path: &Path, error: &Error) -> anyhow::Error {
    // SQLite says only that it cannot; the system says why.
    if error.sqlite_error_code() == Some(ErrorCode::CannotOpen)
        && let Err(error) = probe(path)
    {
        return failure::cannot_open("sqlite", path, &error);
    }
    let (what, to_do) = meaning(error);
    anyhow::anyhow!("cannot open sqlite:{}: {what}; {to_do}", path.display())
}

/// A batch that cannot be written.
pub(super) fn cannot_write(path: &Path, error: &Error) -> anyhow::Error {
    let (what, to_do) = meaning(error);
    failure::lost(&format!("sqlite:{}", path.display()), &what, to_do)
}

/// Tries what SQLite tried, to have the system's own error. What was not there
/// before is not there afterwards.
fn probe(path: &Path) -> std::io::Result<()> {
    if path.exists() {
        return OpenOptions::new().write(true).open(path).map(drop);
    }
    let made = OpenOptions::new().write(true).create_new(true).open(path);
    made.and_then(|_| std::fs::remove_file(path))
}

fn meaning(error: &Error) -> (String, &'static str) {
    let (what, to_do) = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => ("the disk is full", "make room on it, or name another place"),
        Some(ErrorCode::ReadOnly) => (
            "this user may not write to it, or to its directory",
            "change that with chmod, or name another place",
        ),
        Some(ErrorCode::NotADatabase) => (
            "the file is not a database and was not changed",
            "name another file",
        ),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
            "another process has locked it for too long",
            "wait until it is done, and run this again",
        ),
        Some(ErrorCode::DatabaseCorrupt) => (
            "the database is damaged",
            "save what is left with `sqlite3 FILE .recover`, and name another file",
        ),
        Some(ErrorCode::SystemIoFailure) => {
            return (
                format!("the disk rejected the write ({error})"),
                "check the disk's space, quota and `ulimit -f`, or name another place",
            );
        }
        _ => return (error.to_string(), "name another file"),
    };
    (what.to_owned(), to_do)
}
