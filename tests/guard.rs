//! A program under a guard ends with all that it started, even when the process
//! that started the guard is killed.
#![cfg(target_os = "linux")]

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use support::eventually;
use support::worker::REGATTA;

/// Three kinds of children, which write their numbers to `$OUT`: a plain one, one
/// in a session of its own, and a daemon with an empty environment.
const CHILDREN: &str = "
    sleep 1000 & echo $! >> $OUT
    setsid sh -c 'echo $$ >> $OUT; sleep 1000; true' &
    (env -i OUT=$OUT setsid sh -c 'trap \"\" TERM HUP; echo $$ >> $OUT; sleep 1000; true' &)
";

fn guarded(place: &Path, parent: &str, text: &str) -> Command {
    let mut command = Command::new(REGATTA);
    command
        .args(["guard", parent, "sh", "-c", &format!("{CHILDREN} {text}")])
        .env("OUT", place.join("ids"))
        .stdout(Stdio::null());
    command
}

fn ids(place: &Path) -> Vec<i32> {
    let written = || {
        let text = fs::read_to_string(place.join("ids")).ok()?;
        (text.matches('\n').count() == 3).then_some(text)
    };
    let text = eventually(written).expect("three children start");
    text.lines()
        .map(|line| line.trim().parse().unwrap())
        .collect()
}

fn lives(id: i32) -> bool {
    let state = fs::read_to_string(format!("/proc/{id}/stat"));
    state.is_ok_and(|state| !state.contains(") Z "))
}

fn all_end(ids: &[i32]) {
    let ended = || ids.iter().all(|id| !lives(*id)).then_some(());
    assert!(eventually(ended).is_some(), "{ids:?}");
}

fn me() -> String {
    std::process::id().to_string()
}

#[test]
fn what_a_program_started_ends_with_it_and_its_exit_code_is_the_guards() {
    let place = tempfile::tempdir().unwrap();
    let wait = "while [ $(wc -l < $OUT) != 3 ]; do sleep 0.01; done; exit 7";
    let status = guarded(place.path(), &me(), wait).status().unwrap();
    assert_eq!(status.code(), Some(7));
    let ids = ids(place.path());
    let left: Vec<i32> = ids.into_iter().filter(|id| lives(*id)).collect();
    assert_eq!(left, Vec::<i32>::new());
}

#[test]
fn a_program_that_a_signal_ended_is_reported_as_that() {
    use std::os::unix::process::ExitStatusExt;
    for signal in [Signal::SIGKILL, Signal::SIGSEGV, Signal::SIGTERM] {
        let place = tempfile::tempdir().unwrap();
        let text = format!("kill -{} $$", signal as i32);
        let status = guarded(place.path(), &me(), &text).status().unwrap();
        assert_eq!(status.signal(), Some(signal as i32), "{signal}");
    }
}

#[test]
fn a_program_has_no_signal_blocked_or_ignored_by_its_guard() {
    let place = tempfile::tempdir().unwrap();
    let mut command = Command::new(REGATTA);
    let show = format!(
        "grep -E 'SigBlk|SigIgn' /proc/self/status > {}/masks",
        place.path().display()
    );
    command.args(["guard", &me(), "sh", "-c", &show]);
    assert!(command.status().unwrap().success());
    let masks = fs::read_to_string(place.path().join("masks")).unwrap();
    let bits = masks
        .lines()
        .map(|line| line.split_whitespace().nth(1).unwrap());
    let bits: Vec<u64> = bits
        .map(|bits| u64::from_str_radix(bits, 16).unwrap())
        .collect();
    let of = |signal: Signal| 1_u64 << (signal as i32 - 1);
    let ours = of(Signal::SIGCHLD) | of(Signal::SIGTERM);
    assert!(bits.iter().all(|bits| bits & ours == 0), "{masks}");
}

#[test]
fn a_program_that_cannot_be_started_is_named() {
    let mut command = Command::new(REGATTA);
    command.args(["guard", &me(), "/no/such/program"]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(127));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("failed to start /no/such/program"), "{said}");
}

#[test]
fn all_of_it_ends_when_the_parent_is_killed() {
    let place = tempfile::tempdir().unwrap();
    let mut parent = Command::new("sh");
    parent
        .args(["-c", r#""$0" guard $$ sh -c "$TEXT" & wait"#, REGATTA])
        .env("TEXT", format!("{CHILDREN} wait"))
        .env("OUT", place.path().join("ids"))
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let mut parent = parent.spawn().unwrap();
    let ids = ids(place.path());
    parent.kill().unwrap();
    parent.wait().unwrap();
    all_end(&ids);
}

#[test]
fn all_of_it_ends_when_the_guard_is_told_to() {
    let place = tempfile::tempdir().unwrap();
    let mut guard = guarded(place.path(), &me(), "wait").spawn().unwrap();
    let ids = ids(place.path());
    kill(
        Pid::from_raw(guard.id().try_into().unwrap()),
        Signal::SIGTERM,
    )
    .unwrap();
    guard.wait().unwrap();
    all_end(&ids);
}
