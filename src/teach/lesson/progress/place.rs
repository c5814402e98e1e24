//! The directory of a user's data.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Context;

/// The file in that directory.
const FILE: &str = "regatta/lessons.jsonl";

/// `regatta/lessons.jsonl` in this user's data directory.
pub(super) fn usual() -> anyhow::Result<PathBuf> {
    let directory = data(|name| std::env::var_os(name), std::env::home_dir());
    let directory = directory.context(
        "this lesson is not kept, because there is no home directory; set XDG_DATA_HOME to a \
         directory that you may write to",
    )?;
    Ok(directory.join(FILE))
}

/// `XDG_DATA_HOME` if it is set, on every platform; otherwise the platform's
/// directory. By the XDG Base Directory Specification, relative and empty paths
/// are ignored.
fn data(variable: impl Fn(&str) -> Option<OsString>, home: Option<PathBuf>) -> Option<PathBuf> {
    let absolute = |path: &PathBuf| path.is_absolute();
    let named = |name| variable(name).map(PathBuf::from).filter(absolute);
    let home = home.filter(absolute);
    named("XDG_DATA_HOME").or_else(|| {
        if cfg!(windows) {
            named("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            Some(home?.join("Library/Application Support"))
        } else {
            Some(home?.join(".local/share"))
        }
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn of(xdg: Option<&str>, home: Option<&str>) -> Option<PathBuf> {
        let variable = |name: &str| (name == "XDG_DATA_HOME").then(|| xdg.map(OsString::from))?;
        data(variable, home.map(PathBuf::from))
    }

    #[test]
    fn the_variable_goes_before_the_home_directory() {
        let home = Some("/home/ann");
        assert_eq!(of(Some("/data"), home), Some("/data".into()));
        for unset in [None, Some(""), Some("relative/path")] {
            assert_eq!(of(unset, home), Some("/home/ann/.local/share".into()));
        }
    }

    #[test]
    fn without_either_there_is_no_place() {
        assert_eq!(of(None, None), None);
        assert_eq!(of(None, Some("")), None);
        assert_eq!(of(Some("/data"), None), Some("/data".into()));
    }
}
