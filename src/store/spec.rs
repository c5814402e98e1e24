//! Which store is meant: `none`, `jsonl:FILE`, `sqlite:FILE`, or the URL of a
//! PostgreSQL database.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Which store, as it is named on the command line.
///
/// A URL may hold a password. A `Spec` and the errors of this module
/// show none; a command line should take the argument as a string and parse
/// it itself, for clap quotes what it cannot parse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spec {
    /// Nothing is kept.
    None,
    /// A file of one JSON object a line.
    JsonLines(PathBuf),
    /// A SQLite database.
    Sqlite(PathBuf),
    /// A PostgreSQL database.
    Postgres(PostgresUrl),
}

/// `postgres://user@host:port/db`; shown without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(String);

/// A store that there is not.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// Nothing here goes by that name.
    #[error(
        "invalid store {0:?}: expected none, jsonl:FILE, sqlite:FILE or \
         postgres://USER@HOST:PORT/DATABASE, for example sqlite:news.db"
    )]
    Unknown(String),
    /// `jsonl:` or `sqlite:` and nothing behind it.
    #[error("invalid store {0:?}: expected a file name, for example {0}:news.{1}")]
    NoFile(&'static str, &'static str),
}

impl FromStr for Spec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let unknown = || SpecError::Unknown(known_part(text).to_owned());
        if text == "none" {
            return Ok(Self::None);
        }
        match text.split_once(':').ok_or_else(unknown)? {
            ("jsonl", file) => Ok(Self::JsonLines(path(file, "jsonl", "jsonl")?)),
            ("sqlite", file) => Ok(Self::Sqlite(path(file, "sqlite", "db")?)),
            ("postgres" | "postgresql", rest) if rest.starts_with("//") => {
                Ok(Self::Postgres(PostgresUrl(text.to_owned())))
            }
            _ => Err(unknown()),
        }
    }
}

fn path(file: &str, kind: &'static str, ending: &'static str) -> Result<PathBuf, SpecError> {
    if file.is_empty() {
        return Err(SpecError::NoFile(kind, ending));
    }
    Ok(PathBuf::from(file))
}

/// What of a mistyped store may be repeated: of a URL only its beginning.
fn known_part(text: &str) -> &str {
    text.find("//").map_or(text, |at| &text[..at + 2])
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::JsonLines(file) => write!(f, "jsonl:{}", file.display()),
            Self::Sqlite(file) => write!(f, "sqlite:{}", file.display()),
            Self::Postgres(url) => url.fmt(f),
        }
    }
}

impl PostgresUrl {
    /// The whole URL, password and all: to connect with, not to show.
    #[cfg(feature = "postgres")]
    pub(super) fn secret(&self) -> &str {
        &self.0
    }
}

/// Without the password, and without the parameters, which may hold another.
///
/// Where a URL was not written as it should be (an `@` or a `?` in a password
/// has to be written as `%40` or `%3F`) rather too much is left out.
impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (scheme, rest) = self.0.split_once("//").unwrap_or(("", &self.0));
        let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        if parameters.contains('@') {
            return write!(f, "{scheme}//***");
        }
        match place.rsplit_once('@') {
            None => write!(f, "{scheme}//{place}"),
            Some((who, place)) => {
                let (user, password) = who.split_once(':').unwrap_or((who, ""));
                let hidden = if password.is_empty() { "" } else { ":***" };
                write!(f, "{scheme}//{user}{hidden}@{place}")
            }
        }
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_what_was_typed() {
        for text in [
            "none",
            "jsonl:news.jsonl",
            "sqlite:/tmp/a:b.db",
            "postgres://ann@127.0.0.1:5432/news",
            "postgresql://localhost/news",
        ] {
            assert_eq!(text.parse::<Spec>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_store_is_told_what_is_one() {
        for text in ["", "news.db", "sqlite", "mysql:x", "postgres:news", "NONE"] {
            let error = text.parse::<Spec>().unwrap_err().to_string();
            assert!(error.contains("sqlite:FILE"), "{error}");
        }
        let error = "sqlite:".parse::<Spec>().unwrap_err().to_string();
        assert_eq!(
            error,
            "invalid store \"sqlite\": expected a file name, for example sqlite:news.db"
        );
    }

    #[test]
    fn no_password_is_ever_shown() {
        for url in [
            "postgres://ann:swordfish@localhost/news",
            "postgres://ann:sword/swordfish@localhost/news",
            "postgres://ann:sword@swordfish@localhost/news",
            "postgres://ann:sword?swordfish@localhost/news",
            "postgres://ann@localhost/news?password=swordfish",
            "postgres://ann@localhost:1/news?password=a@swordfish",
            "postgres://:swordfish@localhost",
            "postgers://ann:swordfish@localhost/news",
            "postgres//ann:swordfish@localhost/news",
        ] {
            let parsed = url.parse::<Spec>();
            let shown = match &parsed {
                Ok(spec) => format!("{spec} {spec:?}"),
                Err(error) => format!("{error} {error:?}"),
            };
            assert!(!shown.contains("swordfish"), "{shown}");
        }
    }
}
