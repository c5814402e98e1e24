//! JSON Lines: a file to which every visit is appended as one JSON object on
//! one line. It is a log: a page that is visited twice has two lines.
//!
//! Each record reaches the kernel whole in one write, so a reader
//! (`tail -f`) sees whole lines, and `kill -9` tears none. A batch is then
//! pushed to the disk at once, so that what was acknowledged survives a loss
//! of power as well.
//!
//! Only a full disk or a loss of power can leave a torn last line. It was
//! never acknowledged, and is cut off before anything is appended to it; a
//! last line that only lacks its line break gets it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::bail;

use super::failure::{cannot_open, cannot_write, refuse_directory};
use super::place::FilePlace;
use super::{Record, Store};

/// What every line of ours begins with.
const BEGINNING: &[u8] = b"{\"url\":";

/// As much is read at a time when the last line break is looked for.
const CHUNK_BYTES: u64 = 64 << 10;

/// The open file, locked against a second writer.
#[derive(Debug)]
pub(super) struct JsonLines {
    path: PathBuf,
    file: File,
    /// `None` for a device or a pipe, which is written to and no more.
    ours: Option<Ours>,
    line: Vec<u8>,
}

/// What is known of a file of our own.
#[derive(Debug)]
struct Ours {
    place: FilePlace,
    length_bytes: u64,
}

impl JsonLines {
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        refuse_directory("jsonl", path)?;
        let failed = |error| cannot_open("jsonl", path, &error);
        let is_new = !path.exists();
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        let mut file = options.open(path).map_err(failed)?;
        let is_file = file.metadata().map_err(failed)?.is_file();
        let ours = if is_file {
            check(&mut file, path)?;
            Some(Ours {
                place: FilePlace::of(path),
                length_bytes: end_with_line_break(&mut file).map_err(failed)?,
            })
        } else {
            None
        };
        if is_new {
            push_name(path);
        }
        let line = Vec::new();
        let path = path.to_owned();
        Ok(Self {
            path,
            file,
            ours,
            line,
        })
    }

    /// Appends one record in one write. What a full disk took of it is cut off
    /// again, so that the file stays readable.
    fn append(&mut self, record: &Record) -> io::Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, record)?;
        self.line.push(b'\n');
        let written = self.file.write_all(&self.line);
        if let Some(ours) = &mut self.ours {
            match written {
                Ok(()) => ours.length_bytes += self.line.len() as u64,
                // Should this fail too, the next opening repairs it.
                Err(_) => drop(self.file.set_len(ours.length_bytes)),
            }
        }
        written
    }

    fn append_all(&mut self, batch: &[Record]) -> io::Result<()> {
        batch.iter().try_for_each(|record| self.append(record))?;
        match self.ours {
            Some(_) => self.file.sync_data(),
            None => Ok(()),
        }
    }
}

impl Store for JsonLines {
    fn write(&mut self, batch: &[Record]) -> anyhow::Result<()> {
        self.append_all(batch)
            .map_err(|error| cannot_write("jsonl", &self.path, &error))?;
        match &self.ours {
            Some(ours) => ours.place.check("jsonl"),
            None => Ok(()),
        }
    }
}

impl Drop for JsonLines {
    /// Closing the file releases the lock only if no other process has it open.
    /// A program that this one starts has it for a moment, from `fork` to
    /// `exec`.
    fn drop(&mut self) {
        // A device has no lock to release.
        let _ = self.file.unlock();
    }
}

/// Rejects a file that another process writes or that is not a store.
fn check(file: &mut File, path: &Path) -> anyhow::Result<()> {
    // Where a file system knows no locks there is nothing to be done.
    if let Err(TryLockError::WouldBlock) = file.try_lock() {
        bail!(
            "jsonl:{} is in use by another process; wait for it, or name another file",
            path.display()
        );
    }
    let mut head = Vec::new();
    let read = file.take(BEGINNING.len() as u64).read_to_end(&mut head);
    read.map_err(|error| cannot_open("jsonl", path, &error))?;
    if !BEGINNING.starts_with(&head) {
        bail!(
            "jsonl:{} is not a store of Regatta and was not changed; name another file",
            path.display()
        );
    }
    Ok(())
}

/// Sees to it that the file ends with a line break. Returns its length.
fn end_with_line_break(file: &mut File) -> io::Result<u64> {
    let length = file.seek(SeekFrom::End(0))?;
    let begins = last_line(file, length)?;
    if begins == length {
        return Ok(length);
    }
    let mut line = Vec::new();
    file.seek(SeekFrom::Start(begins))?;
    file.read_to_end(&mut line)?;
    if serde_json::from_slice::<Record>(&line).is_ok() {
        file.write_all(b"\n")?;
        return Ok(length + 1);
    }
    file.set_len(begins)?;
    Ok(begins)
}

/// Where the last line begins: behind the last line break, which is the end of
/// a file that is whole.
fn last_line(file: &mut File, length: u64) -> io::Result<u64> {
    let mut end = length;
    while end > 0 {
        let start = end.saturating_sub(CHUNK_BYTES);
        let mut chunk = Vec::new();
        file.seek(SeekFrom::Start(start))?;
        file.take(end - start).read_to_end(&mut chunk)?;
        if let Some(at) = chunk.iter().rposition(|&byte| byte == b'\n') {
            return Ok(start + at as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

/// Pushes the name of a new file to the disk: without it a loss of power could
/// take the file, whatever was pushed into it.
///
/// Not every directory may be opened, and not every system can push one. That
/// is no reason to keep nothing at all.
fn push_name(path: &Path) {
    let parent = path.parent();
    let parent = parent.filter(|parent| !parent.as_os_str().is_empty());
    let _ = File::open(parent.unwrap_or(Path::new("."))).and_then(|directory| directory.sync_all());
}
