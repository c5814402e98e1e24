//! Wrong inputs: each error names what was typed, what is expected, and an
//! example to type instead.

use crate::regatta;

/// Arguments, exit code, and what the error has to contain.
type Case = (&'static [&'static str], i32, &'static [&'static str]);

const CASES: [Case; 66] = [
    (
        &["report", "--workload", "quik"],
        2,
        &["quik", "did you mean \"quick\"", ".toml"],
    ),
    (
        &["--workload", "missing.toml"],
        2,
        &["missing.toml", "exists"],
    ),
    (
        &["--workload", "unknown.toml"],
        2,
        &[
            "unknown.toml",
            "`pges`",
            "did you mean \"pages\"",
            "concurrency",
        ],
    ),
    (
        &["--workload", "syntax.toml"],
        2,
        &["syntax.toml", "`pages = 200`", "line 2"],
    ),
    (
        &["--driver", "tokio/hypr"],
        2,
        &[
            "tokio/hypr",
            "did you mean \"tokio/hyper\"",
            "regatta drivers",
        ],
    ),
    (
        &["--driver", "tokyo"],
        2,
        &["tokyo", "did you mean \"tokio\"", "'tokio*/*'"],
    ),
    (
        &["--driver", "nope*"],
        2,
        &["nope*", ": expected", "'tokio*/*'"],
    ),
    (&["--driver", "["], 2, &["[", "expected", "'tokio*/*'"]),
    (
        &["--driver", ""],
        2,
        &["empty item", "expected", "mio/raw,tokio/hyper"],
    ),
    (
        &["--driver", "mio/raw,,tokio/hyper"],
        2,
        &["empty item", "expected", "mio/raw,tokio/hyper"],
    ),
    (
        &["--concurrency", "0"],
        2,
        &["'0'", "--concurrency", "from 1", "example 20"],
    ),
    (
        &["--pages", "0"],
        2,
        &["'0'", "--pages", "from 1", "example 200"],
    ),
    (
        &["--concurrency", "-5"],
        2,
        &["'-5'", "must be positive", "example 20"],
    ),
    (
        &["--latency", "-5ms"],
        2,
        &["'-5ms'", "must be positive", "example 20ms"],
    ),
    (
        &["--rounds", "-1"],
        2,
        &["'-1'", "must be positive", "example 5"],
    ),
    (
        &["--budget", "-5s"],
        2,
        &["'-5s'", "must be positive", "example 45s"],
    ),
    (
        &["--concurrency", "99999999999"],
        2,
        &["99999999999", "from 1 to 100000", "example 20"],
    ),
    (
        &["--concurrency", "5000"],
        2,
        &["5000", "at most 200", "--pages 50000"],
    ),
    (
        &["--pages", "1000000000000000000000"],
        2,
        &["1000000000000000000000", "from 1 to 100000", "example 200"],
    ),
    (
        &["--latency", "20"],
        2,
        &["'--latency <DELAY>': expected a unit", "20ms"],
    ),
    (&["--latency", "100h"], 2, &["100h", "60s", "20ms"]),
    (
        &["--latency", "20sec", "--budget", "10s"],
        2,
        &["97 min", "10 s", "--pages 20", "--yes"],
    ),
    (
        &["--parse", "titels"],
        2,
        &["titels", "possible values", "titles"],
    ),
    (&["--format", "jsn"], 2, &["jsn", "possible values", "json"]),
    (&["--stor", "sqlite"], 2, &["--stor", "--store"]),
    (&["reprot"], 2, &["reprot", "report"]),
    (&["--faults", "500=5"], 2, &["500=5", "5%"]),
    (&["--faults", "105%"], 2, &["105%", "500=5%"]),
    (
        &["--rounds", "0"],
        2,
        &["'0'", "from 1 to 10000", "example 5"],
    ),
    (
        &["--width", "5"],
        2,
        &["'5'", "from 60 to 1000", "example 100"],
    ),
    (&["--budget", "5"], 2, &["'5'", "unit", "45s"]),
    (
        &["--threads", "0"],
        2,
        &["'0'", "from 1 to 1024", "example 2"],
    ),
    (
        &["--threads", "100000"],
        2,
        &["100000", "from 1 to 1024", "example 2"],
    ),
    (
        &["--seed", "abc"],
        2,
        &["'abc'", "expected a whole number", "example 42"],
    ),
    (
        &["serve", "--port", "80x"],
        2,
        &["'80x'", "from 0 to 65535", "example 8080"],
    ),
    (
        &["serve", "--port", "99999"],
        2,
        &["99999", "from 0 to 65535", "example 8080"],
    ),
    (
        &["serve", "--workload", "tial"],
        2,
        &["tial", "did you mean \"tail\""],
    ),
    (
        &["--output", "directory"],
        2,
        &["directory", "expected a file", "report.md"],
    ),
    (
        &["--output", "nodir/x"],
        2,
        &["nodir/x", "no directory nodir", "mkdir -p nodir"],
    ),
    (
        &["--save", "nodir/x.json"],
        2,
        &["nodir/x.json", "no directory nodir", "mkdir -p nodir"],
    ),
    (&["--from", "missing.json"], 1, &["missing.json"]),
    (&["--from", "directory"], 1, &["directory"]),
    (
        &["--from", "empty.json"],
        1,
        &["empty.json", "--format json"],
    ),
    (
        &["--from", "a.json", "--from", "b.json"],
        2,
        &["a.json", "b.json", "expected one", "--from a.json"],
    ),
    (
        &["--save-pairs", "2"],
        2,
        &["'2'", "from 12 to 4096", "example 48"],
    ),
    (
        &["check", "--pairs", "3"],
        2,
        &["'3'", "from 12 to 4096", "example 24"],
    ),
    (
        &["check", "--tolerance", "5"],
        2,
        &["'5'", "0% to 1000%", "example 5%"],
    ),
    (
        &["check", "--metric", "memry"],
        2,
        &["memry", "possible values", "memory"],
    ),
    (
        &["--store", "postgres"],
        2,
        &["postgres", "possible values", "sqlite"],
    ),
    (
        &["check"],
        1,
        &[".regatta/main.json", "regatta report --save main"],
    ),
    (
        &["compare"],
        2,
        &["--old BINARY", "--old-rev REV", "for example"],
    ),
    (
        &["compare", "--old-rev", "nope"],
        1,
        &["--old-rev", "git repository", "--old BINARY"],
    ),
    (
        &["compare", "--old", "nope"],
        1,
        &["nope", "no such file", "cargo build --release"],
    ),
    (
        &["compare", "--old", "/bin/true"],
        1,
        &["true is not a regatta program", "cargo build --release"],
    ),
    (
        &["lesson", "0"],
        2,
        &["\"0\"", "1 to 12", "regatta lesson list"],
    ),
    (
        &["lesson", "retires"],
        2,
        &["retires", "did you mean \"retries\"", "1 to 12"],
    ),
    (&["lesson", "nope.toml"], 2, &["nope.toml", "exists"]),
    (
        &["lesson", "1", "--predict", "zz", "--yes"],
        2,
        &["zz", "--predict"],
    ),
    (
        &["lesson", "1", "--votes", "q=2", "--yes"],
        2,
        &["q", "a to c"],
    ),
    (
        &["pitfalls", "drfit"],
        2,
        &["drfit", "did you mean \"drift\"", "parents-memory"],
    ),
    (
        &["pitfalls", "--seed", "x"],
        2,
        &["'x'", "whole number", "example 42"],
    ),
    (
        &["scrape", "--driver", "tokio"],
        2,
        &["\"tokio\" is a model", "tokio/hyper"],
    ),
    (
        &["scrape", "--driver", "trap/unbounded"],
        2,
        &["trap/unbounded", "--driver tokio/hyper"],
    ),
    (&["prices", "nofile.db"], 1, &["nofile.db"]),
    (
        &["selftest", "--times", "0"],
        2,
        &["'0'", "from 1 to 1000", "example 20"],
    ),
    (
        &["workloads", "polit"],
        2,
        &["polit", "did you mean \"polite\""],
    ),
];

