//! Running the command and reading what it says.

use std::process::{Command, Output, Stdio};

use regatta::report::{DriverReport, Report};

/// `regatta report` with a small scenario that any machine can run: two waves
/// of 50 ms, long enough that all in flight are seen also on a busy one.
pub(crate) fn report(args: &[&str]) -> Command {
    let mut command = regatta();
    command.args([
        "report",
        "--pages=16",
        "--concurrency=8",
        "--latency=50ms",
        "--rounds=1",
    ]);
    command.args(args);
    command
}

/// The command, with nothing to read and all it says kept.
pub(crate) fn regatta() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_regatta"));
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs it to its end.
pub(crate) fn run(mut command: Command) -> Output {
    command.output().expect("the command starts")
}

/// The report in its output.
pub(crate) fn read(output: &Output) -> Report {
    let text = String::from_utf8_lossy(&output.stdout);
    Report::from_json(&text, "standard output")
        .unwrap_or_else(|error| panic!("{error}\n{}", stderr(output)))
}

/// What it said on standard error.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The row of a driver.
pub(crate) fn row<'a>(report: &'a Report, driver: &str) -> &'a DriverReport {
    let mut rows = report.drivers.iter();
    rows.find(|row| row.name == driver)
        .unwrap_or_else(|| panic!("{driver} has a row"))
}

/// Writes a program that can be started.
#[cfg(unix)]
pub(crate) fn write_program(path: &std::path::Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// The answer to one request on a connection of its own.
pub(crate) fn get(address: std::net::SocketAddr, path: &str) -> String {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}
