//! Baselines: saved by a report, read by a check, and refused when they are wrong.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use regatta::compare::baseline::{Baseline, SCHEMA};
use regatta::compare::pair::{Measurements, Pair, Sides, Steps};
use regatta::measure::host::host;
use regatta::site::workload::load;

use super::{regatta, run, said};

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

/// The text of a baseline whose first pair has steps.
fn with_steps() -> String {
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
    serde_json::to_string(&edited).unwrap()
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
    let honest = with_steps();
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
fn numbers_whose_sums_exceed_64_bits_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("huge.json");
    let (honest, most) = (with_steps(), u64::MAX);
    let cores = format!("\"cores\":{}", host().cores);
    for (small, large, words) in [
        (
            "[20000000,20000000]",
            format!("[{most},{most}]"),
            "but its steps make",
        ),
        (
            "[3060000,3060000]",
            format!("[{most},{most}]"),
            "but its steps make",
        ),
        (
            cores.as_str(),
            format!("\"cores\":{most}"),
            "cores: baseline",
        ),
    ] {
        fs::write(&file, honest.replacen(small, &large, 1)).unwrap();
        let output = check(&file, &[]);
        assert_eq!(output.status.code(), Some(1), "{words}: {}", said(&output));
        assert!(said(&output).contains(words), "{words}: {}", said(&output));
    }
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
