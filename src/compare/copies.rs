//! Copies of the programs that are compared, so that both sides run from files
//! that were made the same way, one right after the other.
//!
//! A file that a linker wrote and a copy of it hold the same bytes and may lie
//! differently in the kernel's cache. That makes a difference in resident memory
//! and page faults that no build made.
//!
//! The copies have no name in any directory. They are gone when this process
//! is, even if it is killed, and the file that was asked for may be replaced
//! while its copy runs.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use super::Comparison;
use crate::harness::process::Program;
#[cfg(target_os = "linux")]
use crate::harness::process::tree;

/// A program says its version within this time, however busy the machine is.
#[cfg(target_os = "linux")]
const STARTS_WITHIN: std::time::Duration = std::time::Duration::from_secs(20);

/// The copies, which end with this.
#[derive(Debug, Default)]
#[must_use = "the copies are gone when this is dropped"]
pub struct Copies {
    /// The sides run from different copies, also where both are one program.
    made: BTreeMap<(Side, PathBuf), (Program, File)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    A,
    B,
    ControlA,
    ControlB,
}

impl Copies {
    /// Makes every side run from a copy of its program. On an error nothing is
    /// changed: the programs then run from their own files.
    pub fn make(comparisons: &mut [Comparison], control: &mut Comparison) -> Result<Self, String> {
        let mut copies = Self::default();
        let mut changed = comparisons.to_vec();
        for comparison in &mut changed {
            copies.give(Side::A, &mut comparison.a.program)?;
            copies.give(Side::B, &mut comparison.b.program)?;
        }
        let mut changed_control = control.clone();
        copies.give(Side::ControlA, &mut changed_control.a.program)?;
        copies.give(Side::ControlB, &mut changed_control.b.program)?;
        comparisons.clone_from_slice(&changed);
        *control = changed_control;
        Ok(copies)
    }

    fn give(&mut self, side: Side, program: &mut Program) -> Result<(), String> {
        if !cfg!(target_os = "linux") || !is_binary(program.path()) {
            // A script is read, not mapped, and may look for files beside it.
            return Ok(());
        }
        let key = (side, program.path().to_owned());
        if let Some((copy, _)) = self.made.get(&key) {
            *program = copy.clone();
            return Ok(());
        }
        let (copy, file) = copy(program.path()).map_err(|error| {
            format!(
                "{} cannot be run from a copy in {}: {error}",
                program.path().display(),
                std::env::temp_dir().display()
            )
        })?;
        *program = copy.clone();
        self.made.insert(key, (copy, file));
        Ok(())
    }
}

fn is_binary(path: &Path) -> bool {
    use std::io::Read;
    let mut start = [0; 4];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && start == *b"\x7fELF"
}

#[cfg(target_os = "linux")]
fn copy(path: &Path) -> std::io::Result<(Program, File)> {
    use std::os::fd::AsRawFd;
    use std::os::unix::fs::PermissionsExt;

    let mut to = tempfile::tempfile()?;
    // Plain reads and writes: a file system may let a faster copy share blocks.
    let mut from = std::io::BufReader::with_capacity(1 << 20, File::open(path)?);
    std::io::copy(
        &mut from,
        &mut std::io::BufWriter::with_capacity(1 << 20, &mut to),
    )?;
    to.set_permissions(std::fs::Permissions::from_mode(0o700))?;
    // Pages that are still to be written would be written during the first pair.
    to.sync_all()?;
    // A file that is open for writing cannot be run.
    let file = File::open(format!("/proc/self/fd/{}", to.as_raw_fd()))?;
    drop(to);
    let program = format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd());
    // TMPDIR may be on a file system whose programs cannot be run.
    let mut command = std::process::Command::new(&program);
    tree::output(command.arg("--version"), STARTS_WITHIN)?;
    Ok((Program::at(program), file))
}

#[cfg(not(target_os = "linux"))]
fn copy(_path: &Path) -> std::io::Result<(Program, File)> {
    Err(std::io::ErrorKind::Unsupported.into())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::compare::pair::Candidate;

    fn comparison(program: &str) -> Comparison {
        let driver = crate::drivers::named("tokio/raw").unwrap();
        let candidate = Candidate::new(Program::at(program), driver);
        Comparison::control(&candidate)
    }

    #[test]
    fn each_side_has_a_copy_of_its_own_and_keeps_it_for_all_drivers() {
        let mut comparisons = [comparison("/bin/true"), comparison("/bin/true")];
        let mut control = comparison("/bin/true");
        let copies = Copies::make(&mut comparisons, &mut control).unwrap();
        assert_eq!(copies.made.len(), 4);
        let path = |candidate: &Candidate| candidate.program.path().to_owned();
        assert_ne!(path(&comparisons[0].a), path(&comparisons[0].b));
        assert_eq!(path(&comparisons[0].a), path(&comparisons[1].a));
        assert_ne!(path(&control.a), path(&control.b));
        let program = std::fs::read(path(&control.a)).unwrap();
        assert_eq!(program, std::fs::read("/bin/true").unwrap());
    }

    #[test]
    fn a_script_runs_where_it_is() {
        let directory = tempfile::tempdir().unwrap();
        let script = directory.path().join("script");
        std::fs::write(&script, "#!/bin/sh\n").unwrap();
        let mut comparisons = [comparison(script.to_str().unwrap())];
        let mut control = comparison(script.to_str().unwrap());
        let copies = Copies::make(&mut comparisons, &mut control).unwrap();
        assert!(copies.made.is_empty());
        assert_eq!(comparisons[0].a.program.path(), script);
    }
}
