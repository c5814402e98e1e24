//! What was guessed and measured so far: one plain file, a JSON object a line.
//!
//! It can be read, diffed, kept in a repository and thrown away, and nothing
//! else is kept. It is never in the way: a lesson that cannot write it goes on
//! and says why nothing is kept, and a last line that a full disk or a `kill`
//! tore is passed over.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

use super::quantity::Unit;
use super::votes::Votes;

mod place;

/// One lesson, taken once: one line of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// When, as in RFC 3339: `2026-01-31T09:30:00Z`.
    pub taken_at: String,
    /// The id of the lesson.
    pub lesson: String,
    /// What was guessed, in the base unit.
    pub guess: f64,
    /// The letter of the choice that the guess is or stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<char>,
    /// What was measured, in the base unit.
    pub measured: f64,
    /// What both count.
    pub unit: Unit,
    /// How many times off the guess was; 1 is exact.
    pub error: f64,
    /// Whether the choice was the right one.
    pub right: bool,
    /// How a class voted before it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub votes_before: Option<Votes>,
    /// How it voted after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub votes_after: Option<Votes>,
}

/// What the file has.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Progress {
    /// Every lesson taken, the oldest first.
    pub records: Vec<Record>,
    /// What the reader of it should know: a line was passed over.
    pub note: Option<String>,
}

/// The file, which may not be there yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgressFile {
    path: PathBuf,
}

impl ProgressFile {
    /// Where it is for this user: `regatta/lessons.jsonl` in `XDG_DATA_HOME`,
    /// or in the platform's usual directory for data. An error where there is
    /// neither, which says why nothing can be kept.
    pub fn usual() -> anyhow::Result<Self> {
        place::usual().map(Self::at)
    }

    /// A file of this name.
    pub fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Its name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads it; one that is not there has nothing. A broken line before the
    /// last is an error that names it.
    pub fn read(&self) -> anyhow::Result<Progress> {
        let bytes = match self.bytes() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            read => read.with_context(|| format!("{} cannot be read", self.path.display()))?,
        };
        let mut progress = Progress::default();
        for (index, line) in bytes.split_inclusive(|&byte| byte == b'\n').enumerate() {
            match serde_json::from_slice(line) {
                Ok(record) => progress.records.push(record),
                Err(_) if line.trim_ascii().is_empty() => {}
                Err(_) if !line.ends_with(b"\n") => progress.note = Some(self.torn(index + 1)),
                Err(error) => return Err(self.broken(index + 1, &error)),
            }
        }
        Ok(progress)
    }

    fn bytes(&self) -> io::Result<Vec<u8>> {
        let mut file = File::open(&self.path)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::other("it is no plain file"));
        }
        // So that no line is seen half written. Where a file system knows no
        // locks, one line may be passed over.
        let _ = file.lock_shared();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn torn(&self, line: usize) -> String {
        let file = self.path.display();
        format!("the last line of {file} (line {line}) is torn, and was passed over")
    }

    fn broken(&self, line: usize, error: &serde_json::Error) -> anyhow::Error {
        // Its own place is within the line.
        let why = error.to_string();
        let why = why.split(" at line ").next().unwrap_or_default();
        anyhow::anyhow!(
            "line {line} of {} is no record of a lesson ({why}); mend or delete that line, or begin \
             afresh with `regatta lesson reset`",
            self.path.display()
        )
    }

    /// Appends a record, and makes the file and its directory if need be. On
    /// an error the file is as it was; the lesson goes on all the same.
    pub fn append(&self, record: &Record) -> anyhow::Result<()> {
        let numbers = [record.guess, record.measured, record.error];
        ensure!(
            numbers.iter().all(|number| number.is_finite()),
            "a record with a number that is none cannot be kept: {numbers:?}"
        );
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        self.append_line(&line).with_context(|| {
            let file = self.path.display();
            format!(
                "this lesson is not kept, because {file} cannot be written; set XDG_DATA_HOME to a \
                 directory that can"
            )
        })
    }

    fn append_line(&self, line: &[u8]) -> io::Result<()> {
        if let Some(directory) = self.path.parent() {
            fs::create_dir_all(directory)?;
        }
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .append(true)
            .create(true)
            .open(&self.path)?;
        // Two lessons at once write one after the other. Where a file system
        // knows no locks, one write a line has to do.
        let _ = file.lock();
        let whole = mend(&mut file)?;
        let written = file.write_all(line).and_then(|()| file.sync_data());
        if written.is_err() {
            // What a full disk took of it.
            let _ = file.set_len(whole);
        }
        written
    }

    /// Moves the file aside, so that the next lesson begins a new one. Says
    /// what was done in a sentence.
    pub fn reset(&self) -> anyhow::Result<String> {
        let (file, aside) = (self.path.display(), self.aside());
        if !self.path.exists() {
            return Ok(format!("There is nothing to reset: {file} is not there."));
        }
        let replaced = if aside.exists() {
            ", in place of an older one"
        } else {
            ""
        };
        fs::rename(&self.path, &aside)
            .with_context(|| format!("{file} cannot be moved to {}", aside.display()))?;
        let aside = aside.display();
        Ok(format!(
            "{file} is now {aside}{replaced}; delete that yourself if it is not wanted."
        ))
    }

    /// `lessons.jsonl.old`.
    fn aside(&self) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(".old");
        name.into()
    }
}

/// Sees to it that the file ends with a line break: a torn last line is cut
/// off, and one that only lacks its line break gets it. Returns its length.
fn mend(file: &mut File) -> io::Result<u64> {
    if !file.metadata()?.is_file() {
        // A device has no end to look at.
        return Ok(0);
    }
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut bytes)?;
    let begins = bytes
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |at| at + 1);
    let last = &bytes[begins..];
    if last.is_empty() {
        return Ok(bytes.len() as u64);
    }
    if serde_json::from_slice::<Record>(last).is_ok() {
        file.write_all(b"\n")?;
        return Ok(bytes.len() as u64 + 1);
    }
    file.set_len(begins as u64)?;
    Ok(begins as u64)
}

#[cfg(test)]
#[path = "../progress_tests.rs"]
mod tests;