#[test]
fn every_wrong_input_says_what_is_expected() {
    let place = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(place.path().join(name), text).unwrap();
    write("unknown.toml", "why = 'x'\npges = 3\n");
    write("syntax.toml", "why = 'x'\npages =\n");
    write("empty.json", "{}");
    std::fs::create_dir(place.path().join("directory")).unwrap();
    let mut wrong = Vec::new();
    for (args, code, parts) in CASES {
        let output = regatta(args, place.path());
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        let missing: Vec<_> = parts
            .iter()
            .filter(|part| !error.contains(**part))
            .collect();
        if output.status.code() != Some(code) || !missing.is_empty() || !in_style(&error) {
            let found = output.status.code();
            wrong.push(format!(
                "{args:?}: code {found:?} for {code}, without {missing:?}: {error}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Errors begin alike, whether clap or a command finds them, and say once that
/// something is invalid.
fn in_style(error: &str) -> bool {
    error.starts_with("error: ") && error.matches("invalid").count() <= 1
}

/// A value that no flag takes but those that take any text.
const NO_VALUE: &str = "-!-";

#[test]
fn every_flag_that_checks_its_value_refuses_it_in_one_style() {
    let place = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    let mut refused = 0;
    for command in regatta::cli::command().get_subcommands() {
        for flag in command.get_arguments() {
            let Some(long) = flag.get_long().filter(|_| flag.get_action().takes_values()) else {
                continue;
            };
            // `--help` after it: a flag that takes any text starts nothing.
            let given = format!("--{long}={NO_VALUE}");
            let output = regatta(&[command.get_name(), &given, "--help"], place.path());
            if output.status.success() {
                continue;
            }
            refused += 1;
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            let named = error.contains(long) && error.contains(NO_VALUE);
            if output.status.code() != Some(2) || !named || !in_style(&error) {
                wrong.push(format!("{} {given}: {error}", command.get_name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(refused > 50, "{refused}");
}
