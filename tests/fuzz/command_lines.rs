//! Command lines: an argument a line. They are read and not obeyed.

use std::ffi::OsString;

use super::run::Target;

const WORDS: [&str; 38] = [
    "report\n",
    "compare\n",
    "check\n",
    "scrape\n",
    "serve\n",
    "lesson\n",
    "worker\n",
    "cancel\n",
    "--pages\n",
    "--concurrency\n",
    "--latency\n",
    "--faults\n",
    "--slots\n",
    "--threads\n",
    "--timeout\n",
    "--deadline\n",
    "--rate\n",
    "--back-off\n",
    "--budget\n",
    "--store\n",
    "--driver\n",
    "--seed\n",
    "--port\n",
    "--format\n",
    "--slow-down\n",
    "20ms",
    "5%",
    "503=1%",
    "10:reject",
    "jsonl:x",
    "sqlite:x",
    "postgres://a:b@c/d",
    "-5",
    "1e9",
    "99999999999999999999",
    "--",
    "=",
    "default",
];

#[test]
fn command_lines() {
    let target = Target {
        // The definition of all commands is made for each.
        base_bytes: 32 << 20,
        ..Target::new("command_lines", &WORDS)
    };
    target.hold(|input| {
        let args = input.split(|&byte| byte == b'\n').map(argument);
        let args = std::iter::once("regatta".into()).chain(args);
        if let Err(error) = regatta::cli::command().try_get_matches_from(args) {
            assert!(!error.render().to_string().is_empty());
        }
    });
}

#[cfg(unix)]
fn argument(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(bytes).to_owned()
}

#[cfg(not(unix))]
fn argument(bytes: &[u8]) -> OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}
