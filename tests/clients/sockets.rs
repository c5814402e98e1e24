//! What the clients do to their sockets, as the kernel sees it (strace).

use std::path::Path;
use std::process::Command;

use regatta::drivers::models::ASYNC_STD_THREADS;
use regatta::harness::worker::Job;

use crate::CONCURRENCY;
use crate::PAGES;
use crate::good_head;
use crate::serving;
use crate::support::worker::{REGATTA, Worker, job};
use crate::support::{ensure, every_pair, skip};

/// What is sent, and over which sockets.
const SENDING: &str = "connect,setsockopt,write,writev,send,sendto,sendmsg";
/// Threads that are started.
const STARTING: &str = "?clone,?clone3";

/// A worker of which these system calls are written down, a file a thread, so
/// that no call is cut in two by another thread's.
fn traced(driver: &str, which: &str, into: &Path) -> Worker {
    let mut command = Command::new("strace");
    command
        .args(["-ff", "-qq", "-s", "400", "-e"])
        .arg(format!("trace={which}"))
        .arg("-o")
        .arg(into.join("calls"))
        .args([REGATTA, "worker", "--driver", driver])
        .env(ASYNC_STD_THREADS, "2");
    Worker::from(command)
}

fn strace_works() -> bool {
    let tried = Command::new("strace").args(["-qq", "true"]).output();
    tried.is_ok_and(|output| output.status.success())
}

/// The system calls of one driver's scrape.
fn calls(driver: &str, which: &str, job: &Job) -> Result<Vec<String>, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut worker = traced(driver, which, folder.path());
    let sample = worker.sample(job)?;
    ensure(sample.pages == PAGES, || {
        format!("{:?}", sample.first_error)
    })?;
    // The files are whole when strace has ended.
    worker.end()?;
    let mut calls = Vec::new();
    for file in std::fs::read_dir(folder.path()).map_err(|error| error.to_string())? {
        let path = file.map_err(|error| error.to_string())?.path();
        let text = std::fs::read(path).map_err(|error| error.to_string())?;
        calls.extend(String::from_utf8_lossy(&text).lines().map(str::to_owned));
    }
    Ok(calls)
}

#[test]
fn every_client_turns_nagle_off_and_sends_a_request_in_one_write() {
    if !strace_works() {
        return skip(
            "every_client_turns_nagle_off_and_sends_a_request_in_one_write",
            "strace is not installed, or may not trace here",
        );
    }
    let server = serving(good_head);
    let port = format!("htons({})", server.address().port());
    every_pair(|driver| {
        let job = job(server.address(), PAGES, CONCURRENCY);
        let calls = calls(&driver.name, SENDING, &job)?;
        let count =
            |wanted: &dyn Fn(&str) -> bool| calls.iter().filter(|call| wanted(call)).count();
        let connected = count(&|call| call.starts_with("connect(") && call.contains(&port));
        let undelayed = count(&|call| call.contains("TCP_NODELAY, [1]") && call.ends_with("= 0"));
        let whole = count(&|call| call.contains("\"GET /page/") && call.contains("\\r\\n\\r\\n\""));
        let begun = count(&|call| call.contains("GET /page/"));
        ensure(connected > 0 && undelayed >= connected, || {
            format!("{connected} connections, TCP_NODELAY set on {undelayed}")
        })?;
        ensure(begun as u64 == PAGES && whole == begun, || {
            format!("{PAGES} requests, {begun} writes that begin one, {whole} that hold one whole")
        })
    });
}

#[test]
fn a_time_limit_costs_ureq_a_thread_a_request_as_the_documents_say() {
    if !strace_works() {
        return skip(
            "a_time_limit_costs_ureq_a_thread_a_request_as_the_documents_say",
            "strace is not installed, or may not trace here",
        );
    }
    let server = serving(good_head);
    let started = |driver: &str, timeout_ns| {
        let mut job = job(server.address(), PAGES, 1);
        job.politeness.timeout_ns = timeout_ns;
        calls(driver, STARTING, &job).unwrap().len() as u64
    };
    let hour_ns = 3_600_000_000_000;
    let of_limit = |driver| started(driver, hour_ns) - started(driver, 0);
    // Not so any more? Then docs/cancellation.md and docs/BIAS.md are to say so.
    assert_eq!(of_limit("sequential/ureq"), PAGES);
    assert_eq!(of_limit("sequential/raw"), 0);
}
