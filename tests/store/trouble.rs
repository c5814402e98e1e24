//! Places that cannot be written to: what the error says, and that what was
//! acknowledged before is kept.

use std::fs;
use std::path::Path;

use regatta::store::{self, Reach, Record};
use rusqlite::Connection;

use super::{FIRST_VISIT_MS, open, refusal, scribe, spec, visits};

const KINDS: [&str; 2] = ["jsonl", "sqlite"];

#[test]
fn a_directory_is_no_file() {
    let place = tempfile::tempdir().unwrap();
    for kind in KINDS {
        let error = refusal(kind, place.path());
        assert!(
            error.contains("that is a directory; name a file in it"),
            "{error}"
        );
    }
}

#[test]
fn a_missing_directory_is_not_made() {
    let place = tempfile::tempdir().unwrap();
    for kind in KINDS {
        let error = refusal(kind, &place.path().join("not/here"));
        assert!(error.contains("mkdir -p"), "{error}");
        assert!(!place.path().join("not").exists());
    }
}

/// Root may write anywhere; so this thread becomes, to the file system, nobody.
#[cfg(target_os = "linux")]
#[test]
fn what_this_user_may_not_write_is_refused_with_the_reason() {
    use std::os::unix::fs::PermissionsExt;
    let may = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let place = tempfile::tempdir().unwrap();
    may(place.path(), 0o755);
    let file = |kind: &str| place.path().join(format!("old.{kind}"));
    for kind in KINDS {
        open(kind, &file(kind)).unwrap();
        may(&file(kind), 0o444);
    }
    may(place.path(), 0o555);
    let errors = std::thread::spawn({
        let place = place.path().to_owned();
        move || {
            nix::unistd::setfsuid(nix::unistd::Uid::from_raw(65_534));
            KINDS.map(|kind| {
                let old = refusal(kind, &place.join(format!("old.{kind}")));
                (refusal(kind, &place.join("new")), old)
            })
        }
    });
    for (new, old) in errors.join().unwrap() {
        for error in [new, old] {
            assert!(error.contains("chmod"), "{error}");
        }
    }
    may(place.path(), 0o755);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_said_to_be_full() {
    let mut store = open("jsonl", Path::new("/dev/full")).unwrap();
    let error = store.write(&visits(1, 0)).unwrap_err().to_string();
    assert!(error.starts_with("cannot write to jsonl:/dev/full: the disk is full; make room"));
    assert!(
        error.ends_with("records acknowledged before are kept"),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn a_file_that_is_deleted_meanwhile_is_noticed() {
    let place = tempfile::tempdir().unwrap();
    for kind in KINDS {
        let file = place.path().join(kind);
        let mut store = open(kind, &file).unwrap();
        store.write(&visits(1, 0)).unwrap();
        fs::remove_file(&file).unwrap();
        let error = store.write(&visits(1, 1)).unwrap_err().to_string();
        assert!(error.contains("moved or deleted"), "{error}");
    }
}

/// How many records of the pages 0, 1, 2, … are in the store.
fn stored(kind: &str, file: &Path) -> u64 {
    // A rerun can open it, and repairs the last line.
    open(kind, file).unwrap();
    if kind == "jsonl" {
        let text = fs::read_to_string(file).unwrap();
        let records = text.lines().map(serde_json::from_str::<Record>);
        return records.map(Result::unwrap).count() as u64;
    }
    let database = Connection::open(file).unwrap();
    let check: String = database
        .query_row("pragma integrity_check", (), |row| row.get(0))
        .unwrap();
    assert_eq!(check, "ok");
    let count: i64 = database
        .query_row("select count(*) from pages", (), |row| row.get(0))
        .unwrap();
    count.cast_unsigned()
}

/// Lets a scribe write until it fails, `before` being what starves it.
fn starve(before: &[&str], kind: &str, file: &Path) -> String {
    let spec = spec(kind, file).to_string();
    let ending = scribe::run(scribe::command(before, &spec, 100_000, 0));
    let error = ending.failed.unwrap();
    assert!(ending.acknowledged > 0, "{error}");
    let found = stored(kind, file);
    assert!(
        (ending.acknowledged..ending.acknowledged + 300).contains(&found),
        "{found} are there, {} were acknowledged",
        ending.acknowledged
    );
    error
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_grow_keeps_what_was_acknowledged() {
    let place = tempfile::tempdir().unwrap();
    for kind in KINDS {
        // In blocks of 512 bytes; ignoring the signal leaves an error.
        let limited = [
            "sh",
            "-c",
            "trap '' XFSZ; ulimit -f 400; exec \"$0\" \"$@\"",
        ];
        let error = starve(&limited, kind, &place.path().join(kind));
        assert!(error.contains("ulimit -f"), "{error}");
    }
}

/// A disk of its own, which only this test and its children see, and which is
/// gone with them.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_keeps_what_was_acknowledged() {
    let test = "a_full_disk_keeps_what_was_acknowledged";
    if !nix::unistd::Uid::effective().is_root() {
        return super::support::skip(test, "only root can mount a small disk");
    }
    for kind in KINDS {
        let place = tempfile::tempdir().unwrap();
        let out = tempfile::tempdir().unwrap();
        let script = format!(
            "mount -t tmpfs -o size=256k none {0} || exit 9; \"$0\" \"$@\"; cp {0}/* {1}/",
            place.path().display(),
            out.path().display()
        );
        let mounted = ["unshare", "--mount", "sh", "-c", &script];
        let spec = spec(kind, &place.path().join("news")).to_string();
        let output = scribe::command(&mounted, &spec, 100_000, 0).output();
        let output = output.unwrap();
        let ending = scribe::Ending::of(&String::from_utf8_lossy(&output.stdout));
        let Some(error) = ending.failed else {
            let why = String::from_utf8_lossy(&output.stderr).into_owned();
            return super::support::skip(test, &format!("no disk could be mounted: {why}"));
        };
        assert!(error.contains("the disk is full; make room"), "{error}");
        assert!(ending.acknowledged > 0, "{error}");
        assert!(stored(kind, &out.path().join("news")) >= ending.acknowledged);
    }
}

#[cfg(not(feature = "postgres"))]
#[test]
fn a_build_without_postgresql_says_which_build_has_it() {
    let spec = "postgres://ann:swordfish@localhost/news".parse().unwrap();
    let Err(error) = store::open(&spec, Reach::Loopback) else {
        panic!("it was opened");
    };
    let error = error.to_string();
    assert!(error.contains("--features postgres"), "{error}");
    assert!(!error.contains("swordfish"), "{error}");
}

#[test]
fn none_takes_everything_and_keeps_nothing() {
    let mut store = store::open(&"none".parse().unwrap(), Reach::Loopback).unwrap();
    store.write(&visits(3, FIRST_VISIT_MS)).unwrap();
}
