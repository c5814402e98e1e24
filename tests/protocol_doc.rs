//! `docs/PROTOCOL.md`, compared with the program: its examples are read with
//! the program's own types, and its Python worker is run.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use regatta::harness::worker::{Job, JobAnswer, StopAt};
use regatta::measure::event_log::{Attempt, DriverLog, End, Fate, Request, ServerLog, Tick, Work};
use regatta::measure::sample::{Ledger, LoopLag, Sample};
use regatta::scrape::Stop;
use regatta::site::page::Site;
use regatta::site::server::Scenario;
use regatta::site::server::control::{Control, Secret};
use regatta::site::workload::{Parse, Politeness};

const PROTOCOL: &str = include_str!("../docs/PROTOCOL.md");
const PAGES: u64 = 30;
const CONCURRENCY: usize = 5;

/// The fenced blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let begin = format!("```{language}\n");
    let after = PROTOCOL.split(&begin).skip(1);
    after
        .map(|rest| rest.split("\n```").next().unwrap_or_default().to_owned() + "\n")
        .collect()
}

#[test]
fn every_line_of_json_shown_is_of_a_type_of_the_program() {
    let mut seen = 0;
    for line in blocks("json").iter().flat_map(|block| block.lines()) {
        let (job, answer) = (
            serde_json::from_str::<Job>(line).is_ok(),
            serde_json::from_str::<JobAnswer>(line).is_ok(),
        );
        let (ledger, scenario) = (
            serde_json::from_str::<Ledger>(line).is_ok(),
            serde_json::from_str::<Scenario>(line).is_ok(),
        );
        let log = serde_json::from_str::<ServerLog>(line).is_ok();
        assert!(
            job || answer || ledger || scenario || log,
            "what is this? {line}"
        );
        seen += 1;
    }
    assert!(seen >= 7, "only {seen} lines of JSON were found");
}

#[test]
fn every_key_of_a_sample_is_explained() {
    // Keys that say nothing are left out; here each says something.
    let sample = Sample {
        retries: 1,
        timeouts: 1,
        given_up: 1,
        stop_ns: Some(1),
        loop_lag: Some(LoopLag::default()),
        log: Some(DriverLog::default()),
        stored: Some(1),
        store_full_ns: Some(1),
        first_error: Some("an error".to_owned()),
        ..Sample::default()
    };
    all_explained(&sample);
    all_explained(&LoopLag::default());
}

#[test]
fn every_key_of_a_log_is_explained() {
    let (page, begun_ns, ended_ns) = (0, 0, 0);
    all_explained(&DriverLog::default());
    all_explained(&Attempt {
        page,
        attempt: 0,
        handed_out_ns: 0,
        fetched_ns: 0,
        ended_ns,
        fate: Fate::Fetched,
    });
    all_explained(&Work {
        page,
        begun_ns,
        ended_ns,
    });
    all_explained(&Tick {
        due_ns: 0,
        came_ns: 0,
    });
    all_explained(&ServerLog::default());
    all_explained(&Request {
        page,
        read_ns: 0,
        begun_ns: None,
        due_ns: None,
        ended_ns,
        end: End::Sent,
    });
}

#[test]
fn every_key_of_a_job_is_explained() {
    let politeness = Politeness {
        attempts: 2,
        timeout_ns: 1,
        deadline_ns: 1,
        retries: Some(1),
        per_host: 1,
        fail_fast: true,
        ..Politeness::NONE
    };
    let stop = StopAt {
        after_ns: 1,
        how: Stop::Drain,
    };
    all_explained(&politeness);
    all_explained(&stop);
    all_explained(&Job {
        server: ([127, 0, 0, 1], 8080).into(),
        pages: 1,
        concurrency: 1,
        parse: Parse::None,
        threads: 1,
        politeness,
        depth: Some(1),
        stop: Some(stop),
        loop_lag: true,
        log: true,
        store: Some("jsonl:pages.jsonl".to_owned()),
        heap: true,
    });
}

fn all_explained(value: &impl serde::Serialize) {
    let value = serde_json::to_value(value).unwrap();
    for key in value.as_object().unwrap().keys() {
        let is_there = PROTOCOL.contains(&format!("`{key}`"));
        assert!(is_there, "{key} is not explained");
    }
}

#[test]
fn the_python_worker_scrapes_a_scenario_and_its_account_holds() {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!(
            "SKIPPED: there is no python3 here to run the worker of docs/PROTOCOL.md; \
             `apt-get install python3` brings it"
        );
        return;
    }
    let server = Serving::start();
    let job = format!(
        "{{\"server\":\"{}\",\"pages\":{PAGES},\"concurrency\":{CONCURRENCY},\
         \"parse\":\"none\",\"threads\":1}}\n",
        server.pages
    );
    // The third line is not a job, but still gets an answer.
    let answers = python(&format!("{job}\nno job\n{job}"));
    assert_eq!(answers.len(), 3, "{answers:?}");
    assert!(matches!(answers[1], JobAnswer::Error(_)), "{answers:?}");
    for answer in [&answers[0], &answers[2]] {
        let JobAnswer::Sample(sample) = answer else {
            panic!("{answer:?}")
        };
        assert_eq!((sample.pages, sample.errors), (PAGES, 0), "{sample:?}");
        assert_eq!(sample.bytes, PAGES * 15_360);
        let digest = Site::new(PAGES).expected_digest(Parse::None, &[]);
        assert_eq!(sample.digest, format!("{digest:016x}"));
    }
    let ledger = server.control.ledger().unwrap();
    assert_eq!(ledger.requests, 2 * PAGES);
    assert_eq!(ledger.in_flight_peak, CONCURRENCY as u64);
}

fn python(input: &str) -> Vec<JobAnswer> {
    let worker = tempfile::Builder::new().suffix(".py").tempfile().unwrap();
    std::fs::write(&worker, &blocks("python")[0]).unwrap();
    let mut python = Command::new("python3")
        .arg(worker.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = python.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success());
    let lines = String::from_utf8(output.stdout).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// A `regatta serve` of our own; ended when it is dropped.
struct Serving {
    child: Child,
    pages: String,
    control: Control,
    /// Held open, so that the server can go on printing.
    _stdout: BufReader<ChildStdout>,
}

impl Serving {
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_regatta"))
            .args(["serve", "--port=0", "--latency=20ms"])
            .arg(format!("--pages={PAGES}"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut address = |after: &str| {
            let mut line = String::new();
            stdout.read_line(&mut line).unwrap();
            line.trim().strip_prefix(after).unwrap().to_owned()
        };
        let pages = address("listening on http://");
        let control = address("control on http://").parse().unwrap();
        let secret = Secret::parse(&address("secret ")).unwrap();
        Self {
            child,
            pages,
            control: Control::new(control, secret),
            _stdout: stdout,
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
