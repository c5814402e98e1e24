//! Prices read back from a SQLite store: what each page cost, visit by visit.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use rusqlite::{Connection, Row};

use super::sqlite::open_to_read;

/// A price at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// When, in milliseconds since 1970 in UTC.
    pub at_ms: u64,
    /// How much.
    pub cents: u64,
}

/// What became of one price of one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// The page.
    pub url: String,
    /// Which price on it, from 1.
    pub place: u64,
    /// On how many visits it was seen.
    pub visits: u64,
    /// On the first of them.
    pub first: Seen,
    /// On the last of them.
    pub last: Seen,
    /// The lowest it ever was.
    pub lowest_cents: u64,
    /// The highest it ever was.
    pub highest_cents: u64,
}

/// The prices in a database, open to be read.
#[derive(Debug)]
pub struct History {
    path: PathBuf,
    database: Connection,
}

// The key of the table finds the first and the last visit without a search.
// Shorter addresses first: so page 9 stands before page 10.
const TRACKS: &str = "select url, place, count(*), min(price_cents), max(price_cents), \
    min(seen_at), max(seen_at), \
    (select price_cents from prices where url = track.url and place = track.place \
     order by seen_at limit 1), \
    (select price_cents from prices where url = track.url and place = track.place \
     order by seen_at desc limit 1) \
    from prices as track group by url, place order by length(url), url, place";

const OF_A_PAGE: &str =
    "select place, seen_at, price_cents from prices where url = ?1 order by place, seen_at";

impl History {
    /// Opens the database at `path`; nothing in it can be altered.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        if !path.exists() {
            bail!(
                "{} does not exist; name the file of a SQLite store, for example news.db after \
                 `--store sqlite:news.db`",
                path.display()
            );
        }
        Ok(Self {
            database: open_to_read(path)?,
            path: path.to_owned(),
        })
    }

    /// Every price of every page, pages in the order of their addresses.
    pub fn tracks(&self) -> anyhow::Result<Vec<Track>> {
        self.all(TRACKS, (), track)
    }

    /// The prices of one page by their places, each from visit to visit; none
    /// for a page that never had one.
    pub fn of(&self, url: &str) -> anyhow::Result<Vec<Vec<Seen>>> {
        let rows = self.all(OF_A_PAGE, (url,), |row| {
            let place: u64 = count(row, 0)?;
            Ok((place, seen(row, 1, 2)?))
        })?;
        let of_a_place = rows.chunk_by(|(one, _), (other, _)| one == other);
        Ok(of_a_place
            .map(|rows| rows.iter().map(|&(_, seen)| seen).collect())
            .collect())
    }

    fn all<T>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
        read: impl FnMut(&Row) -> rusqlite::Result<T>,
    ) -> anyhow::Result<Vec<T>> {
        let read = || -> rusqlite::Result<Vec<T>> {
            self.database
                .prepare(sql)?
                .query_map(values, read)?
                .collect()
        };
        read().with_context(|| format!("the prices in {} cannot be read", self.path.display()))
    }
}

fn track(row: &Row) -> rusqlite::Result<Track> {
    Ok(Track {
        url: row.get(0)?,
        place: count(row, 1)?,
        visits: count(row, 2)?,
        lowest_cents: count(row, 3)?,
        highest_cents: count(row, 4)?,
        first: seen(row, 5, 7)?,
        last: seen(row, 6, 8)?,
    })
}

fn seen(row: &Row, at: usize, cents: usize) -> rusqlite::Result<Seen> {
    Ok(Seen {
        at_ms: count(row, at)?,
        cents: count(row, cents)?,
    })
}

/// A number that is never below zero, unless somebody else wrote it.
fn count(row: &Row, index: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(index)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(index, number))
}
