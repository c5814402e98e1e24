//! Lessons need no network: they run in a network namespace that has only a
//! loopback interface.

use std::io::Write;
use std::process::Command;

use crate::BIN;
use crate::Student;
use crate::text;

#[test]
fn a_lesson_runs_with_only_a_loopback_interface() {
    let up = "ip link set lo up";
    let alone = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--net", "sh", "-c", script]);
        command
    };
    if !alone(up)
        .output()
        .is_ok_and(|output| output.status.success())
    {
        let why = "cannot create a network namespace (unshare, ip and the permission are needed)";
        // Not captured by the test harness, so that the skip is visible.
        let test = "a_lesson_runs_with_only_a_loopback_interface";
        let _ = writeln!(std::io::stderr(), "SKIPPED {test}: {why}");
        return;
    }
    let student = Student::new();
    let script = format!("{up} && ip link && {BIN} lesson 5 --predict b --yes --quiet");
    let output = { alone(&script) }
        .env("XDG_DATA_HOME", student.file("data"))
        .output()
        .unwrap();
    let page = text(&output.stdout);
    assert!(output.status.success(), "{page}{}", text(&output.stderr));
    // Check that the namespace has only one link.
    let links = page.lines().filter(|line| line.contains(" mtu ")).count();
    assert_eq!(links, 1, "{page}");
    assert!(page.contains("b is right"), "{page}");
}
