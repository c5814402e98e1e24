//! What every driver promises for one scrape.

use crate::PARSES;
use crate::TestSite;
use crate::each_page_once;
use crate::few_connections;
use crate::support::worker::Worker;
use crate::support::{ensure, every_driver};

#[test]
fn each_page_is_fetched_once_with_all_places_taken_and_none_besides() {
    // Each answer takes so long that every place is taken in the meantime,
    // even where twice as much wants to run as there are cores.
    let site = TestSite::with(24, "50ms");
    every_driver(|driver| {
        let job = site.job(8);
        let (sample, ledger) = site.race(&mut Worker::start(&driver.name), &job)?;
        each_page_once(&job, &sample, &ledger)?;
        few_connections(driver, &job, &ledger)?;
        let places = driver.in_flight(8) as u64;
        ensure(ledger.in_flight_peak == places, || {
            format!("{} in flight, not {places}", ledger.in_flight_peak)
        })
    });
}

#[test]
fn a_server_that_answers_at_once_is_scraped_without_losing_or_repeating_a_page() {
    let site = TestSite::with(300, "0");
    every_driver(|driver| {
        let job = site.job(5);
        let (sample, ledger) = site.race(&mut Worker::start(&driver.name), &job)?;
        each_page_once(&job, &sample, &ledger)?;
        few_connections(driver, &job, &ledger)?;
        ensure(ledger.in_flight_peak <= 5, || {
            format!("{} in flight", ledger.in_flight_peak)
        })
    });
}

#[test]
fn pages_of_very_different_latency_do_not_hold_each_other_up_wrongly() {
    let site = TestSite::with(40, "1ms*9,40ms");
    every_driver(|driver| {
        let job = site.job(4);
        let (sample, ledger) = site.race(&mut Worker::start(&driver.name), &job)?;
        each_page_once(&job, &sample, &ledger)?;
        ensure(ledger.in_flight_peak <= 4, || {
            format!("{} in flight", ledger.in_flight_peak)
        })
    });
}

#[test]
fn one_page_at_a_time_is_one_page_at_a_time_for_every_driver() {
    let site = TestSite::with(5, "5ms");
    every_driver(|driver| {
        let job = site.job(1);
        let (sample, ledger) = site.race(&mut Worker::start(&driver.name), &job)?;
        each_page_once(&job, &sample, &ledger)?;
        few_connections(driver, &job, &ledger)?;
        ensure(ledger.in_flight_peak == 1, || {
            format!("{} in flight", ledger.in_flight_peak)
        })
    });
}

#[test]
fn as_many_places_as_pages_or_more_are_no_trouble() {
    let site = TestSite::with(6, "50ms");
    every_driver(|driver| {
        for concurrency in [6, 9] {
            let job = site.job(concurrency);
            let (sample, ledger) = site.race(&mut Worker::start(&driver.name), &job)?;
            each_page_once(&job, &sample, &ledger)?;
            few_connections(driver, &job, &ledger)?;
            let places = driver.in_flight(6) as u64;
            ensure(ledger.in_flight_peak == places, || {
                format!("{} in flight, not {places}", ledger.in_flight_peak)
            })?;
        }
        Ok(())
    });
}

#[test]
fn what_is_read_from_the_pages_is_the_same_for_every_driver() {
    let site = TestSite::with(7, "0");
    every_driver(|driver| {
        let mut worker = Worker::start(&driver.name);
        for parse in PARSES {
            let mut job = site.job(3);
            job.parse = parse;
            let (sample, ledger) = site.race(&mut worker, &job)?;
            each_page_once(&job, &sample, &ledger).map_err(|why| format!("{parse:?}: {why}"))?;
        }
        Ok(())
    });
}

#[test]
fn no_page_is_said_to_have_taken_less_than_its_delay_or_the_scrape_less_than_the_ideal() {
    let site = TestSite::with(8, "20ms");
    every_driver(|driver| {
        let job = site.job(4);
        let (sample, _) = site.race(&mut Worker::start(&driver.name), &job)?;
        let ideal_ns = 20_000_000 * 8 / driver.in_flight(4) as u64;
        ensure(sample.wall_ns >= ideal_ns, || {
            format!("took {} ns; {ideal_ns} is the ideal", sample.wall_ns)
        })?;
        // The histogram keeps three figures.
        let least = sample.page_latency.histogram.first();
        ensure(least.is_some_and(|(ns, _)| *ns >= 19_980_000), || {
            format!("a page took {least:?}")
        })?;
        ensure(sample.page_latency.max_ns <= sample.wall_ns, || {
            format!("a page took {} ns", sample.page_latency.max_ns)
        })
    });
}
