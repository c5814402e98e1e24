//! The worker protocol: a job a line in, an answer a line out.

mod support;

use std::process::Command;

use regatta::harness::worker::JobAnswer;
use regatta::site::page::Site;
use regatta::site::server::{Options, Scenario, Server};
use regatta::site::workload::Parse;
use serde_json::{Value, json};

use support::worker::{REGATTA, Worker, job};
use support::{every_driver, skip};

fn server(pages: u64, latency: &str) -> Server {
    Server::start(Options {
        scenario: Scenario::new(pages, latency.parse().unwrap(), 1),
        port: 0,
        control_port: 0,
        threads: std::num::NonZeroUsize::MIN,
    })
    .unwrap()
}

/// The line that the worker answers to a job of which `change` has been
/// changed, and the worker, to be asked on.
fn asked(worker: &mut Worker, server: &Server, change: impl FnOnce(&mut Value)) -> Value {
    let mut job = serde_json::to_value(job(server.page_address(), 5, 2)).unwrap();
    change(&mut job);
    let line = worker.ask_line(&job.to_string()).unwrap();
    serde_json::from_str(&line).unwrap()
}

/// Whether it still does an honest day's work.
fn still_works(worker: &mut Worker, server: &Server) {
    let sample = asked(worker, server, |_| ());
    assert_eq!(sample["sample"]["pages"], 5, "{sample}");
}

/// The one thing that an error says.
fn error(answer: &Value) -> &str {
    answer["error"]
        .as_str()
        .unwrap_or_else(|| panic!("an error was expected, not {answer}"))
}

#[test]
fn a_job_is_answered_with_a_sample_of_every_field() {
    let server = server(5, "0");
    let mut worker = Worker::start("thread-pool/raw");
    let answer = asked(&mut worker, &server, |_| ());
    let sample = answer["sample"].as_object().unwrap();
    let mut names: Vec<&str> = sample.keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = [
        "bytes",
        "cpu_ns",
        "digest",
        "errors",
        "involuntary_switches",
        "page_latency",
        "pages",
        "peak_rss_bytes",
        "rss_before_bytes",
        "start_ns",
        "sys_ns",
        "threads_peak",
        "titles",
        "user_ns",
        "voluntary_switches",
        "wall_ns",
    ];
    assert_eq!(names, expected);
    assert_eq!(answer.as_object().unwrap().len(), 1);
    assert_eq!(sample["bytes"], 5 * 15_360);
    let digest = Site::new(5).expected_digest(Parse::Titles, &[]);
    assert_eq!(sample["digest"], format!("{digest:016x}"));
    let latency = sample["page_latency"].as_object().unwrap();
    for name in ["mean_ns", "p50_ns", "p90_ns", "p99_ns", "max_ns"] {
        assert!(latency[name].as_u64() > Some(0), "{name}");
    }
    let histogram = latency["histogram"].as_array().unwrap();
    let pages: u64 = histogram.iter().filter_map(|pair| pair[1].as_u64()).sum();
    assert_eq!(pages, 5);
}

#[test]
fn a_second_job_finds_the_driver_warm_and_another_plan_restarts_it() {
    let server = server(5, "0");
    let mut worker = Worker::start("thread-pool/raw");
    let first = worker.sample(&job(server.page_address(), 5, 2)).unwrap();
    let second = worker.sample(&job(server.page_address(), 4, 2)).unwrap();
    let third = worker.sample(&job(server.page_address(), 5, 3)).unwrap();
    assert!(first.start_ns > 0 && third.start_ns > 0);
    assert_eq!(second.start_ns, 0);
    assert_eq!((first.pages, second.pages, third.pages), (5, 4, 5));
    assert_eq!(second.errors, 0);
}

#[test]
fn the_page_that_a_sample_missed_is_named_in_it() {
    let server = server(5, "0");
    let mut worker = Worker::start("sequential/raw");
    let sample = worker.sample(&job(server.page_address(), 6, 1)).unwrap();
    assert_eq!((sample.pages, sample.errors), (5, 1));
    let first = sample.first_error.unwrap();
    assert!(
        first.starts_with("page 5:") && first.contains("404"),
        "{first}"
    );
}

#[test]
fn a_heap_job_counts_the_heap_of_every_driver() {
    let server = server(5, "0");
    every_driver(|driver| {
        let mut worker = Worker::start(&driver.name);
        let mut job = job(server.page_address(), 5, 2);
        job.heap = true;
        let JobAnswer::Heap(heap) = worker.ask(&job)? else {
            return Err("did not answer with a heap".to_owned());
        };
        let counted = heap.pages == 5
            && heap.allocations > 0
            && heap.allocated_bytes > 0
            && heap.heap_peak_bytes > 0;
        support::ensure(counted, || format!("{heap:?}"))?;
        // And timing goes on after it.
        job.heap = false;
        let sample = worker.sample(&job)?;
        support::ensure(sample.pages == 5, || format!("{sample:?}"))
    });
}

#[test]
fn a_line_that_is_no_job_is_an_error_and_the_worker_goes_on() {
    let server = server(5, "0");
    let mut worker = Worker::start("sequential/raw");
    for line in ["garbage", "{", "[]", "{}", "null", "\u{1F6A3}"] {
        let answer: Value = serde_json::from_str(&worker.ask_line(line).unwrap()).unwrap();
        let error = error(&answer);
        assert!(error.contains("docs/PROTOCOL.md"), "{line}: {error}");
    }
    still_works(&mut worker, &server);
}

