//! Opening a database to look into it, so that nothing of it is altered and
//! nothing is left beside it.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::PATIENCE;
use super::failure::cannot_open;

/// The database at `path`, to read.
///
/// Even a reader of a database with a write-ahead journal makes that journal
/// and its index when they are not there, and cannot remove them. Where there
/// is no journal nobody has the database open, and it can be read as a file
/// that does not change, also from a disc or a directory that is read-only.
pub(super) fn open(path: &Path) -> anyhow::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = match unchanging(path) {
        Some(uri) => Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI),
        None => Connection::open_with_flags(path, flags),
    };
    let patient = opened.and_then(|database| {
        database.busy_timeout(PATIENCE)?;
        Ok(database)
    });
    patient.map_err(|error| cannot_open(path, &error))
}

/// The address at which SQLite reads it as unchanging, if it may.
fn unchanging(path: &Path) -> Option<String> {
    let mut journal = path.as_os_str().to_owned();
    journal.push("-wal");
    // Windows writes paths in another way.
    if cfg!(windows) || PathBuf::from(journal).exists() {
        return None;
    }
    let path = std::path::absolute(path).ok()?;
    let escaped = path.to_str()?.replace('%', "%25").replace('?', "%3f");
    Some(format!(
        "file://{}?immutable=1",
        escaped.replace('#', "%23")
    ))
}
