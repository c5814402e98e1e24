//! Clients with politeness against a server that we did not write: which
//! statuses are tried again, and that what a server asks for is heard.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use regatta::site::workload::Politeness;
use wiremock::ResponseTemplate;

use crate::PAGES;
use crate::all_right;
use crate::in_short;
use crate::mocked::{Mocked, with_page};
use crate::scrape_with;
use crate::support::{ensure, every_driver_at_once};

/// The page that is in trouble.
const TROUBLED: u64 = 1;

const POLITENESS: Politeness = Politeness {
    attempts: 3,
    back_off_ns: 1_000_000,
    seed: 7,
    ..Politeness::NONE
};

/// When each page was asked for.
type Asked = Arc<Mutex<HashMap<u64, Vec<Instant>>>>;

/// A server that answers the first `times` requests for the troubled page
/// with `trouble`, and notes when each request came.
fn troubled(
    times: usize,
    trouble: impl Fn() -> ResponseTemplate + Send + Sync + 'static,
) -> (Mocked, Asked) {
    let asked = Asked::default();
    let noted = asked.clone();
    let mocked = Mocked::answering(move |number| {
        let mut noted = noted.lock().unwrap();
        let moments = noted.entry(number).or_default();
        moments.push(Instant::now());
        if number == TROUBLED && moments.len() <= times {
            trouble()
        } else {
            with_page(number)
        }
    });
    (mocked, asked)
}

/// Whether each page was asked for once and the troubled one `times` times.
fn asked_for(asked: &Asked, times: usize) -> Result<(), String> {
    let asked = asked.lock().unwrap();
    for number in 0..PAGES {
        let expected = if number == TROUBLED { times } else { 1 };
        let count = asked.get(&number).map_or(0, Vec::len);
        ensure(count == expected, || {
            format!("asked for page {number} {count} times, not {expected}")
        })?;
    }
    Ok(())
}

#[test]
fn a_status_that_may_pass_is_tried_again_until_it_has_passed() {
    for status in [408, 425, 429, 500, 502, 503, 504] {
        every_driver_at_once(|driver| {
            // A slow answer is no reason to ask twice.
            let slow = Duration::from_millis(20);
            let trouble = move || ResponseTemplate::new(status).set_delay(slow);
            let (mocked, asked) = troubled(2, trouble);
            let account = scrape_with(driver, mocked.address(), POLITENESS, 1)?.remove(0);
            all_right(&account)?;
            ensure(account.retries == 2, || {
                format!("{} retries", account.retries)
            })?;
            asked_for(&asked, 3)
        });
    }
}

#[test]
fn a_status_that_will_not_pass_is_not_tried_again_even_when_asked_to() {
    for status in [301, 400, 403, 404, 410, 501] {
        every_driver_at_once(|driver| {
            let trouble = move || ResponseTemplate::new(status).insert_header("retry-after", "0");
            let (mocked, asked) = troubled(usize::MAX, trouble);
            let account = scrape_with(driver, mocked.address(), POLITENESS, 1)?.remove(0);
            let first = account.first_error.clone().unwrap_or_default();
            let is_named = first.contains(&format!("status {status}"));
            ensure(account.errors == 1 && is_named, || in_short(&account))?;
            asked_for(&asked, 1)
        });
    }
}

#[test]
fn a_retry_after_in_seconds_is_waited_out() {
    every_driver_at_once(|driver| {
        let trouble = || ResponseTemplate::new(503).insert_header("retry-after", "1");
        let (mocked, asked) = troubled(1, trouble);
        all_right(&scrape_with(driver, mocked.address(), POLITENESS, 1)?[0])?;
        asked_for(&asked, 2)?;
        let moments = &asked.lock().unwrap()[&TROUBLED];
        let waited = moments[1] - moments[0];
        ensure(waited >= Duration::from_secs(1), || {
            format!("came again after {waited:?}")
        })
    });
}

#[test]
fn a_retry_after_as_a_date_is_waited_out() {
    every_driver_at_once(|driver| {
        // A date has whole seconds: this one is one to two seconds away.
        let then = SystemTime::now() + Duration::from_secs(2);
        let date = httpdate::fmt_http_date(then);
        let due = httpdate::parse_http_date(&date).unwrap();
        let trouble = move || ResponseTemplate::new(429).insert_header("retry-after", &*date);
        let (mocked, asked) = troubled(1, trouble);
        let begun = (Instant::now(), SystemTime::now());
        all_right(&scrape_with(driver, mocked.address(), POLITENESS, 1)?[0])?;
        asked_for(&asked, 2)?;
        let second = asked.lock().unwrap()[&TROUBLED][1];
        let came = begun.1 + (second - begun.0);
        ensure(came >= due, || {
            format!("came again {:?} too soon", due.duration_since(came))
        })
    });
}
