//! The commands `check`, `compare` and `selftest`: exit codes, formats, and
//! rejected arguments.
#![cfg(target_os = "linux")]

mod baselines;
mod lies;

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

fn regatta() -> Command {
    Command::new(env!("CARGO_BIN_EXE_regatta"))
}

fn run(command: &mut Command) -> Output {
    command.output().expect("the command starts")
}

fn said(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!(
        "{}{}",
        String::from_utf8_lossy(out),
        String::from_utf8_lossy(err)
    )
}

/// A build whose workers have a slowdown; otherwise it is this one.
fn slower(directory: &Path, slowdown: &str) -> String {
    let program = env!("CARGO_BIN_EXE_regatta");
    let path = directory.join("slower");
    let script = format!(
        "#!/bin/sh\nif [ \"$1\" = worker ]; then exec {program} \"$@\" --slowdown {slowdown}; fi\n\
         exec {program} \"$@\"\n"
    );
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

fn compare(old: &str, new: &str, args: &[&str]) -> Output {
    compare_with(regatta(), old, new, args)
}

fn compare_with(mut command: Command, old: &str, new: &str, args: &[&str]) -> Output {
    command.args([
        "compare",
        "--quiet",
        "--seed=1",
        "--driver=tokio/raw",
        "--budget=5m",
    ]);
    run(command.args(["--old", old, "--new", new]).args(args))
}

#[test]
fn a_build_compared_with_itself_is_fine_within_the_tolerance() {
    let this = env!("CARGO_BIN_EXE_regatta");
    let output = compare(this, this, &["--tolerance=1000%"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("Fine"), "{}", said(&output));
}

#[test]
fn a_much_slower_build_is_regressed_in_every_format() {
    let directory = tempfile::tempdir().unwrap();
    let slower = slower(directory.path(), "cpu=100%");
    let this = env!("CARGO_BIN_EXE_regatta");
    let file = directory.path().join("findings.json");
    let file = file.to_str().unwrap();
    let output = compare(this, &slower, &["--format=json", "--output", file]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    let findings: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let cell = &findings["drivers"][0]["cells"][0];
    assert_eq!(cell["verdict"], "regressed");
    // Twice the CPU; noise may make it look like somewhat more or less.
    assert!(cell["change"]["median"].as_f64().unwrap() > 1.5, "{cell}");
    let better = compare(&slower, this, &["--format=github"]);
    assert_eq!(better.status.code(), Some(0), "{}", said(&better));
    assert!(said(&better).contains("IMPROVED"), "{}", said(&better));
}

#[test]
fn the_github_format_writes_annotations_and_a_job_summary() {
    let directory = tempfile::tempdir().unwrap();
    let slower = slower(directory.path(), "cpu=100%");
    let summary = directory.path().join("summary.md");
    fs::write(&summary, "from another step\n").unwrap();
    let mut command = regatta();
    command.args(["compare", "--quiet", "--seed=1", "--driver=tokio/raw"]);
    command.args(["--pairs=24", "--budget=5m", "--format=github"]);
    command.args(["--old", env!("CARGO_BIN_EXE_regatta"), "--new", &slower]);
    let output = run(command.env("GITHUB_STEP_SUMMARY", &summary));
    let text = said(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("::error title=tokio/raw::CPU"), "{text}");
    assert!(
        !text.contains("|---|"),
        "markdown belongs in the summary: {text}"
    );
    let summary = fs::read_to_string(summary).unwrap();
    assert!(summary.starts_with("from another step\n"), "{summary}");
    assert!(summary.contains("REGRESSED") && !summary.contains("::error"));
}

#[test]
fn an_interrupted_comparison_prints_its_findings_and_says_so() {
    let this = env!("CARGO_BIN_EXE_regatta");
    // Progress goes to standard error, one line at a time.
    let mut child = regatta()
        .args(["compare", "--seed=1", "--driver=tokio/raw", "--pairs=4096"])
        .args(["--budget=5m", "--old", this])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    lines.read_line(&mut first).unwrap();
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap());
    kill(pid, Signal::SIGINT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
    assert!(said(&output).contains("Interrupted"), "{}", said(&output));
}

#[test]
fn a_sequential_driver_is_compared_only_by_name() {
    let this = env!("CARGO_BIN_EXE_regatta");
    let alone = |driver: &str| {
        let mut command = regatta();
        command.args(["compare", "--quiet", "--budget=1ms", "--old", this]);
        run(command.args(["--driver", driver]))
    };
    let output = alone("sequential/*");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("--driver sequential/ureq"));
    let named = alone("sequential/raw");
    assert_eq!(named.status.code(), Some(3), "{}", said(&named));
}

#[test]
fn a_budget_without_pairs_is_unsure() {
    let this = env!("CARGO_BIN_EXE_regatta");
    let output = compare(this, this, &["--budget=1ms"]);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
}

#[test]
fn a_driver_that_crashes_is_an_error() {
    let this = env!("CARGO_BIN_EXE_regatta");
    let output = compare(this, this, &["--driver=cheat/crashes"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        said(&output).contains("crashes on purpose"),
        "{}",
        said(&output)
    );
}

#[test]
fn a_missing_program_or_revision_is_an_error_with_advice() {
    let this = env!("CARGO_BIN_EXE_regatta");
    for (output, words) in [
        (
            compare("/no/such/program", this, &[]),
            "cargo build --release",
        ),
        (
            run(regatta().args(["compare", "--old-rev=no-such-revision"])),
            "git log",
        ),
        (run(regatta().args(["compare"])), "--old"),
    ] {
        assert!(!output.status.success());
        assert!(said(&output).contains(words), "{words}: {}", said(&output));
    }
}

#[test]
fn a_selftest_prints_both_rates() {
    let mut command = regatta();
    command.args([
        "selftest",
        "--quiet",
        "--seed=1",
        "--pairs=12",
        "--budget=5m",
        "--driver=mio/raw",
    ]);
    let output = run(command.arg("--slowdown=cpu=100%"));
    let text = said(&output);
    assert!(
        text.contains("false alarms (with 95 % confidence at most"),
        "{text}"
    );
    assert!(
        text.contains("found (with 95 % confidence at least"),
        "{text}"
    );
}
