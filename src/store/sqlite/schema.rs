//! Whether a database is a store of ours, and the tables of a new one.

use anyhow::bail;
use rusqlite::{Connection, TransactionBehavior};

/// The tables, as they are made and as the documentation shows them.
const TABLES: &str = include_str!("schema.sql");

/// Counted up when the tables change.
const VERSION: i32 = 1;

/// "Rega": by this number in its header `file` and we know a database of ours.
const APPLICATION: i32 = 0x5265_6761;

/// What a database is to us.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum DatabaseKind {
    /// Nothing is in it.
    Empty,
    /// Ours, and of this version.
    Ours,
    /// Of another version of Regatta.
    Version(i32),
    /// Of another program.
    Foreign,
}

impl DatabaseKind {
    pub(super) fn of(database: &Connection) -> rusqlite::Result<Self> {
        let number = |name| database.pragma_query_value(None, name, |row| row.get(0));
        let (application, version): (i32, i32) =
            (number("application_id")?, number("user_version")?);
        let things: i64 =
            database.query_row("select count(*) from sqlite_schema", (), |row| row.get(0))?;
        Ok(match (application, version, things) {
            (APPLICATION, VERSION, _) => Self::Ours,
            (APPLICATION, version, _) => Self::Version(version),
            (0, 0, 0) => Self::Empty,
            _ => Self::Foreign,
        })
    }

    /// Refuses what is not ours; `name` is the store's.
    pub(super) fn check(&self, name: &str) -> anyhow::Result<()> {
        match self {
            Self::Empty | Self::Ours => Ok(()),
            Self::Version(version) => bail!(
                "{name} has tables of version {version} and this Regatta writes version \
                 {VERSION}; it was not changed: name another file, or use the Regatta that \
                 made it"
            ),
            Self::Foreign => bail!(
                "{name} is a database of another program and was not changed; name another file"
            ),
        }
    }
}

/// Makes the tables where there are none; all of them or none.
pub(super) fn create(database: &mut Connection) -> rusqlite::Result<()> {
    // Only one of two that open the same new file finds it empty.
    let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if DatabaseKind::of(&transaction)? == DatabaseKind::Empty {
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
    }
    transaction.commit()
}
