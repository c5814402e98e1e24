//! A driver that has been started scrapes as often as it is asked to, and
//! leaves nothing behind.

use crate::TestSite;
use crate::each_page_once;
use crate::support::worker::Worker;
use crate::support::{ensure, eventually, every_driver};

#[test]
fn a_second_scrape_uses_the_connections_of_the_first() {
    let site = TestSite::with(12, "20ms");
    every_driver(|driver| {
        let mut worker = Worker::start(&driver.name);
        let job = site.job(4);
        let (first, first_ledger) = site.race(&mut worker, &job)?;
        each_page_once(&job, &first, &first_ledger)?;
        let (second, second_ledger) = site.race(&mut worker, &job)?;
        each_page_once(&job, &second, &second_ledger)?;
        ensure(first.start_ns > 0 && second.start_ns == 0, || {
            format!("started in {} and {} ns", first.start_ns, second.start_ns)
        })?;
        let (first, second) = (first_ledger.connections, second_ledger.connections);
        let places = driver.in_flight(4) as u64;
        let as_it_should = match driver {
            driver if !driver.model.keep_alive => first == 12 && second == 12,
            // A whole program, which makes its client when it begins.
            driver if driver.kind().lesson().is_some() => first <= places && second <= places,
            // It races one now and then, but has a pool to choose from.
            driver if driver.client.pool_races => second < 12,
            // A place that the first scrape never needed connects later.
            _ => first <= places && second == places - first,
        };
        ensure(as_it_should, || {
            format!("{first}, then {second} connections")
        })
    });
}

#[test]
fn scrapes_can_follow_each_other_in_quick_succession() {
    let site = TestSite::with(10, "0");
    every_driver(|driver| {
        let mut worker = Worker::start(&driver.name);
        let job = site.job(3);
        for _ in 0..20 {
            let (sample, ledger) = site.race(&mut worker, &job)?;
            each_page_once(&job, &sample, &ledger)?;
        }
        Ok(())
    });
}

#[test]
fn a_driver_that_is_dropped_takes_its_threads_and_connections_with_it() {
    let site = TestSite::with(16, "5ms");
    every_driver(|driver| {
        let small = site.job(1);
        // Drivers end in their own time; each of these samples is a look.
        let settled = |worker: &mut Worker| {
            let sample = worker.sample(&small)?;
            Ok::<_, String>(sample.threads_peak)
        };
        let expected = settled(&mut Worker::start(&driver.name))?;
        let mut worker = Worker::start(&driver.name);
        let (sample, ledger) = site.race(&mut worker, &site.job(8))?;
        each_page_once(&site.job(8), &sample, &ledger)?;
        let mut seen = None;
        let back = eventually(|| {
            seen = Some(settled(&mut worker));
            let ledger = site.control.ledger().ok()?;
            let gone = seen == Some(Ok(expected)) && ledger.connections_open <= 1;
            gone.then_some(())
        });
        ensure(back.is_some(), || {
            format!("{expected:?} threads were there before, {seen:?} after")
        })?;
        let (status, said) = worker.end()?;
        ensure(status.success() && said.is_empty(), || {
            format!("ended with {status}, saying {said:?}")
        })
    });
}
