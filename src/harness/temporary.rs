//! A directory for one run, which a process that is killed leaves behind: the
//! next one to start removes it.
//!
//! It is `regatta-PID-N` in `TMPDIR` with a locked file in it. Nobody removes it
//! while its owner has the lock, or while a process with that number lives: the
//! first holds for a container that shares the directory and numbers processes
//! for itself, the second until the owner has made the lock.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;

const PREFIX: &str = "regatta-";
const LOCK: &str = "lock";

/// A directory that is deleted when this is dropped.
#[derive(Debug)]
pub(crate) struct Directory {
    place: tempfile::TempDir,
    _lock: File,
}

impl Directory {
    /// A new one.
    pub(crate) fn new() -> anyhow::Result<Self> {
        Self::new_in(&std::env::temp_dir()).context(
            "failed to create a temporary directory: check `df -h` and the variable TMPDIR",
        )
    }

    fn new_in(parent: &Path) -> io::Result<Self> {
        let prefix = format!("{PREFIX}{}-", std::process::id());
        let place = tempfile::Builder::new()
            .prefix(&prefix)
            .tempdir_in(parent)?;
        let lock = File::create(place.path().join(LOCK))?;
        lock.lock()?;
        Ok(Self { place, _lock: lock })
    }

    pub(crate) fn path(&self) -> &Path {
        self.place.path()
    }
}

/// Removes the directories of processes that are gone.
pub(crate) fn remove_abandoned() {
    remove_abandoned_in(&std::env::temp_dir());
}

fn remove_abandoned_in(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        if is_abandoned(&entry) {
            // Whatever cannot be removed stays for the next start.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn is_abandoned(entry: &fs::DirEntry) -> bool {
    let name = entry.file_name();
    let owner = name.to_str().and_then(|name| {
        let (id, number) = name.strip_prefix(PREFIX)?.split_once('-')?;
        (!number.is_empty()).then_some(id.parse::<u32>().ok()?)
    });
    // Not what a link leads to.
    let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
    owner.is_some_and(|owner| is_directory && !lives(owner) && is_unlocked(&entry.path()))
}

/// Without `/proc` every process may live, and the directories stay.
fn lives(id: u32) -> bool {
    let processes = PathBuf::from("/proc");
    !processes.join("self").exists() || processes.join(id.to_string()).exists()
}

/// A directory without the file lost its owner before it was used. Nothing but a
/// plain file is opened: `TMPDIR` is open to all, and opening a pipe waits for a
/// writer.
fn is_unlocked(directory: &Path) -> bool {
    let lock = directory.join(LOCK);
    if fs::symlink_metadata(&lock).is_ok_and(|lock| !lock.is_file()) {
        return false;
    }
    match File::open(lock) {
        Ok(lock) => !matches!(lock.try_lock(), Err(TryLockError::WouldBlock)),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// No process has this number.
    const NOBODY: u32 = 4_194_305;

    fn abandoned(parent: &Path, name: &str) -> PathBuf {
        let directory = parent.join(name);
        fs::create_dir(&directory).unwrap();
        fs::write(directory.join(LOCK), "").unwrap();
        fs::write(directory.join("run"), "records").unwrap();
        directory
    }

    #[test]
    fn what_a_killed_process_left_is_removed() {
        let parent = tempfile::tempdir().unwrap();
        let left = abandoned(parent.path(), &format!("regatta-{NOBODY}-x"));
        let unfinished = parent.path().join(format!("regatta-{NOBODY}-y"));
        fs::create_dir(&unfinished).unwrap();
        remove_abandoned_in(parent.path());
        assert!(!left.exists() && !unfinished.exists());
    }

    #[test]
    fn what_is_in_use_or_of_another_program_stays() {
        let parent = tempfile::tempdir().unwrap();
        let mine = Directory::new_in(parent.path()).unwrap();
        let locked = abandoned(parent.path(), &format!("regatta-{NOBODY}-locked"));
        let lock = File::open(locked.join(LOCK)).unwrap();
        lock.lock().unwrap();
        let names = [
            "regatta-",
            "regatta-7",
            "regatta-x-1",
            "other",
            "regatta-1-1",
        ];
        let others = names.map(|name| abandoned(parent.path(), name));
        let target = abandoned(parent.path(), "target");
        let link = parent.path().join(format!("regatta-{NOBODY}-link"));
        std::os::unix::fs::symlink(&target, &link).unwrap();
        remove_abandoned_in(parent.path());
        assert!(mine.path().exists() && locked.exists());
        assert!(others.iter().all(|other| other.join("run").exists()));
        assert!(link.exists() && target.join("run").exists());
    }

    #[test]
    fn a_pipe_in_the_place_of_the_lock_is_not_waited_for() {
        let parent = tempfile::tempdir().unwrap();
        let left = parent.path().join(format!("regatta-{NOBODY}-pipe"));
        fs::create_dir(&left).unwrap();
        nix::unistd::mkfifo(&left.join(LOCK), nix::sys::stat::Mode::S_IRWXU).unwrap();
        remove_abandoned_in(parent.path());
        assert!(left.exists());
    }

    #[test]
    fn it_is_deleted_at_the_end() {
        let parent = tempfile::tempdir().unwrap();
        let directory = Directory::new_in(parent.path()).unwrap();
        let path = directory.path().to_owned();
        fs::write(path.join("run"), "records").unwrap();
        drop(directory);
        assert!(!path.exists());
    }
}
