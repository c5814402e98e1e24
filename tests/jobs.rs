//! Lines that are no job, or ask for what no machine can do: a worker answers
//! each with an error and does the next job.
//!
//! `REGATTA_JOBS=2000 cargo test --release --test jobs` tries that many lines
//! with every driver.
#![cfg(unix)]

mod support;

use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use regatta::drivers;
use regatta::site::server::Scenario;
use serde_json::{Value, json};

use support::worker::{Worker, job};
use support::{every_driver, serving};

/// Lines for each driver in a normal test run.
const FEW: usize = 4;

fn lines() -> usize {
    let asked = std::env::var("REGATTA_JOBS").ok();
    asked.map_or(FEW, |asked| {
        asked.parse().expect("REGATTA_JOBS is a number")
    })
}

/// Values that somebody may write where a number, a text or an object belongs.
fn values() -> Vec<Value> {
    let mut values = vec![
        json!(null),
        json!(true),
        json!(""),
        json!("7"),
        json!("\u{0}\u{202e}\u{1b}[2J"),
        json!("x".repeat(100_000)),
        json!([]),
        json!({}),
        json!({"after_ns": -1, "how": "drain"}),
        json!([[[[1]]]]),
        json!(-1),
        json!(0.5),
        json!(1e308),
        json!(0),
        json!(u64::MAX),
        json!(i64::MIN),
    ];
    for power in [17, 31, 32, 53, 63] {
        values.push(json!(1_u64 << power));
    }
    values
}

/// A line that must not be answered with a sample.
fn malformed(random: &mut ChaCha8Rng, right: &Value) -> Vec<u8> {
    let line = right.to_string().into_bytes();
    let keys = ["server", "pages", "concurrency", "parse", "threads"];
    let all = [
        "server",
        "pages",
        "concurrency",
        "parse",
        "threads",
        "manners",
        "depth",
        "stop",
        "loop_lag",
        "log",
        "store",
        "heap",
        "pagse",
    ];
    let mut changed = right.clone();
    match random.random_range(0..9) {
        0 => changed[*all.choose(random).unwrap()] = values().choose(random).unwrap().clone(),
        1 => drop(
            changed
                .as_object_mut()
                .unwrap()
                .remove(*keys.choose(random).unwrap()),
        ),
        2 => return line[..random.random_range(1..line.len())].to_vec(),
        3 => {
            let mut broken = line;
            let place = random.random_range(1..broken.len());
            broken.insert(place, random.random_range(0x80..=0xff));
            return broken;
        }
        4 => {
            let length = random.random_range(1..300);
            let bytes = (0..length).map(|_| random.random::<u8>());
            return bytes.filter(|byte| *byte != b'\n').chain(*b"!").collect();
        }
        5 => {
            let deep = random.random_range(100..20_000);
            return [vec![b'['; deep], vec![b']'; deep]].concat();
        }
        6 => return vec![b'{'; random.random_range(1 << 20..3 << 20)],
        7 => return [b"{\"pages\":1,", &line[1..]].concat(),
        _ => {
            let key = ["threads", "concurrency"].choose(random).unwrap();
            let power = random.random_range(17..=32);
            changed[*key] = json!(1_u64 << power);
        }
    }
    changed.to_string().into_bytes()
}

/// A few values are right where they were put, such as `"heap": true`. All others
/// are errors, or more than the machine allows.
fn is_right(line: &[u8]) -> bool {
    serde_json::from_slice::<regatta::harness::worker::Job>(line).is_ok()
}

#[test]
fn every_malformed_job_is_answered_and_the_next_one_is_done() {
    let (server, _control) = serving(Scenario::new(5, "0".parse().unwrap(), 1));
    every_driver(|driver| {
        let seed = driver.name.bytes().map(u64::from).sum();
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let right = job(server.page_address(), 5, 2);
        let as_value = serde_json::to_value(&right).unwrap();
        let mut worker = Worker::start(&driver.name);
        for number in 0..lines() {
            let line = malformed(&mut random, &as_value);
            let answer = worker.ask_bytes(&line)?;
            let shown: String = String::from_utf8_lossy(&line).chars().take(300).collect();
            let answer: Value = serde_json::from_str(&answer)
                .map_err(|error| format!("line {number}: {error}: {answer:?} to {shown}"))?;
            let is_error = answer["error"].is_string() || answer["unavailable"].is_string();
            support::ensure(is_error || is_right(&line), || {
                format!("line {number}: {answer} to {shown}")
            })?;
        }
        let sample = worker.sample(&right)?;
        support::ensure(sample.pages == 5, || format!("{sample:?}"))
    });
}

#[test]
fn more_threads_than_a_machine_has_are_unavailable_in_every_driver() {
    let (server, _control) = serving(Scenario::new(5, "0".parse().unwrap(), 1));
    every_driver(|driver| {
        let mut worker = Worker::start(&driver.name);
        let right = job(server.page_address(), 5, 2);
        for threads in [1_000_000_000_u64, 1 << 31, 1 << 32] {
            let mut many = serde_json::to_value(&right).unwrap();
            many["threads"] = json!(threads);
            let answer = worker.ask_line(&many.to_string())?;
            let names_the_limit = answer.starts_with("{\"unavailable\":")
                && answer.contains("allows")
                && answer.contains("raise it");
            support::ensure(names_the_limit, || answer.clone())?;
        }
        let sample = worker.sample(&right)?;
        support::ensure(sample.pages == 5, || format!("{sample:?}"))
    });
}

#[test]
fn a_thread_for_each_of_too_many_pages_is_unavailable() {
    let (server, _control) = serving(Scenario::new(5, "0".parse().unwrap(), 1));
    for name in ["thread-pool/ureq", "thread-per-page/raw", "rayon/raw"] {
        assert!(drivers::named(name).is_ok());
        let mut worker = Worker::start(name);
        let mut many = job(server.page_address(), 5, 100_000);
        let answer = worker
            .ask_line(&serde_json::to_string(&many).unwrap())
            .unwrap();
        // A machine may allow them.
        if !answer.starts_with("{\"sample\":") {
            assert!(answer.starts_with("{\"unavailable\":"), "{answer}");
        }
        many.concurrency = 2;
        assert_eq!(worker.sample(&many).unwrap().pages, 5);
    }
}
