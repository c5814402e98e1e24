//! What the tests of clients, models and the worker share.
//!
//! Each test program is compiled with all of this and uses a part of it.
#![allow(dead_code)]

pub(crate) mod ports;
pub(crate) mod raw_server;
pub(crate) mod worker;

use std::io::Write;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use regatta::drivers::{self, Driver};
use regatta::site::server::control::Control;
use regatta::site::server::{Options, Scenario, Server};

/// Nothing here takes a second. Whatever takes this long hangs, however busy
/// the machine is.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Every driver that is right: the models with their clients, and the fixed.
pub(crate) fn right_ones() -> impl Iterator<Item = &'static Driver> {
    drivers::all().iter().chain(drivers::fixed())
}

/// Holds every driver against `check` and names all those that fail it.
pub(crate) fn every_driver(check: impl Fn(&'static Driver) -> Result<(), String>) {
    hold(right_ones(), check);
}

/// The same for every model with every client: for checks of what a client
/// does, which is named in the driver's name.
pub(crate) fn every_pair(check: impl Fn(&'static Driver) -> Result<(), String>) {
    drivers_where(|_| true, check);
}

/// Holds them against `check` all at once: for checks that wait more than they work.
pub(crate) fn every_driver_at_once(check: impl Fn(&'static Driver) -> Result<(), String> + Sync) {
    let complaints: Vec<String> = thread::scope(|scope| {
        let check = &check;
        let checks: Vec<_> = right_ones()
            .map(|driver| (driver, scope.spawn(move || check(driver))))
            .collect();
        let ended = checks
            .into_iter()
            .filter_map(|(driver, checked)| complaint(driver, checked.join().unwrap()));
        ended.collect()
    });
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

fn complaint(driver: &Driver, checked: Result<(), String>) -> Option<String> {
    let complaint = checked.err()?;
    Some(format!("{}: {complaint}", driver.name))
}

/// The same for those that `wanted` takes.
pub(crate) fn drivers_where(
    wanted: impl Fn(&Driver) -> bool,
    check: impl Fn(&'static Driver) -> Result<(), String>,
) {
    hold(drivers::all().iter().filter(|driver| wanted(driver)), check);
}

fn hold(
    drivers: impl Iterator<Item = &'static Driver>,
    check: impl Fn(&'static Driver) -> Result<(), String>,
) {
    let complaints = drivers.filter_map(|driver| complaint(driver, check(driver)));
    let complaints: Vec<String> = complaints.collect();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

/// Does `work` in a thread of its own and gives it up when it does not end.
/// The thread is then left behind; the test that it belongs to has failed.
pub(crate) fn watched<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, String> {
    let (done, outcome) = channel();
    thread::spawn(move || {
        // Nobody listens any more when it is too late.
        let _ = done.send(work());
    });
    outcome.recv_timeout(PATIENCE).map_err(|error| match error {
        RecvTimeoutError::Timeout => format!("did not end within {PATIENCE:?}"),
        RecvTimeoutError::Disconnected => "panicked".to_owned(),
    })
}

/// Asks until `look` finds something; `None` when it never does.
pub(crate) fn eventually<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let found = look();
        if found.is_some() {
            return found;
        }
        thread::sleep(Duration::from_millis(5));
    }
    None
}

/// An error in words unless `holds`.
pub(crate) fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

/// Says that a test could not do its work here. Written past the capture of
/// the test harness: a skip that nobody sees is a hole.
pub(crate) fn skip(test: &str, why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED {test}: {why}");
}

/// A server for `scenario` on free ports, and its control port's client.
pub(crate) fn serving(scenario: Scenario) -> (Server, Control) {
    let server = Server::start(Options {
        scenario,
        port: 0,
        control_port: 0,
        threads: std::num::NonZeroUsize::MIN,
    })
    .unwrap();
    let control = Control::new(server.control_address(), server.secret().clone());
    (server, control)
}
