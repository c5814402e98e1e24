//! `regatta doctor` as a user meets it.

use std::process::Command;
use std::time::{Duration, Instant};

#[test]
fn it_says_what_it_found_in_words_within_two_seconds() {
    let begun = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_regatta"))
        .arg("doctor")
        .output()
        .unwrap();
    let took = begun.elapsed();
    let text = String::from_utf8(output.stdout).unwrap();
    for what in ["cores", "open descriptors", "loopback", "timers", "memory"] {
        assert!(text.contains(what), "{text}");
    }
    for line in text.lines().filter(|line| !line.trim().starts_with('$')) {
        assert!(line.chars().count() <= 80, "{line}");
    }
    // Its waits take a tenth of a second; the rest is for a busy machine.
    assert!(took < Duration::from_secs(10), "{took:?}");
    let can_run = !text.contains("cannot run here");
    assert_eq!(output.status.success(), can_run, "{text}");
    assert!(output.stderr.is_empty());
}
