//! Workers that lie about what they did: each is rejected, and for its own
//! reason. Each runs as in a report, with the ledger and the view from outside.
#![cfg(target_os = "linux")]

use std::process::Command;
use std::time::Duration;

use regatta::drivers;
use regatta::harness::process::{Program, ServerProcess, Worker};
use regatta::harness::verify::{Expectation, Expected, reject_reason};
use regatta::harness::worker::{Job, JobAnswer};
use regatta::measure::sample::{Noise, Run};
use regatta::site::server::Scenario;
use regatta::site::workload::{Workload, load};
use regatta::term::interrupt::Interrupt;

const DRIVER: &str = "mio/raw";

/// Each lie, and what the reason says.
const LIES: [(&str, &str); 36] = [
    // What was read.
    ("pages-0", "visited 0 of 60 pages"),
    ("errors-1", "1 page failed"),
    ("digest", "the digest of the bytes"),
    ("titles-3", "says it read 3 titles"),
    ("bytes-7", "says it read 7 bytes"),
    ("retries-5", "reports 5 retries"),
    ("timeouts-2", "reports 2 timeouts"),
    // What was asked for.
    ("replay", "never requested 60 pages"),
    ("half", "never requested 30 pages"),
    ("head", "sent 60 requests by HEAD"),
    ("post", "never requested 60 pages"),
    ("twice", "its requests came over"),
    ("ahead", "after its first request|its requests came over"),
    ("one-connection", "never had 6 in flight"),
    ("connections", "for something other than a page"),
    // How long it took.
    ("wall-1-ns", "below the ideal"),
    ("wall-long", "but it answered"),
    ("start-long", "but it answered"),
    ("start-0", "starting the driver took no time"),
    ("p50-0", "says its p50 latency"),
    ("p99-1-ns", "not in order"),
    ("max-over-wall", "in a scrape of"),
    ("mean-half", "says its mean latency"),
    ("no-histogram", "holds 0 pages of 60"),
    ("all-latencies-half", "the scenario delays that many"),
    // What it used.
    ("cpu-half", "of CPU time, but it and a child process used"),
    ("cpu-0", "reports a CPU time of 0"),
    ("cpu-null", "reports no CPU time"),
    ("cpu-tenfold", "but used only"),
    ("child-cpu", "but it and a child process used"),
    ("ended-child-cpu", "but it and a child process used"),
    ("peak-2-MB", "says it had 2.0 MB of memory at most"),
    ("peak-0", "says it had 0.0 MB of memory at most"),
    ("peak-null", "reports no memory"),
    ("peak-1-GB", "but its process never had more than"),
    // Touching it takes CPU time as well.
    ("child-memory", "but its process had|a child process used"),
];

/// Two servers with one scenario: one that is asked, and one that tells a liar
/// what it needs.
struct Scene {
    workload: Workload,
    asked: ServerProcess,
    shadow: ServerProcess,
    expected: Expected,
}

impl Scene {
    fn new() -> Self {
        let mut workload = load::load("quick").unwrap();
        (workload.pages, workload.concurrency) = (60, 6);
        let driver = drivers::named(DRIVER).unwrap();
        let scenario = Scenario::of(&workload, 1);
        let program = Program::at(env!("CARGO_BIN_EXE_regatta"));
        let server = || ServerProcess::start(&program, &scenario, 1).unwrap();
        Self {
            expected: Expected::of(driver, &workload, &Expectation::of(&workload, 1)),
            asked: server(),
            shadow: server(),
            workload,
        }
    }

