//! What a program can leave behind, and what is not its own.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use super::super::entry::Entry;
use super::table::descendants;
use super::{Tree, output};

/// Starts a shell script that writes the numbers of its processes to `$OUT`.
fn script(place: &Path, text: &str) -> Tree {
    let mut command = Command::new("sh");
    command
        .args(["-c", text])
        .env("OUT", place.join("ids"))
        .stdout(Stdio::null());
    Tree::start(&mut command).unwrap()
}

/// The first `count` numbers in `$OUT`, once they are there.
fn ids(place: &Path, count: usize) -> Vec<u32> {
    loop {
        let text = fs::read_to_string(place.join("ids")).unwrap_or_default();
        let lines = text.matches('\n').count();
        if lines >= count {
            return text
                .lines()
                .map(|line| line.trim().parse().unwrap())
                .collect();
        }
        thread::yield_now();
    }
}

fn lives(id: u32) -> bool {
    Entry::of(id).is_some_and(|entry| !entry.is_zombie())
}

/// All that `text` starts has ended with it, and nothing is left to be reaped.
fn all_end(text: &str, count: usize) {
    let place = tempfile::tempdir().unwrap();
    let mut tree = script(place.path(), text);
    let ids = ids(place.path(), count);
    assert!(ids.iter().all(|id| lives(*id)), "{text}");
    tree.end().unwrap();
    let left: Vec<u32> = ids
        .into_iter()
        .filter(|id| Entry::of(*id).is_some())
        .collect();
    assert_eq!(left, Vec::<u32>::new(), "{text}");
}

#[test]
fn a_child_ends_with_its_program() {
    all_end("sleep 1000 & echo $! >> $OUT; wait", 1);
}

#[test]
fn a_session_of_its_own_ends_with_its_program() {
    all_end("setsid sh -c 'echo $$ >> $OUT; sleep 1000; true' & wait", 1);
}

#[test]
fn a_child_that_ignores_signals_ends_with_its_program() {
    all_end(
        "trap '' TERM INT HUP; sh -c 'trap \"\" TERM; echo $$ >> $OUT; sleep 1000; true' & wait",
        1,
    );
}

/// The parent of the daemon is gone before the program is ended.
const DAEMON: &str = "(setsid sh -c 'echo $$ >> $OUT; sleep 1000; true' & ) ; sleep 1000";

#[test]
fn a_daemon_ends_with_its_program() {
    all_end(DAEMON, 1);
}

#[test]
fn a_daemon_ends_after_its_program_has_exited() {
    let place = tempfile::tempdir().unwrap();
    let mut tree = script(place.path(), DAEMON);
    let daemon = ids(place.path(), 1)[0];
    nix::sys::signal::kill(super::pid(tree.id()), nix::sys::signal::Signal::SIGKILL).unwrap();
    while !tree.has_exited() {
        thread::yield_now();
    }
    assert!(lives(daemon));
    tree.end().unwrap();
    assert_eq!(Entry::of(daemon), None);
}

#[test]
fn a_daemon_that_was_seen_ends_without_a_marker() {
    let place = tempfile::tempdir().unwrap();
    // The middle process ends when the file `go` is there.
    let text = "env -i OUT=$OUT setsid sh -c '
        sh -c \"echo \\$\\$ >> $OUT; sleep 1000; true\" &
        while [ ! -e $OUT.go ]; do sleep 0.01; done' & wait";
    let mut tree = script(place.path(), text);
    let orphan = ids(place.path(), 1)[0];
    assert!(tree.descendants().iter().any(|entry| entry.id == orphan));
    fs::write(place.path().join("ids.go"), "").unwrap();
    let me = std::process::id();
    while Entry::of(orphan).is_some_and(|entry| entry.parent != me) {
        thread::yield_now();
    }
    tree.end().unwrap();
    assert_eq!(Entry::of(orphan), None);
}

#[test]
fn a_stopped_program_ends() {
    let place = tempfile::tempdir().unwrap();
    let mut tree = script(place.path(), "echo $$ >> $OUT; kill -STOP $$; sleep 1000");
    let leader = ids(place.path(), 1)[0];
    assert!(lives(leader));
    tree.end().unwrap();
    assert_eq!(Entry::of(leader), None);
}

#[test]
fn programs_that_are_not_its_own_live_on() {
    let mut other = Command::new("sleep").arg("1000").spawn().unwrap();
    let place = tempfile::tempdir().unwrap();
    let second = script(place.path(), DAEMON);
    let daemon = ids(place.path(), 1)[0];
    let first_place = tempfile::tempdir().unwrap();
    let mut first = script(first_place.path(), DAEMON);
    ids(first_place.path(), 1);
    first.end().unwrap();
    assert!(lives(other.id()), "a child that was not started here");
    assert!(lives(second.id()), "another program");
    assert!(lives(daemon), "a daemon of another program");
    drop(second);
    assert_eq!(Entry::of(daemon), None);
    other.kill().unwrap();
    other.wait().unwrap();
}

#[test]
fn the_end_is_that_of_the_program_and_not_of_its_children() {
    let place = tempfile::tempdir().unwrap();
    let mut tree = script(place.path(), "sleep 1000 & echo $! >> $OUT; exit 7");
    let child = ids(place.path(), 1)[0];
    while !tree.has_exited() {
        thread::yield_now();
    }
    assert_eq!(tree.end().unwrap().code(), Some(7));
    assert_eq!(tree.end().unwrap().code(), Some(7), "asked again");
    assert_eq!(Entry::of(child), None);
}

#[test]
fn descendants_are_listed_while_they_live() {
    let place = tempfile::tempdir().unwrap();
    let tree = script(
        place.path(),
        "sh -c 'echo $$ >> $OUT; sleep 1000; true' & wait",
    );
    let child = ids(place.path(), 1)[0];
    let found = descendants(tree.id());
    assert!(found.iter().any(|entry| entry.id == child), "{found:?}");
    assert!(found.iter().all(|entry| entry.group == tree.id()));
}

#[test]
fn a_command_that_leaves_a_child_on_its_pipes_is_read_to_its_end() {
    let mut command = Command::new("sh");
    command.args(["-c", "sleep 1000 & echo said; exit 3"]);
    let said = output(&mut command, Duration::from_mins(1)).unwrap();
    assert_eq!(said.status.code(), Some(3));
    assert_eq!(said.stdout, b"said\n");
}

#[test]
fn a_command_that_never_ends_is_ended() {
    let mut command = Command::new("sh");
    command.args(["-c", "yes"]);
    let error = output(&mut command, Duration::from_millis(100)).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
}
