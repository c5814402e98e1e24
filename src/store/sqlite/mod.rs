//! SQLite: a database in one file, inside this program (the `rusqlite` crate,
//! with SQLite compiled in).
//!
//! - A batch is one transaction: after a crash it is there completely or not at all.
//! - The journal is written ahead (WAL), so that readers such as
//!   `regatta prices` and `sqlite3` do not wait for the writer, nor it for
//!   them.
//! - `synchronous = full`: a transaction is pushed to the disk before it is
//!   acknowledged. `normal` would be faster, and would lose the last
//!   transactions with the power, though never tear the file.
//! - A second writer waits, up to [`PATIENCE`], and then says so.
//!
//! A page that is visited again adds its prices; its row is brought up to
//! date, and its articles are there already.

mod failure;
mod read_only;
mod schema;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::bail;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, params};

use super::failure::refuse_directory;
use super::place::FilePlace;
use super::{Record, Store};
use failure::{cannot_open, cannot_write};
use schema::DatabaseKind;

/// How long another process may hold the database.
const PATIENCE: Duration = Duration::from_secs(5);

const ADD_ARTICLE: &str =
    "insert into articles (url, title) values (?1, ?2) on conflict (url) do nothing";

// An older visit, written late, does not take the place of a newer one.
const ADD_PAGE: &str = "insert into pages (url, title, headings, links, error, seen_at) \
    values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (url) do update set \
    title = excluded.title, headings = excluded.headings, links = excluded.links, \
    error = excluded.error, seen_at = excluded.seen_at where excluded.seen_at >= pages.seen_at";

const ADD_PRICE: &str = "insert into prices (url, place, seen_at, price_cents) \
    values (?1, ?2, ?3, ?4) on conflict do nothing";

/// The open database.
#[derive(Debug)]
pub(super) struct Sqlite {
    path: PathBuf,
    place: FilePlace,
    database: Connection,
}

impl Sqlite {
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        refuse_directory("sqlite", path)?;
        let has_content = path.metadata().is_ok_and(|found| found.len() > 0);
        if has_content {
            // Opening a database to write may change it, be it only that its
            // journal is tidied up. So it is looked at first.
            look(path)?;
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = Connection::open_with_flags(path, flags).and_then(|mut database| {
            database.busy_timeout(PATIENCE)?;
            prepare(&mut database)?;
            Ok(database)
        });
        Ok(Self {
            database: opened.map_err(|error| cannot_open(path, &error))?,
            place: FilePlace::of(path),
            path: path.to_owned(),
        })
    }

    fn write_all(&mut self, batch: &[Record]) -> rusqlite::Result<()> {
        // Immediate: the lock is waited for here, where waiting is allowed,
        // and not in the middle, where SQLite gives up at once.
        let behaviour = TransactionBehavior::Immediate;
        let transaction = self.database.transaction_with_behavior(behaviour)?;
        batch
            .iter()
            .try_for_each(|record| add(&transaction, record))?;
        transaction.commit()
    }
}

impl Store for Sqlite {
    fn write(&mut self, batch: &[Record]) -> anyhow::Result<()> {
        self.write_all(batch)
            .map_err(|error| cannot_write(&self.path, &error))?;
        self.place.check("sqlite")
    }
}

/// Opens a database of ours to read what is in it.
pub(super) fn open_to_read(path: &Path) -> anyhow::Result<Connection> {
    refuse_directory("sqlite", path)?;
    match look(path)? {
        (database, DatabaseKind::Ours) => Ok(database),
        _ => bail!(
            "sqlite:{} is empty: nothing was stored in it yet",
            path.display()
        ),
    }
}

/// What is there, if it is ours or nobody's.
fn look(path: &Path) -> anyhow::Result<(Connection, DatabaseKind)> {
    let database = read_only::open(path)?;
    let kind = DatabaseKind::of(&database).map_err(|error| cannot_open(path, &error))?;
    kind.check(&format!("sqlite:{}", path.display()))?;
    Ok((database, kind))
}

/// Sets the journal up, and the tables where there are none.
fn prepare(database: &mut Connection) -> rusqlite::Result<()> {
    // On a file system that cannot do it the answer is another mode, which is
    // slower and as safe.
    database.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    database.pragma_update(None, "synchronous", "full")?;
    schema::create(database)
}

fn add(transaction: &Transaction, record: &Record) -> rusqlite::Result<()> {
    let Record {
        url, title, error, ..
    } = record;
    let seen_at = record.seen_at_sql();
    transaction.prepare_cached(ADD_PAGE)?.execute(params![
        url,
        title,
        record.headings_json(),
        record.links_sql(),
        error,
        seen_at
    ])?;
    let mut add_article = transaction.prepare_cached(ADD_ARTICLE)?;
    for (url, title) in record.articles() {
        add_article.execute(params![url, title])?;
    }
    let mut add_price = transaction.prepare_cached(ADD_PRICE)?;
    for (place, cents) in record.prices() {
        add_price.execute(params![url, place, seen_at, cents])?;
    }
    Ok(())
}
