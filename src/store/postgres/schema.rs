//! Whether a database is a store of ours, and the tables of a new one.

use anyhow::bail;
use postgres::{Client, GenericClient};

use super::failure::cannot_open;
use super::{PostgresUrl, take_turn};

/// The tables, as they are made and as the documentation shows them.
const TABLES: &str = include_str!("schema.sql");

/// Counted up when the tables change.
const VERSION: i32 = 1;

/// What a database is to us.
enum SchemaKind {
    /// None of our tables is in it.
    Empty,
    /// Ours, of this version or another.
    Version(i32),
    /// It has tables of these names, and they are not ours.
    Foreign,
}

/// Makes the tables where there are none, and refuses those of others.
pub(super) fn prepare(client: &mut Client, url: &PostgresUrl) -> anyhow::Result<()> {
    let kind = create(client).map_err(|error| cannot_open(url, &error))?;
    match kind {
        SchemaKind::Empty | SchemaKind::Version(VERSION) => Ok(()),
        SchemaKind::Version(version) => bail!(
            "{url} has tables of version {version} and this Regatta writes version {VERSION}; it \
             was not changed: name another database, or use the Regatta that made it"
        ),
        SchemaKind::Foreign => bail!(
            "{url} has tables of another program named articles, pages or prices and was not \
             changed; create another database with createdb"
        ),
    }
}

/// Returns what was found.
fn create(client: &mut Client) -> Result<SchemaKind, postgres::Error> {
    let mut transaction = client.transaction()?;
    // Only one of two that open the same new database finds it empty.
    take_turn(&mut transaction)?;
    let kind = look(&mut transaction)?;
    if matches!(kind, SchemaKind::Empty) {
        transaction.batch_execute(TABLES)?;
        let insert = "insert into regatta_schema (version) values ($1)";
        transaction.execute(insert, &[&VERSION])?;
    }
    transaction.commit()?;
    Ok(kind)
}

fn look(client: &mut impl GenericClient) -> Result<SchemaKind, postgres::Error> {
    let exists = "select to_regclass('regatta_schema') is not null, \
         coalesce(to_regclass('articles'), to_regclass('pages'), to_regclass('prices')) is not null";
    let exists = client.query_one(exists, &[])?;
    Ok(match (exists.get(0), exists.get(1)) {
        (true, _) => {
            let version = client.query_one("select max(version) from regatta_schema", &[])?;
            SchemaKind::Version(version.get::<_, Option<i32>>(0).unwrap_or(0))
        }
        (false, true) => SchemaKind::Foreign,
        (false, false) => SchemaKind::Empty,
    })
}