    /// Why the run of a worker that lies is rejected. `meanwhile` happens while
    /// it runs.
    fn rejects(&self, lie: &str, meanwhile: impl FnOnce()) -> Option<String> {
        let opened = self.asked.reset_when_alone().unwrap();
        let directory = tempfile::tempdir().unwrap();
        let script = directory.path().join("worker");
        let environment = [
            ("REAL", env!("CARGO_BIN_EXE_regatta").to_owned()),
            ("DRIVER", DRIVER.to_owned()),
            ("LIE", lie.to_owned()),
            ("SHADOW", self.shadow.pages().to_string()),
            ("TARGET", self.asked.pages().to_string()),
        ];
        let set = environment.map(|(name, value)| format!("export {name}='{value}'\n"));
        let liar = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/race/lying_worker.py");
        let text = format!("#!/bin/sh\n{}exec python3 '{liar}'\n", set.concat());
        crate::support::write_program(&script, &text);
        let mut worker = Worker::start(&Program::at(&script), DRIVER, 1, None).unwrap();
        let job = Job::over(&self.workload, self.asked.pages(), 1, 1);
        let patience = Duration::from_mins(1);
        let asked = std::thread::spawn(move || {
            let response = worker.ask(&job, patience, &Interrupt::default());
            // Its connections stay open until the ledger has been read.
            (response.unwrap(), worker)
        });
        meanwhile();
        let (response, _worker) = asked.join().unwrap();
        let JobAnswer::Sample(sample) = response.answer else {
            panic!("{lie}: {:?}", response.answer);
        };
        let mut run = Run {
            round: 1,
            sample: *sample,
            ledger: self.asked.ledger().unwrap(),
            noise: Noise::default(),
            outside: Some(response.outside),
            rejected: None,
        };
        run.outside.as_mut().unwrap().window = Some(opened.window);
        reject_reason(&run, &self.expected)
    }

    /// Waits until some pages were asked for, but not all.
    fn wait_for_requests(&self) {
        while self.asked.ledger().unwrap().requests == 0 {
            std::thread::yield_now();
        }
    }
}

fn has_python() -> bool {
    let has = Command::new("python3").arg("--version").output().is_ok();
    if !has {
        eprintln!("SKIPPED: there is no python3 here to run the worker that lies");
    }
    has
}

#[test]
fn every_lie_of_a_worker_is_rejected_for_its_own_reason() {
    if !has_python() {
        return;
    }
    let scene = Scene::new();
    let mut complaints = Vec::new();
    for (lie, why) in LIES {
        let reason = scene.rejects(lie, || {}).unwrap_or_default();
        if !why.split('|').any(|why| reason.contains(why)) {
            complaints.push(format!("{lie}: expected {why:?} in {reason:?}"));
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn an_honest_worker_behind_a_relay_is_accepted() {
    if has_python() {
        let scene = Scene::new();
        for _ in 0..3 {
            assert_eq!(scene.rejects("none", || {}), None);
        }
    }
}

#[test]
fn what_somebody_else_does_to_the_server_during_a_run_is_noticed() {
    if !has_python() {
        return;
    }
    let scene = Scene::new();
    let reason = scene.rejects("none", || {
        scene.wait_for_requests();
        scene.asked.reset().unwrap();
    });
    let reason = reason.unwrap_or_default();
    assert!(
        reason.contains("somebody else reset the ledger"),
        "{reason}"
    );
    let slower = Workload {
        latency: "23ms".parse().unwrap(),
        ..scene.workload.clone()
    };
    let (slower, own) = (Scenario::of(&slower, 1), Scenario::of(&scene.workload, 1));
    let reason = scene.rejects("none", || {
        scene.wait_for_requests();
        scene.asked.set_scenario(&slower).unwrap();
    });
    let reason = reason.unwrap_or_default();
    assert!(
        reason.contains("somebody else reset the ledger"),
        "{reason}"
    );
    scene.asked.set_scenario(&own).unwrap();
    let reason = scene.rejects("none", || {
        scene.wait_for_requests();
        let address = scene.asked.pages();
        let forged = crate::support::get(address, "/page/7");
        assert!(forged.starts_with("HTTP/1.1 200"), "{forged}");
    });
    let reason = reason.unwrap_or_default();
    let seen = [
        "more than once",
        "in flight, and at most",
        "came over",
        "to the last byte",
    ];
    assert!(seen.iter().any(|way| reason.contains(way)), "{reason}");
}
