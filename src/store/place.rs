//! Whether a file is still where it was opened.
//!
//! A file that is deleted or replaced while it is open can be written to
//! without any error, and whatever is written is lost.

use std::fs;
use std::path::{Path, PathBuf};

/// A path, and which file it led to.
#[derive(Debug)]
pub(super) struct FilePlace {
    path: PathBuf,
    was: Option<Identity>,
}

/// Device and inode; elsewhere it only matters that there is a file.
type Identity = (u64, u64);

impl FilePlace {
    pub(super) fn of(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            was: identity(path),
        }
    }

    /// An error when another file, or none, is there by now. `store` is what
    /// stands before the path: `sqlite`.
    pub(super) fn check(&self, store: &str) -> anyhow::Result<()> {
        if identity(&self.path) == self.was {
            return Ok(());
        }
        anyhow::bail!(
            "cannot write to {store}:{}: the file was moved or deleted during the scrape, and the \
             records are in the moved file; leave the file in place and run this again",
            self.path.display()
        )
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    let found = fs::metadata(path).ok()?;
    Some((found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<Identity> {
    fs::metadata(path).ok().map(|_| (0, 0))
}
