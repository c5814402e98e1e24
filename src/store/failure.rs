//! Errors of files in words: what happened, and what to do.

use std::io::{self, ErrorKind};
use std::path::Path;

/// What an I/O error means for a file to write, and the remedy.
pub(super) fn meaning(error: &io::Error) -> (String, &'static str) {
    let (what, to_do) = match error.kind() {
        ErrorKind::StorageFull => ("the disk is full", "make room on it, or name another place"),
        ErrorKind::QuotaExceeded => (
            "the disk quota is used up",
            "make room, or name another place",
        ),
        ErrorKind::FileTooLarge => (
            "the file may not grow further",
            "raise `ulimit -f`, or name another file",
        ),
        ErrorKind::ReadOnlyFilesystem => {
            ("the file system is read-only", "name a place on another")
        }
        ErrorKind::PermissionDenied => (
            "this user has no permission for that",
            "change that with chmod, or name another place",
        ),
        ErrorKind::IsADirectory => ("that is a directory", "name a file in it"),
        ErrorKind::NotFound | ErrorKind::NotADirectory => (
            "there is no such directory",
            "create it with mkdir -p, or name another place",
        ),
        _ => return (error.to_string(), "name another place"),
    };
    (what.to_owned(), to_do)
}

/// A store that cannot be opened.
pub(super) fn cannot_open(store: &str, file: &Path, error: &io::Error) -> anyhow::Error {
    let (what, to_do) = meaning(error);
    anyhow::anyhow!("cannot open {store}:{}: {what}; {to_do}", file.display())
}

/// An error for a directory. Opened as a file it would give one as well, but
/// not in every library the same.
pub(super) fn refuse_directory(store: &str, file: &Path) -> anyhow::Result<()> {
    if file.is_dir() {
        return Err(cannot_open(store, file, &ErrorKind::IsADirectory.into()));
    }
    Ok(())
}

/// A batch that cannot be written.
pub(super) fn cannot_write(store: &str, file: &Path, error: &io::Error) -> anyhow::Error {
    let (what, to_do) = meaning(error);
    let store = format!("{store}:{}", file.display());
    lost(&store, &what, to_do)
}

/// The same where it is not an I/O error that says so.
pub(super) fn lost(store: &str, what: &str, to_do: &str) -> anyhow::Error {
    anyhow::anyhow!(
        "cannot write to {store}: {what}; {to_do}; records acknowledged before are kept"
    )
}
