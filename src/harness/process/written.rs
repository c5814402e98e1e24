//! Starts a program whose file was written a moment ago.
//!
//! The kernel starts no file that a process has open for writing. The writer has
//! closed it, but a process that another thread forked meanwhile has it open
//! as well, from `fork` to `exec`: for some microseconds, or as long as a busy
//! machine lets it wait.

use std::io;
use std::time::Duration;

/// How often, and how long apart: 10 s in all. A file that is written for longer
/// is somebody else's.
const TRIES: u32 = 2_000;
const APART: Duration = Duration::from_millis(5);

/// Starts it with `start`, as soon as nobody has its file open for writing.
pub fn once_written<T>(mut start: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for _ in 1..TRIES {
        match start() {
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => {
                std::thread::sleep(APART);
            }
            started => return started,
        }
    }
    start()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    use super::*;

    #[test]
    fn a_program_that_is_still_open_for_writing_is_started_when_it_is_closed() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("program");
        fs::copy("/bin/true", &path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let mut open = Some(fs::OpenOptions::new().append(true).open(&path).unwrap());
        let mut tries = 0;
        let status = once_written(|| {
            tries += 1;
            let started = Command::new(&path).status();
            if tries == 3 {
                open = None;
            }
            started
        });
        assert!(status.unwrap().success());
        assert!(tries > 3);
    }

    #[test]
    fn any_other_error_is_told_at_once() {
        let missing = once_written(|| Command::new("/nowhere").spawn());
        assert_eq!(missing.unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
