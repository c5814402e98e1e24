//! The rules on simulated logs.

use std::time::Duration;

use super::*;
use crate::measure::event_log::End;
use crate::measure::sample::Ledger;

const MS: u64 = 1_000_000;

const REQUIREMENTS: Requirements = Requirements {
    pages: 30,
    in_flight: 10,
    latency: Duration::from_millis(50),
    stop_after: None,
};

const STOPPED: Requirements = Requirements {
    pages: 60,
    in_flight: 10,
    latency: Duration::from_millis(400),
    stop_after: Some(Duration::from_millis(600)),
};

fn request(page: u64, read_ms: u64, ended_ms: u64) -> Request {
    Request {
        page,
        read_ns: read_ms * MS,
        begun_ns: Some(read_ms * MS),
        due_ns: Some(ended_ms * MS),
        ended_ns: ended_ms * MS,
        end: End::Sent,
    }
}

/// Rounds of ten pages, one every `latency`.
fn rounds(pages: u64, latency_ms: u64) -> Vec<Request> {
    (0..pages)
        .map(|page| {
            let begun_ms = page / 10 * latency_ms;
            request(page, begun_ms, begun_ms + latency_ms)
        })
        .collect()
}

/// A run with correct results.
fn outcome(requests: Vec<Request>) -> RunOutcome {
    let sent = requests.iter().filter(|request| request.end == End::Sent);
    let sent: Vec<u64> = sent.map(|request| request.page).collect();
    let wall_ns = requests.iter().map(|request| request.ended_ns).max();
    RunOutcome {
        answer: Ok(Sample {
            wall_ns: wall_ns.unwrap_or_default(),
            pages: sent.len() as u64,
            digest: results::digest(&sent),
            ..Sample::default()
        }),
        ledger: Ledger {
            requests: requests.len() as u64,
            ..Ledger::default()
        },
        log: EventLog {
            requests,
            ..EventLog::default()
        },
    }
}

fn sentences(requirements: &Requirements, outcome: &RunOutcome) -> Vec<String> {
    let graded = grade(requirements, outcome);
    assert_eq!(graded.passed, graded.problems.is_empty());
    let problems = graded.problems.into_iter();
    problems.map(|problem| problem.sentence).collect()
}

fn changed(change: impl FnOnce(&mut Sample, &mut Ledger)) -> RunOutcome {
    let mut outcome = outcome(rounds(30, 50));
    let sample = outcome.answer.as_mut().unwrap();
    change(sample, &mut outcome.ledger);
    outcome
}

#[test]
fn ten_at_a_time_and_each_page_once_passes() {
    assert_eq!(sentences(&REQUIREMENTS, &outcome(rounds(30, 50))), [""; 0]);
}

#[test]
fn a_request_may_start_when_another_one_ends() {
    let mut requests = rounds(30, 50);
    requests.reverse();
    assert_eq!(sentences(&REQUIREMENTS, &outcome(requests)), [""; 0]);
}

#[test]
fn eleven_in_flight_are_reported_with_time_and_pages_and_marked() {
    let mut requests = rounds(30, 50);
    for request in &mut requests[10..20] {
        request.ended_ns += 2 * MS;
    }
    // Page 20 starts two milliseconds before its round.
    for request in &mut requests[21..] {
        request.read_ns += 2 * MS;
        request.ended_ns += 2 * MS;
    }
    let graded = grade(&REQUIREMENTS, &outcome(requests));
    let sentence =
        "expected at most 10 in flight, saw 11 between 100 and 102 ms (pages 10 to 20)".to_owned();
    let offence = Offence {
        page_from: 10,
        page_to: 20,
        from_ns: 100 * MS,
        to_ns: 102 * MS,
        what: sentence.clone(),
    };
    assert_eq!(graded.marked(), [offence]);
    assert_eq!(graded.problems.len(), 1);
    assert_eq!(graded.problems[0].sentence, sentence);
}

#[test]
fn the_largest_excess_is_reported_not_the_first() {
    let mut requests = rounds(30, 50);
    requests[10].read_ns -= MS;
    for request in &mut requests[20..23] {
        request.read_ns -= MS;
    }
    let sentences = sentences(&REQUIREMENTS, &outcome(requests));
    assert!(
        sentences[0].contains("saw 13 between 99.0 and 100.0 ms (pages 10 to 22)"),
        "{sentences:?}"
    );
}

#[test]
fn too_few_in_flight_are_reported_with_their_number() {
    let four = (0..30).map(|page| request(page, page / 4 * 50, page / 4 * 50 + 50));
    assert_eq!(
        sentences(&REQUIREMENTS, &outcome(four.collect())),
        ["expected 10 in flight, never saw more than 4"]
    );
}

#[test]
fn a_request_that_took_no_time_was_not_in_flight() {
    let mut requests = rounds(30, 50);
    requests[15].ended_ns = requests[15].read_ns;
    assert_eq!(sentences(&REQUIREMENTS, &outcome(requests)), [""; 0]);
}

