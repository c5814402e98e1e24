//! Reading a saved report, and saying what is wrong with one that is not.
//!
//! The version is looked at before the rest: a report of another version would
//! otherwise be rejected for some missing field, which is true and no help.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{Report, SCHEMA};

/// Why a file is not a report that can be shown: what happened, why, and what
/// to do. (The field is `cause`, not `source`: the message has it already, and
/// a printed chain would say it twice.)
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file could not be opened or is not text.
    #[error("cannot read {file}: {cause}; look at it with: ls -l {file}")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// It ends in the middle.
    #[error("{file} was cut short: {cause}; take it again: report --format json > {file}")]
    CutShort {
        /// The file.
        file: String,
        /// Where it ends.
        cause: serde_json::Error,
    },
    /// It is not JSON at all.
    #[error("{file} is not JSON: {cause}; save one with: report --format json > {file}")]
    NotJson {
        /// The file.
        file: String,
        /// Where it stops being JSON.
        cause: serde_json::Error,
    },
    /// It is JSON, but no report, or of another version.
    #[error(
        "{file} says its form is {found}, and this program reads {SCHEMA:?} only; show it with \
         the version of regatta that wrote it, or take it again: report --format json > {file}"
    )]
    OtherSchema {
        /// The file.
        file: String,
        /// Its `schema`, quoted, or "nothing".
        found: String,
    },
    /// It says it is a report of this version, and is not.
    #[error(
        "{file} is not a whole report: {cause}; docs/FORMAT.md has the fields, \
         and report --format json > {file} takes it again"
    )]
    Misshapen {
        /// The file.
        file: String,
        /// The field that is missing, unknown or of a wrong type, and where.
        cause: serde_json::Error,
    },
}

impl Report {
    /// The report saved in `path`.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        let file = path.display().to_string();
        match fs::read_to_string(path) {
            Ok(text) => Self::from_json(&text, &file),
            Err(cause) => Err(ReadError::Unreadable { file, cause }),
        }
    }

    /// The report that `text` holds; `file` is what errors call it.
    pub fn from_json(text: &str, file: &str) -> Result<Self, ReadError> {
        let file = file.to_owned();
        let value: Value = match serde_json::from_str(text) {
            Ok(value) => value,
            Err(cause) if cause.is_eof() => return Err(ReadError::CutShort { file, cause }),
            Err(cause) => return Err(ReadError::NotJson { file, cause }),
        };
        let found = value.get("schema");
        if found.and_then(Value::as_str) != Some(SCHEMA) {
            let found = found.map_or_else(|| "nothing".to_owned(), Value::to_string);
            return Err(ReadError::OtherSchema { file, found });
        }
        // From the text, not from the value, so that errors name the line.
        let report: Self = match serde_json::from_str(text) {
            Ok(report) => report,
            Err(cause) => return Err(ReadError::Misshapen { file, cause }),
        };
        match unknown_key(&value, &serde_json::to_value(&report).unwrap_or_default()) {
            Some(key) => {
                let cause = serde::de::Error::custom(format!("unknown field `{key}`"));
                Err(ReadError::Misshapen { file, cause })
            }
            None => Ok(report),
        }
    }
}

/// A key of `read` that is not in `known`, which is the same written again. A
/// run is put together of parts (`serde(flatten)`), and serde then passes over
/// what it does not know.
fn unknown_key(read: &Value, known: &Value) -> Option<String> {
    match (read, known) {
        (Value::Object(read), Value::Object(known)) => {
            read.iter().find_map(|(key, value)| match known.get(key) {
                Some(known) => unknown_key(value, known),
                None if value.is_null() => None,
                None => Some(key.clone()),
            })
        }
        (Value::Array(read), Value::Array(known)) => read
            .iter()
            .zip(known)
            .find_map(|(read, known)| unknown_key(read, known)),
        _ => None,
    }
}
