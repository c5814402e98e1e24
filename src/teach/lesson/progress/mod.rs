//! The guesses and measurements so far: one plain file with a JSON object per
//! line.
//!
//! The file can be read, diffed, kept in a repository or deleted, and nothing
//! else is kept. It never stops a lesson: if it cannot be written, the lesson
//! continues and says why nothing is kept. An incomplete last line, left by a
//! full disk or a `kill`, is ignored.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

use super::quantity::Unit;
use super::votes::Votes;

mod place;

/// One attempt at a lesson: one line of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LessonAttempt {
    /// The time, RFC 3339: `2026-01-31T09:30:00Z`.
    pub taken_at: String,
    /// The id of the lesson.
    pub lesson: String,
    /// The guess, in the base unit.
    pub guess: f64,
    /// The letter of the chosen or nearest choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<char>,
    /// The measured value, in the base unit.
    pub measured: f64,
    /// The unit of both.
    pub unit: Unit,
    /// The error ratio of the guess; 1 is exact.
    pub error: f64,
    /// Whether the choice was the right one.
    pub right: bool,
    /// The votes of a class before the measurement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub votes_before: Option<Votes>,
    /// Its votes after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub votes_after: Option<Votes>,
}

/// The content of the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LessonProgress {
    /// All attempts, the oldest first.
    pub records: Vec<LessonAttempt>,
    /// A remark for the user: a line was ignored.
    pub note: Option<String>,
}

/// The file, which may not exist yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgressFile {
    path: PathBuf,
}

impl ProgressFile {
    /// The file of this user: `regatta/lessons.jsonl` in `XDG_DATA_HOME` or in the
    /// platform's directory for data. An error if there is neither, which says
    /// why nothing can be kept.
    pub fn usual() -> anyhow::Result<Self> {
        place::usual().map(Self::at)
    }

    /// A file with this path.
    pub fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads it; a missing file is empty. An invalid line before the last is an
    /// error that names it.
    pub fn read(&self) -> anyhow::Result<LessonProgress> {
        let bytes = match self.bytes() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            read => read.with_context(|| format!("{} cannot be read", self.path.display()))?,
        };
        let mut progress = LessonProgress::default();
        for (index, line) in bytes.split_inclusive(|&byte| byte == b'\n').enumerate() {
            match serde_json::from_slice(line) {
                Ok(record) => progress.records.push(record),
                Err(_) if line.trim_ascii().is_empty() => {}
                Err(_) if !line.ends_with(b"\n") => {
                    progress.note = Some(self.incomplete(index + 1));
                }
                Err(error) => return Err(self.invalid(index + 1, &error)),
            }
        }
        Ok(progress)
    }

    fn bytes(&self) -> io::Result<Vec<u8>> {
        let mut file = File::open(&self.path)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::other("not a regular file"));
        }
        // So that no half-written line is read. On a file system without locks,
        // one line may be ignored.
        let _ = file.lock_shared();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn incomplete(&self, line: usize) -> String {
        let file = self.path.display();
        format!("the last line of {file} (line {line}) is incomplete and was ignored")
    }

    fn invalid(&self, line: usize, error: &serde_json::Error) -> anyhow::Error {
        // Its own position is within the line.
        let why = error.to_string();
        let why = why.split(" at line ").next().unwrap_or_default();
        anyhow::anyhow!(
            "line {line} of {} is invalid ({why}); fix or delete that line, or start over with \
             `regatta lesson reset`",
            self.path.display()
        )
    }

    /// Appends a record and creates the file and its directory if necessary. On
    /// an error the file is unchanged, and the lesson continues.
    pub fn append(&self, record: &LessonAttempt) -> anyhow::Result<()> {
        let numbers = [record.guess, record.measured, record.error];
        ensure!(
            numbers.iter().all(|number| number.is_finite()),
            "a record has a number that is not finite: {numbers:?}"
        );
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        self.append_line(&line).with_context(|| {
            let file = self.path.display();
            format!(
                "this lesson is not kept, because {file} cannot be written; set XDG_DATA_HOME to a \
                 writable directory"
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
        // Two lessons at once write one after the other. On a file system
        // without locks, a single write per line has to be enough.
        let _ = file.lock();
        let whole = complete_last_line(&mut file)?;
        let written = file.write_all(line).and_then(|()| file.sync_data());
        if written.is_err() {
            // Remove the part that fitted on a full disk.
            let _ = file.set_len(whole);
        }
        written
    }

    /// Renames the file, so that the next lesson starts a new one. Returns a
    /// sentence about it.
    pub fn reset(&self) -> anyhow::Result<String> {
        let (file, aside) = (self.path.display(), self.aside());
        if !self.path.exists() {
            return Ok(format!("There is nothing to reset: {file} does not exist."));
        }
        let replaced = if aside.exists() {
            ", which replaced an older one"
        } else {
            ""
        };
        fs::rename(&self.path, &aside)
            .with_context(|| format!("{file} cannot be renamed to {}", aside.display()))?;
        let aside = aside.display();
        Ok(format!(
            "Renamed {file} to {aside}{replaced}. Delete it if you do not need it."
        ))
    }

    /// `lessons.jsonl.old`.
    fn aside(&self) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(".old");
        name.into()
    }
}

/// Makes the file end with a line break: removes an incomplete last line, and
/// adds a missing line break to a complete one. Returns the length of the file.
fn complete_last_line(file: &mut File) -> io::Result<u64> {
    if !file.metadata()?.is_file() {
        // A device has no last line.
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
    if serde_json::from_slice::<LessonAttempt>(last).is_ok() {
        file.write_all(b"\n")?;
        return Ok(bytes.len() as u64 + 1);
    }
    file.set_len(begins as u64)?;
    Ok(begins as u64)
}

#[cfg(test)]
#[path = "../progress_tests.rs"]
mod tests;