#[test]
fn distant_pages_are_marked_separately_and_reported_once() {
    let mut requests = rounds(30, 50);
    requests.push(request(3, 150, 200));
    requests.push(request(7, 150, 200));
    let graded = grade(&REQUIREMENTS, &outcome(requests));
    let what: Vec<String> = graded.marked().into_iter().map(|mark| mark.what).collect();
    assert_eq!(
        what,
        [
            "expected each page once, but 2 were requested up to 2 times (pages 3 and 7)",
            "and page 7"
        ]
    );
}

#[test]
fn missed_pages_are_named() {
    let mut requests = rounds(30, 50);
    requests.remove(29);
    assert_eq!(
        sentences(&REQUIREMENTS, &outcome(requests)),
        ["page 29 was never requested"]
    );
}

#[test]
fn requests_for_other_paths_are_reported() {
    let outcome = changed(|_, ledger| ledger.other_requests = 1);
    assert_eq!(
        sentences(&REQUIREMENTS, &outcome),
        ["1 request was not for a page: the pages are 0 to 29"]
    );
}

#[test]
fn a_program_without_requests_is_reported_with_its_error() {
    let mut outcome = outcome(Vec::new());
    assert_eq!(
        sentences(&REQUIREMENTS, &outcome),
        ["the program requested no page"]
    );
    outcome.answer.as_mut().unwrap().first_error = Some("page 0: refused".to_owned());
    assert_eq!(
        sentences(&REQUIREMENTS, &outcome),
        ["the program requested no page; its error: page 0: refused"]
    );
}

#[test]
fn results_are_compared_with_what_was_sent() {
    let short = changed(|sample, _| sample.pages = 20);
    assert_eq!(
        sentences(&REQUIREMENTS, &short),
        ["the server sent 30 pages, but 20 are in the results"]
    );
    let failed = changed(|sample, _| {
        sample.errors = 1;
        sample.first_error = Some("page 3: wrong page received".to_owned());
    });
    assert_eq!(
        sentences(&REQUIREMENTS, &failed),
        ["1 page failed: page 3: wrong page received"]
    );
    let other = changed(|sample, _| sample.digest = "0".repeat(16));
    assert!(sentences(&REQUIREMENTS, &other)[0].contains("the digest differs"));
}

#[test]
fn a_program_that_drains_at_the_stop_passes() {
    assert_eq!(sentences(&STOPPED, &outcome(rounds(20, 400))), [""; 0]);
}

#[test]
fn a_request_from_just_before_the_stop_may_arrive_just_after_it() {
    let mut requests = rounds(20, 400);
    requests[19].read_ns = 690 * MS;
    assert_eq!(sentences(&STOPPED, &outcome(requests)), [""; 0]);
}

#[test]
fn requests_after_the_stop_are_reported_and_marked() {
    let graded = grade(&STOPPED, &outcome(rounds(30, 400)));
    assert_eq!(
        graded.problems[0].sentence,
        "the stop came at 600 ms, but 10 requests started after it, the first at 800 ms (pages 20 to \
         29)"
    );
    assert_eq!(graded.marked()[0].page_from, 20);
}

#[test]
fn the_stop_is_counted_from_the_first_request() {
    let late = |request: Request| Request {
        read_ns: request.read_ns + 5_000 * MS,
        ended_ns: request.ended_ns + 5_000 * MS,
        ..request
    };
    let requests = rounds(20, 400).into_iter().map(late).collect();
    assert_eq!(sentences(&STOPPED, &outcome(requests)), [""; 0]);
}

#[test]
fn an_end_before_the_stop_is_reported_unless_nothing_was_left() {
    assert_eq!(
        sentences(&STOPPED, &outcome(rounds(10, 400))),
        ["the program ended after 400 ms with 50 pages left, before the stop at 600 ms"]
    );
    let quick = Requirements {
        pages: 10,
        ..STOPPED
    };
    assert_eq!(sentences(&quick, &outcome(rounds(10, 400))), [""; 0]);
}

#[test]
fn abandoned_requests_are_reported_and_marked() {
    let mut requests = rounds(20, 400);
    for request in &mut requests[10..] {
        request.ended_ns = 600 * MS;
        request.end = End::Abandoned;
    }
    let graded = grade(&STOPPED, &outcome(requests));
    assert_eq!(
        graded.problems[0].sentence,
        "10 requests were abandoned before the answer, the first at 600 ms (pages 10 to 19)"
    );
    assert_eq!(graded.marked()[0].to_ns, 600 * MS);
    assert_eq!(graded.problems.len(), 1);
}

#[test]
fn a_program_without_an_answer_is_reported_with_its_last_request() {
    let mut failed = outcome(rounds(10, 50));
    failed.log.requests[0].end = End::Abandoned;
    failed.answer = Err("no answer within 20.0 s".to_owned());
    assert_eq!(
        sentences(&REQUIREMENTS, &failed),
        [
            "no answer within 20.0 s",
            "it had requested 10 pages before that, the last one at 0 ms"
        ]
    );
    let mut silent = outcome(Vec::new());
    silent.answer = Err("it ended".to_owned());
    assert_eq!(
        sentences(&REQUIREMENTS, &silent),
        ["it ended", "it had requested no page before that"]
    );
}
