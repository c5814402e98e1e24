//! The commands `check`, `compare` and `selftest`: exit codes, formats, and
//! rejected arguments.
#![cfg(target_os = "linux")]

mod lies;

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use regatta::compare::baseline::{Baseline, SCHEMA};
use regatta::compare::pair::{Measurements, Pair, Sides, Steps};
use regatta::measure::host::host;
use regatta::site::workload::load;

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

/// A baseline in which tokio/raw costs `factor` times the reference.
fn baseline(factor: f64) -> Baseline {
    let side = |factor: f64| Measurements {
        cpu_ns_per_page: 50_000.0 * factor,
        wall_ns: 20e6,
        peak_rss_bytes: 8e6,
        peak_private_bytes: Some(5e6),
        cpu_seen_ns_per_page: Some(51_000.0 * factor),
        allocations_per_page: 170.0,
        requests: 60,
        connections: 20,
        in_flight_peak: 20,
    };
    let pairs = (0..24).map(|index| {
        let noise = 1.0 + f64::from(index % 5) / 1000.0;
        Pair {
            a: side(factor * noise),
            b: side(1.0),
            steps: None,
        }
    });
    Baseline {
        schema: SCHEMA.to_owned(),
        taken_at: "2026-11-20T00:00:00Z".to_owned(),
        host: host(),
        versions: regatta::harness::versions::measured(),
        workload: load::load("steps").unwrap(),
        seed: 1,
        threads: 1,
        reference: "thread-pool/raw".to_owned(),
        drivers: [("tokio/raw".to_owned(), pairs.collect())].into(),
    }
}

fn check(file: &Path, args: &[&str]) -> Output {
    let mut command = regatta();
    command
        .args(["check", "--quiet", "--seed=1", "--pairs=12", "--budget=5m"])
        .arg("--baseline")
        .arg(file);
    run(command.args(args))
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
fn a_check_is_regressed_with_a_cheaper_baseline_and_fine_with_a_dearer_one() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("past.json");
    baseline(0.2).save(file.to_str().unwrap()).unwrap();
    let output = check(&file, &[]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    baseline(20.0).save(file.to_str().unwrap()).unwrap();
    let output = check(&file, &["--format=bencher"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("\"tokio/raw\""), "{}", said(&output));
}

#[test]
fn a_report_saves_a_baseline_that_a_check_reads() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("main.json");
    let mut command = regatta();
    command.args([
        "report",
        "--quiet",
        "--rounds=1",
        "--pages=20",
        "--driver=tokio/raw",
        "--save-pairs=12",
    ]);
    let output = run(command.arg("--save").arg(&file));
    assert!(output.status.success(), "{}", said(&output));
    let output = check(&file, &["--format=markdown"]);
    // The verdict depends on the machine; the check must not fail.
    assert_ne!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("tokio/raw, "), "{}", said(&output));
}

