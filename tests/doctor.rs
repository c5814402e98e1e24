//! `regatta doctor` as a user meets it.

use std::process::Command;

#[test]
fn it_says_what_it_found_in_words() {
    let output = Command::new(env!("CARGO_BIN_EXE_regatta"))
        .arg("doctor")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for what in ["cores", "open descriptors", "loopback", "timers", "memory"] {
        assert!(text.contains(what), "{text}");
    }
    for line in text.lines().filter(|line| !line.trim().starts_with('$')) {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let can_run = !text.contains("cannot run here");
    assert_eq!(output.status.success(), can_run, "{text}");
    assert!(output.stderr.is_empty());
}
