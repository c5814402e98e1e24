//! `regatta cancel`: it measures, it rejects, and it ends when it is told to.
//! How long drivers take depends on the machine and is not asked.

use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;

use regatta::harness::cancel::{CancelReport, CancelRow};

fn cancel(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_regatta"));
    command
        .args(["cancel", "--rounds=1", "--concurrency=4"])
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Each wants the machine for itself.
static ALONE: Mutex<()> = Mutex::new(());

fn run(args: &[&str]) -> Output {
    let _alone = ALONE.lock();
    cancel(args).output().expect("the command starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn findings(output: &Output) -> CancelReport {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn sum(row: &CancelRow, count: impl Fn(&regatta::harness::cancel::CancelRun) -> u64) -> u64 {
    row.runs.iter().map(count).sum()
}

#[test]
fn one_of_each_kind_ends_in_all_five_ways_and_none_loses_more_than_another() {
    let drivers = "--driver=thread-pool/ureq,rayon/raw,tokio/reqwest,smol/hyper,mio/raw";
    let output = run(&[drivers, "--format=json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let findings = findings(&output);
    assert_eq!(findings.rows.len(), 5);
    for row in &findings.rows {
        assert_eq!(row.rejected, None, "{}", row.driver);
        assert_eq!(row.runs.len(), 5, "{}", row.driver);
        // None by the drain, 4 by the abort, two waves of 4 by the timeout, 4
        // by the deadline, and 3 when the fourth fails.
        assert_eq!(sum(row, |run| run.abandoned), 19, "{}", row.driver);
        // The page that fails was answered, and is lost as well.
        assert_eq!(sum(row, |run| run.lost), 20, "{}", row.driver);
        let same = sum(row, |run| run.pages) == sum(&findings.rows[0], |run| run.pages);
        assert!(same, "{}", row.driver);
    }
    let ways: Vec<&str> = findings.rows.iter().map(|row| &*row.cancel_mode).collect();
    let expected = ["shut down", "shut down", "dropped", "dropped", "closed"];
    assert_eq!(ways, expected);
}

#[test]
fn the_table_fits_and_has_no_colour_in_a_pipe() {
    let output = run(&["--driver=mio/raw"]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(text.contains("\nmio/raw  closed "), "{text}");
    assert!(!text.contains('\u{1b}'), "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
}

#[test]
fn a_sequential_driver_has_one_request_in_flight_and_ends_as_well() {
    let output = run(&["--driver=sequential/ureq", "--format=json"]);
    let findings = findings(&output);
    assert_eq!(findings.rows[0].rejected, None);
    assert_eq!(sum(&findings.rows[0], |run| run.abandoned), 4);
}

#[test]
fn a_wrong_driver_is_rejected_with_the_reason() {
    let output = run(&["--driver=cheat/skips-a-page,mio/raw", "--concurrency=20"]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(4), "{text}");
    assert!(text.contains("rejected, see below"), "{text}");
    assert!(
        text.contains("rejected   cheat/skips-a-page: drain: "),
        "{text}"
    );
    assert!(text.contains("\nmio/raw "), "the others go on:\n{text}");
}

#[test]
fn sequential_drivers_alone_by_pattern_are_an_error_that_helps() {
    let output = run(&["--driver=sequential/*"]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.contains("--driver sequential/ureq"), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_shows_the_rows_that_were_through() {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    let _alone = ALONE.lock();
    let mut command = cancel(&["--driver=mio/raw,tokio/hyper", "--format=json"]);
    let mut child = command.args(["--rounds=2"]).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let second = lines
        .by_ref()
        .map_while(Result::ok)
        .find(|line| line.contains("mio/raw"));
    assert!(second.is_some());
    kill(
        Pid::from_raw(child.id().try_into().unwrap()),
        Signal::SIGINT,
    )
    .unwrap();
    let rest = std::thread::spawn(move || lines.map_while(Result::ok).count());
    let output = child.wait_with_output().unwrap();
    rest.join().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let findings = findings(&output);
    assert!(findings.partial);
    assert_eq!(findings.rows.len(), 1);
    assert_eq!(findings.rows[0].driver, "tokio/hyper");
}