#[test]
fn an_invalid_baseline_is_rejected_and_not_changed() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("bad.json");
    let good = serde_json::to_string(&baseline(1.0)).unwrap();
    let mut elsewhere = baseline(1.0);
    elsewhere.host.cpu = "Imagined CPU".to_owned();
    let mut twice = good.clone();
    let end = twice.rfind("}]}").unwrap();
    twice.insert_str(end + 2, ",\"tokio/raw\":[]");
    let mut edited = baseline(1.0);
    let steps = || Steps {
        cpu_ns: vec![Some(3_000_000); 2],
        cpu_seen_ns: vec![Some(3_060_000); 2],
        wall_ns: vec![20_000_000; 2],
    };
    let pair = &mut edited.drivers.get_mut("tokio/raw").unwrap()[0];
    pair.steps = Some(Sides {
        a: steps(),
        b: steps(),
    });
    let honest = serde_json::to_string(&edited).unwrap();
    let (most, cores) = (u64::MAX, format!("\"cores\":{}", host().cores));
    for (text, words) in [
        (twice, "driver tokio/raw is there twice"),
        (
            honest.replacen("50000.0", "49000.0", 1),
            "cpu_ns_per_page is 49000, but its steps make 50000",
        ),
        (
            honest.replacen("20000000.0", "19000000.0", 1),
            "wall_ns is 19000000, but its steps make 20000000",
        ),
        (
            good.replacen("20000000.0", "5000000.0", 1),
            "expected the ideal of 6000000 or more",
        ),
        // Their sums exceed 64 bits.
        (
            honest.replacen("[20000000,20000000]", &format!("[{most},{most}]"), 1),
            "but its steps make",
        ),
        (
            honest.replacen("[3060000,3060000]", &format!("[{most},{most}]"), 1),
            "but its steps make",
        ),
        (
            good.replacen(&cores, &format!("\"cores\":{most}"), 1),
            "cores: baseline",
        ),
        (good.replacen("50000.0", "0.0", 1), "cpu_ns_per_page is 0"),
        (good.replacen("50000.0", "9e9", 1), "expected what"),
        (
            good.replacen("170.0", "0.0", 1),
            "allocations_per_page is 0",
        ),
        (
            good.replacen("\"requests\":60", "\"requests\":6", 1),
            "requests is 6: expected 60",
        ),
        (
            good.replacen("\"connections\":20", "\"connections\":0", 1),
            "connections is 0",
        ),
        (
            good.replacen("\"in_flight_peak\":20", "\"in_flight_peak\":200", 1),
            "in_flight_peak is 200",
        ),
        (good[..good.len() / 2].to_owned(), "invalid JSON"),
        (
            good.replace("baseline/1", "baseline/9"),
            "regatta.baseline/9",
        ),
        (good.replace("\"seed\"", "\"sed\""), "sed"),
        (good.replace("tokio/raw", "tokyo/raw"), "tokyo/raw"),
        (
            good.replace("20000000.0", "-20000000.0"),
            "wall_ns is -20000000: expected the ideal",
        ),
        (
            serde_json::to_string(&elsewhere).unwrap(),
            "baseline Imagined CPU",
        ),
    ] {
        fs::write(&file, &text).unwrap();
        let output = check(&file, &[]);
        assert_eq!(output.status.code(), Some(1), "{words}: {}", said(&output));
        assert!(said(&output).contains(words), "{words}: {}", said(&output));
        assert_eq!(
            fs::read_to_string(&file).unwrap(),
            text,
            "the file did not change"
        );
    }
    fs::write(&file, &good).unwrap();
    for flag in ["--reference=tokio/raw", "--threads=7"] {
        let output = check(&file, &[flag]);
        assert_eq!(output.status.code(), Some(1), "{flag}: {}", said(&output));
        assert!(said(&output).contains("take a new baseline"));
    }
    let missing = check(Path::new("/no/such/baseline.json"), &[]);
    assert!(
        said(&missing).contains("regatta report --save"),
        "{}",
        said(&missing)
    );
}

#[test]
fn a_baseline_of_another_machine_is_used_with_anyway_and_marked() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("elsewhere.json");
    let mut elsewhere = baseline(20.0);
    elsewhere.host.cpu = "Imagined CPU".to_owned();
    elsewhere.save(file.to_str().unwrap()).unwrap();
    let output = check(&file, &["--anyway"]);
    // The sentence is wrapped.
    let text = said(&output);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("processor: baseline Imagined CPU"), "{text}");
}

#[test]
fn a_failed_save_keeps_the_old_baseline() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("kept.json");
    fs::write(&file, "the old content").unwrap();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o555)).unwrap();
    // A file size limit of 1 KiB simulates a full disk.
    let script = format!(
        "ulimit -f 1; trap '' XFSZ; exec {} report --quiet --rounds=1 --pages=20 --driver=tokio/raw --save-pairs=12 --save {}",
        env!("CARGO_BIN_EXE_regatta"),
        file.display()
    );
    let output = run(Command::new("sh").args(["-c", &script]));
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(!output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("kept.json"), "{}", said(&output));
    assert_eq!(fs::read_to_string(&file).unwrap(), "the old content");
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
