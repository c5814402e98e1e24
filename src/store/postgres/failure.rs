//! Errors of PostgreSQL in words: what happened, and what to do.

use std::error::Error as _;
use std::io;

use postgres::Error;
use postgres::error::SqlState;

use super::PostgresUrl;
use crate::store::failure;

/// A database that cannot be opened.
pub(super) fn cannot_open(url: &PostgresUrl, error: &Error) -> anyhow::Error {
    let (what, to_do) = meaning(error);
    anyhow::anyhow!("cannot open {url}: {what}; {to_do}")
}

/// A batch that cannot be written.
pub(super) fn cannot_write(url: &PostgresUrl, error: &Error) -> anyhow::Error {
    let (what, to_do) = meaning(error);
    failure::lost(&url.to_string(), &what, to_do)
}

fn meaning(error: &Error) -> (String, &'static str) {
    if let Some(said) = error.as_db_error() {
        return (said.message().to_owned(), advice(said.code()));
    }
    let system = error.source().and_then(|cause| cause.downcast_ref());
    match system.map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound) => (
            "no PostgreSQL is running there".to_owned(),
            "start it (`systemctl start postgresql`), or name its host and port",
        ),
        Some(io::ErrorKind::TimedOut) => (
            "nothing answers there".to_owned(),
            "look at the host, the port and the firewall",
        ),
        _ if error.is_closed() => (
            "the server closed the connection".to_owned(),
            "look into its log, and run this again",
        ),
        _ => (error.to_string(), "look into the server's log"),
    }
}

/// What to do about what the server said.
fn advice(code: &SqlState) -> &'static str {
    match *code {
        SqlState::INVALID_CATALOG_NAME => "make it with createdb, or name another",
        SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
            "name a user who may log in, and the password: postgres://USER:PASSWORD@HOST/DATABASE"
        }
        SqlState::INSUFFICIENT_PRIVILEGE => {
            "make a database that this user owns: createdb --owner USER DATABASE"
        }
        SqlState::DISK_FULL => "make room on the server's disk, and run this again",
        SqlState::READ_ONLY_SQL_TRANSACTION => "name the server that may be written to",
        SqlState::LOCK_NOT_AVAILABLE => "wait until another scrape is done, and run this again",
        SqlState::TOO_MANY_CONNECTIONS | SqlState::CANNOT_CONNECT_NOW => "try again in a moment",
        SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN => {
            "start the server, and run this again"
        }
        _ => "look into the server's log",
    }
}
