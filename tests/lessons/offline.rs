//! Lessons need no network: in a network namespace of its own, which has
//! nothing but loopback, they go as anywhere.

use std::io::Write;
use std::process::Command;

use crate::BIN;
use crate::Student;
use crate::text;

#[test]
fn a_lesson_goes_where_there_is_only_loopback() {
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
        let why = "no network namespace can be made here (unshare and ip are needed, and to be \
                   allowed to)";
        // Past the capture of the test harness: a skip that nobody sees is a hole.
        let test = "a_lesson_goes_where_there_is_only_loopback";
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
    // That the namespace has one link only is not taken for granted.
    let links = page.lines().filter(|line| line.contains(" mtu ")).count();
    assert_eq!(links, 1, "{page}");
    assert!(page.contains("b is right"), "{page}");
}