#[test]
fn a_blank_line_is_passed_over() {
    let server = server(5, "0");
    let mut worker = Worker::start("sequential/raw");
    let job = serde_json::to_string(&job(server.page_address(), 5, 2)).unwrap();
    let answer = worker.ask_line(&format!("\n  \n{job}")).unwrap();
    assert!(answer.contains("sample"), "{answer}");
}

#[test]
fn an_unknown_or_missing_key_is_named() {
    let server = server(5, "0");
    let mut worker = Worker::start("sequential/raw");
    let answer = asked(&mut worker, &server, |job| job["pagse"] = json!(7));
    assert!(error(&answer).contains("pagse"), "{answer}");
    let answer = asked(&mut worker, &server, |job| {
        job.as_object_mut().unwrap().remove("concurrency");
    });
    assert!(error(&answer).contains("concurrency"), "{answer}");
    still_works(&mut worker, &server);
}

#[test]
fn nothing_to_do_and_nobody_to_do_it_are_errors() {
    let server = server(5, "0");
    let mut worker = Worker::start("thread-pool/raw");
    for key in ["pages", "concurrency", "threads"] {
        let answer = asked(&mut worker, &server, |job| job[key] = json!(0));
        assert!(error(&answer).contains("1 or more"), "{key}: {answer}");
    }
    for (key, value) in [("pages", json!(100_001)), ("pages", json!(-1))] {
        let answer = asked(&mut worker, &server, |job| job[key] = value);
        error(&answer);
    }
    still_works(&mut worker, &server);
}

#[test]
fn a_server_elsewhere_is_rejected() {
    // TEST-NET-1 and documentation addresses: nobody is there, and with the
    // refusal not a packet is sent.
    let server = server(5, "0");
    let mut worker = Worker::start("sequential/raw");
    for elsewhere in ["192.0.2.1:80", "[2001:db8::1]:80", "0.0.0.0:80"] {
        let answer = asked(&mut worker, &server, |job| job["server"] = json!(elsewhere));
        let error = error(&answer);
        assert!(
            error.contains("--allow-remote") && error.contains(elsewhere),
            "{error}"
        );
    }
    still_works(&mut worker, &server);
}

#[test]
fn allow_remote_still_allows_this_machine() {
    let server = server(5, "0");
    let mut command = Command::new(REGATTA);
    command.args(["worker", "--driver", "sequential/raw", "--allow-remote"]);
    still_works(&mut Worker::from(command), &server);
}

#[test]
fn an_unknown_driver_ends_the_worker_with_two_and_a_hint() {
    let (status, said) = Worker::start("tokyo/hyper").end().unwrap();
    assert_eq!(status.code(), Some(2));
    assert!(
        said.contains("tokyo/hyper") && said.contains("regatta drivers"),
        "{said}"
    );
}

#[test]
fn the_end_of_its_input_ends_a_worker_in_peace() {
    let server = server(5, "0");
    let (status, said) = Worker::start("tokio/hyper").end().unwrap();
    assert!(status.success() && said.is_empty(), "{status}: {said}");
    let mut worker = Worker::start("tokio/hyper");
    still_works(&mut worker, &server);
    let (status, said) = worker.end().unwrap();
    assert!(status.success() && said.is_empty(), "{status}: {said}");
}

#[test]
fn threads_of_a_pool_are_its_places_and_the_main_thread() {
    let server = server(5, "0");
    for concurrency in [1, 7] {
        let sample = Worker::start("thread-pool/raw")
            .sample(&job(server.page_address(), 5, concurrency))
            .unwrap();
        let expected = sample.threads_peak.map(|_| concurrency as u64 + 1);
        assert_eq!(sample.threads_peak, expected);
    }
}

fn peak_bytes(server: &Server, driver: &str, pages: u64, concurrency: usize) -> Option<u64> {
    let mut worker = Worker::start(driver);
    let sample = worker.sample(&job(server.page_address(), pages, concurrency));
    sample.unwrap().peak_rss_bytes
}

#[test]
fn peak_memory_does_not_depend_on_the_process_that_started_the_worker() {
    let server = server(20, "0");
    let Some(lean) = peak_bytes(&server, "thread-pool/raw", 20, 4) else {
        return skip("peak memory", "this platform does not give it");
    };
    // Not zeros: those would be one page of memory, mapped many times.
    let fat = std::hint::black_box(vec![1_u8; 300 << 20]);
    let with_fat_parent = peak_bytes(&server, "thread-pool/raw", 20, 4).unwrap();
    drop(fat);
    assert!(
        with_fat_parent.abs_diff(lean) * 10 < lean,
        "{lean} bytes, and {with_fat_parent} when the parent is fat"
    );
}

#[test]
fn peak_memory_counts_what_the_driver_itself_takes() {
    // Every place is taken at once, and holds at least a page.
    let server = server(128, "100ms");
    for driver in ["thread-pool/raw", "tokio/hyper", "mio/raw"] {
        let Some(few) = peak_bytes(&server, driver, 4, 2) else {
            return skip("peak memory", "this platform does not give it");
        };
        let many = peak_bytes(&server, driver, 128, 128).unwrap();
        assert!(
            many > few + 126 * 15_360 / 2,
            "{driver}: {few}, then {many}"
        );
    }
}
