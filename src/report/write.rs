//! Writing a report to a file: whole or not at all.
//!
//! The text goes to a temporary file in the same directory (a rename is only
//! atomic within one file system), is pushed to the disk, and then takes the
//! name. A crash, a full disk or Ctrl-C leaves what was there before.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
#[error(
    "cannot write {}: {doing}: {cause}; what was there is unchanged: make room, or name another place",
    path.display()
)]
pub struct WriteError {
    /// The file that was asked for.
    path: PathBuf,
    /// The step that failed.
    doing: &'static str,
    /// Not called `source`: the message has it already, and a chain would
    /// print it twice.
    cause: io::Error,
}

/// Writes `text` to `path`, replacing what is there only once all of it is on
/// the disk. A symbolic link stays one; a device or a pipe (`/dev/null`) is
/// written to, not replaced.
pub fn write(path: &Path, text: &str) -> Result<(), WriteError> {
    let fail = |doing| {
        move |cause| WriteError {
            path: path.to_owned(),
            doing,
            cause,
        }
    };
    if is_special(path) {
        return fs::write(path, text).map_err(fail("writing to it"));
    }
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut file = temporary(directory(&target)).map_err(fail("making a file beside it"))?;
    file.write_all(text.as_bytes())
        .map_err(fail("filling it"))?;
    file.as_file()
        .sync_all()
        .map_err(fail("pushing it to the disk"))?;
    let named = file.persist(&target).map_err(|error| error.error);
    named.map(|_: File| ()).map_err(fail("giving it its name"))
}

/// Whether `path` could be written, found out before there is anything to
/// write.
pub fn check_place(path: &Path) -> Result<(), WriteError> {
    if is_special(path) {
        return Ok(());
    }
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    temporary(directory(&target))
        .map(drop)
        .map_err(|cause| WriteError {
            path: path.to_owned(),
            doing: "making a file beside it",
            cause,
        })
}

/// Whether `path` is there and is neither a file nor a directory.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|is| !is.is_file() && !is.is_dir())
}

/// The directory of `path`; "out.json" has an empty parent, which is here.
fn directory(path: &Path) -> &Path {
    path.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// A temporary file is private by default; a report is as public as any other
/// file of the user, so the umask decides.
fn temporary(directory: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".regatta-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("out.json");
        write(&path, "a long first text").unwrap();
        write(&path, "short").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "short");
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_bare_file_name_is_beside_us() {
        assert_eq!(directory(Path::new("out.json")), Path::new("."));
        assert_eq!(directory(Path::new("/out.json")), Path::new("/"));
    }

    #[test]
    fn a_missing_directory_is_an_error_that_names_the_file() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("not/here.json");
        let error = write(&path, "x").unwrap_err().to_string();
        assert!(
            error.contains("here.json") && error.contains("unchanged"),
            "{error}"
        );
    }

    #[test]
    fn a_directory_is_not_replaced_and_nothing_is_left_beside_it() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("folder");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("inside"), "kept").unwrap();
        assert!(write(&path, "x").is_err());
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
        assert!(path.join("inside").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let place = tempfile::tempdir().unwrap();
        let (file, link) = (place.path().join("file"), place.path().join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write(&link, "new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_to() {
        write(Path::new("/dev/null"), "x").unwrap();
        assert!(is_special(Path::new("/dev/null")));
    }

    #[cfg(unix)]
    #[test]
    fn a_report_may_be_read_by_whom_the_umask_allows() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().unwrap();
        let (ours, plain) = (place.path().join("ours"), place.path().join("plain"));
        write(&ours, "x").unwrap();
        fs::write(&plain, "x").unwrap();
        let mode = |path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&ours), mode(&plain));
    }
}
