//! The states of one page, from small logs written by hand. A moment is a
//! number of milliseconds.

use super::*;

const MS: u64 = 1_000_000;

fn request(read: u64, begun: u64, due: u64, ended: u64, end: End) -> Request {
    Request {
        page: 0,
        read_ns: read * MS,
        begun_ns: Some(begun * MS),
        due_ns: Some(due * MS),
        ended_ns: ended * MS,
        end,
    }
}

fn attempt(handed_out: u64, fetched: u64, ended: u64, fate: Fate) -> Attempt {
    Attempt {
        page: 0,
        attempt: 0,
        handed_out_ns: handed_out * MS,
        fetched_ns: fetched * MS,
        ended_ns: ended * MS,
        fate,
    }
}

fn work(begun: u64, ended: u64) -> Work {
    Work {
        page: 0,
        begun_ns: begun * MS,
        ended_ns: ended * MS,
    }
}

/// A log of one page and of a wall of 200 ms.
fn log(requests: &[Request], attempts: &[Attempt], works: &[Work]) -> EventLog {
    EventLog {
        pages: 1,
        wall_ns: 200 * MS,
        requests: requests.to_vec(),
        attempts: attempts.to_vec(),
        works: works.to_vec(),
        ..EventLog::default()
    }
}

/// The states of the page, each with its times.
fn states(log: &EventLog) -> Vec<(State, u64, u64)> {
    let lives = Lives::of(log);
    let spans = lives.of[&0].spans.iter();
    let ms = spans.map(|span| (span.state, span.from_ns / MS, span.to_ns / MS));
    ms.collect()
}

fn marks(log: &EventLog) -> Vec<(Mark, u64)> {
    let lives = Lives::of(log);
    let marks = lives.of[&0].marks.iter();
    marks.map(|(mark, at_ns)| (*mark, at_ns / MS)).collect()
}

#[test]
fn a_page_goes_through_all_of_its_states_in_order() {
    let log = log(
        &[request(12, 20, 70, 73, End::Sent)],
        &[attempt(10, 75, 90, Fate::Fetched)],
        &[work(80, 90)],
    );
    let expected = [
        (State::Waiting, 0, 10),
        (State::Wire, 10, 12),
        (State::Queued, 12, 20),
        (State::Served, 20, 70),
        (State::Body, 70, 75),
        (State::Shelved, 75, 80),
        (State::Computing, 80, 90),
    ];
    assert_eq!(states(&log), expected);
    assert_eq!(marks(&log), []);
}

#[test]
fn where_no_work_is_noted_a_page_is_computed_for_until_its_place_is_free() {
    let log = log(
        &[request(0, 0, 50, 51, End::Sent)],
        &[attempt(0, 51, 60, Fate::Fetched)],
        &[],
    );
    assert_eq!(states(&log).last(), Some(&(State::Computing, 51, 60)));
}

#[test]
fn an_answer_that_nobody_looks_at_is_told_apart_from_one_on_its_way() {
    let fetched = |at: u64| {
        log(
            &[request(0, 0, 50, 51, End::Sent)],
            &[attempt(0, at, at, Fate::Fetched)],
            &[],
        )
    };
    assert_eq!(states(&fetched(56)).last(), Some(&(State::Body, 50, 56)));
    let late = states(&fetched(57));
    assert_eq!(
        late[1..],
        [(State::Body, 50, 51), (State::Unnoticed, 51, 57)]
    );
}

#[test]
fn a_pause_before_a_retry_is_told_apart_from_the_first_wait() {
    let log = log(
        &[
            request(10, 10, 10, 11, End::Status(503)),
            request(61, 61, 111, 112, End::Sent),
        ],
        &[
            attempt(10, 11, 11, Fate::Again),
            attempt(61, 112, 112, Fate::Fetched),
        ],
        &[],
    );
    let states = states(&log);
    assert_eq!(states[0], (State::Waiting, 0, 10));
    assert_eq!(states[2], (State::Pausing, 11, 61));
    assert_eq!(marks(&log), [(Mark::Retried, 61)]);
}

#[test]
fn what_the_server_does_for_one_who_gave_up_is_still_to_be_seen() {
    let log = log(
        &[request(0, 30, 80, 80, End::Abandoned)],
        &[attempt(0, 40, 40, Fate::TimedOut)],
        &[],
    );
    assert_eq!(
        states(&log),
        [(State::Queued, 0, 30), (State::Served, 30, 80)]
    );
    // The server saw a client go, and the driver says why: one mark.
    assert_eq!(marks(&log), [(Mark::TimedOut, 40)]);
}

#[test]
fn a_page_that_was_never_begun_waits_until_the_end() {
    let mut log = log(&[], &[], &[]);
    log.requests.push(Request {
        page: 5,
        ..request(0, 0, 1, 1, End::Sent)
    });
    let lives = Lives::of(&log);
    // Nothing is known of page 0, and there is no page 5.
    assert!(lives.of.is_empty());
    assert_eq!((lives.pages, lives.wall_ns), (1, 200 * MS));
}

#[test]
fn of_a_foreign_program_the_server_alone_tells() {
    let log = log(
        &[
            request(5, 5, 55, 30, End::Abandoned),
            request(60, 60, 110, 111, End::Sent),
        ],
        &[],
        &[],
    );
    let expected = [
        (State::Waiting, 0, 5),
        (State::Served, 5, 30),
        (State::Pausing, 30, 60),
        (State::Served, 60, 110),
        (State::Body, 110, 111),
    ];
    assert_eq!(states(&log), expected);
    let marks = marks(&log);
    assert_eq!(marks, [(Mark::Retried, 60), (Mark::Abandoned, 30)]);
}

#[test]
fn a_page_that_is_lost_or_cancelled_is_marked_where_it_failed() {
    for (fate, mark) in [
        (Fate::Failed, Mark::Failed),
        (Fate::Cancelled, Mark::Cancelled),
    ] {
        let log = log(&[], &[attempt(10, 40, 41, fate)], &[]);
        assert_eq!(marks(&log), [(mark, 40)]);
        assert_eq!(states(&log)[1], (State::Wire, 10, 40));
    }
}
