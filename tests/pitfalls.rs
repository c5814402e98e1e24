//! `regatta pitfalls`: each pitfall runs and shows both values, and the certain
//! part of its claim holds. The size of a value depends on the machine and is
//! tested only where the claim needs it.

use std::process::{Command, Output, Stdio};
use std::sync::Mutex;

/// Some pitfalls make the machine busy, so only one runs at a time.
static ALONE: Mutex<()> = Mutex::new(());

fn pitfalls(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_regatta"))
        .arg("pitfalls")
        .args(args)
        .stdin(Stdio::null())
        .output()
        .expect("the command starts")
}

/// The page of a pitfall. A busy moment may spoil one run, but not two.
fn page(name: &str) -> String {
    let _alone = ALONE.lock();
    let first = pitfalls(&[name]);
    let output = if first.status.success() {
        first
    } else {
        pitfalls(&[name])
    };
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{error}");
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(page.starts_with(&format!("{name}: ")), "{page}");
    for word in ["  WRONG  ", "  RIGHT  ", "\nwhy  ", "\nregatta  "] {
        assert!(page.contains(word), "{word:?} is missing:\n{page}");
    }
    page
}

/// The first number in the value of the line with `what`.
fn number(page: &str, what: &str) -> f64 {
    let lines = page.lines().filter_map(|line| line.split_once(what));
    let numbers = lines.filter_map(|(_, value)| {
        // Two spaces end the rest of the name of the value.
        let value = value.split_once("  ")?.1.trim_start();
        value.split_whitespace().next()?.parse().ok()
    });
    let found = numbers.collect::<Vec<f64>>();
    *found
        .first()
        .unwrap_or_else(|| panic!("no number after {what:?}:\n{page}"))
}

#[test]
fn without_a_name_the_pitfalls_are_listed() {
    let output = pitfalls(&[]);
    let list = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    for name in [
        "drift",
        "parents-memory",
        "start-up",
        "server-bound",
        "mean-of-a-tail",
        "stale-baseline",
    ] {
        assert!(list.contains(&format!("\n  {name} ")), "{list}");
    }
}

#[test]
fn an_unknown_pitfall_is_an_error_that_names_the_known_ones() {
    let output = pitfalls(&["luck"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(error.contains("luck") && error.contains("drift"), "{error}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_large_parent_changes_ru_maxrss_but_not_the_peak_that_we_read() {
    let page = page("parents-memory");
    let wrong = number(&page, "ru_maxrss, started by a large harness");
    let right = number(&page, "VmHWM, started by a large harness");
    let small = number(&page, "VmHWM, started by a small one");
    assert!(wrong >= 200.0, "{page}");
    assert!(right < 100.0, "{page}");
    assert!((right / small - 1.0).abs() < 0.25, "{page}");
}

#[test]
fn work_during_the_start_is_detected() {
    let page = page("start-up");
    let claimed = number(&page, "cheat/starts-early, wall time");
    let whole = number(&page, "cheat/starts-early, start and wall");
    let ideal = number(&page, "shortest possible wall time");
    let seen = number(&page, "first to last request at the server");
    assert!(claimed < ideal, "{page}");
    assert!(whole >= ideal && seen >= ideal * 0.9, "{page}");
    assert!(page.contains("rejected: it says it took"), "{page}");
}

#[cfg(unix)]
#[test]
fn a_slow_server_shows_its_share_and_cpu_time_separates_the_drivers() {
    let page = page("server-bound");
    let share = number(&page, "the server was busy");
    assert!(share > 20.0, "{page}");
    let cpu = number(&page, "CPU per page, first vs. second");
    assert!(cpu > 0.0, "{page}");
    number(&page, "wall time, first vs. second");
}

#[test]
fn the_mean_of_a_tail_is_far_from_most_pages() {
    let page = page("mean-of-a-tail");
    let faster = number(&page, "pages faster than that mean");
    let mean = number(&page, "mean ± standard deviation, first seed");
    let median = number(&page, "median and p99, first seed");
    assert!(faster > 150.0, "of 300:\n{page}");
    assert!(mean > median, "{page}");
    // The delays alone differ by 147 %.
    let moved = number(&page, "mean, lowest to highest of all seeds");
    assert!(moved > 20.0, "{page}");
}

#[test]
fn drift_is_between_two_halves_and_not_within_pairs() {
    let page = page("drift");
    let naive = number(&page, "B vs. A, all of A first");
    let paired = number(&page, "B vs. A, in pairs A B B A");
    // On a busy machine, neighbours change little.
    if naive > 50.0 {
        assert!(paired.abs() < naive, "{page}");
    }
}

#[cfg(unix)]
#[test]
fn a_stale_baseline_compares_times_and_ratios() {
    let page = page("stale-baseline");
    let naive = number(&page, "wall time, now vs. baseline");
    let ratio = number(&page, "wall, ratio to the reference");
    number(&page, "CPU per page, now vs. baseline");
    number(&page, "CPU, ratio to the reference");
    if naive > 50.0 {
        assert!(ratio.abs() < naive, "{page}");
    }
    assert!(
        page.contains(": regressed") || page.contains(": passed"),
        "{page}"
    );
}
