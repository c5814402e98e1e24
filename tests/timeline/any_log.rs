//! Logs as nobody would write them, for proptest.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use regatta::measure::event_log::{Attempt, End, EventLog, Fate, Gauge, Request, Tick, Work};
use regatta::report::timeline::Offence;

/// A moment or a number: small, of the size of a run, or at the end of what
/// there is.
fn number() -> impl Strategy<Value = u64> {
    prop_oneof![
        4 => 0..200_000_000_u64,
        2 => 0..5_u64,
        1 => Just(u64::MAX),
        1 => any::<u64>(),
    ]
}

fn page() -> impl Strategy<Value = u64> {
    prop_oneof![8 => 0..12_u64, 1 => any::<u64>()]
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![
        Just(End::Sent),
        any::<u16>().prop_map(End::Status),
        Just(End::Abandoned),
        Just(End::Cut),
    ]
}

fn request() -> impl Strategy<Value = Request> {
    let times = (
        number(),
        option::of(number()),
        option::of(number()),
        number(),
    );
    (page(), times, end()).prop_map(
        |(page, (read_ns, begun_ns, due_ns, ended_ns), end)| Request {
            page,
            read_ns,
            begun_ns,
            due_ns,
            ended_ns,
            end,
        },
    )
}

fn attempt() -> impl Strategy<Value = Attempt> {
    let fates = prop_oneof![
        Just(Fate::Fetched),
        Just(Fate::Again),
        Just(Fate::Failed),
        Just(Fate::TimedOut),
        Just(Fate::Cancelled),
    ];
    let times = (number(), number(), number());
    let all = (page(), any::<u32>(), times, fates);
    all.prop_map(
        |(page, attempt, (handed_out_ns, fetched_ns, ended_ns), fate)| Attempt {
            page,
            attempt,
            handed_out_ns,
            fetched_ns,
            ended_ns,
            fate,
        },
    )
}

fn work() -> impl Strategy<Value = Work> {
    (page(), number(), number()).prop_map(|(page, begun_ns, ended_ns)| Work {
        page,
        begun_ns,
        ended_ns,
    })
}

fn tick() -> impl Strategy<Value = Tick> {
    (number(), number()).prop_map(|(due_ns, came_ns)| Tick { due_ns, came_ns })
}

fn gauge() -> impl Strategy<Value = Gauge> {
    let values = [
        option::of(number()),
        option::of(number()),
        option::of(number()),
    ];
    (number(), values).prop_map(|(at_ns, [threads, resident_bytes, virtual_bytes])| Gauge {
        at_ns,
        threads,
        resident_bytes,
        virtual_bytes,
    })
}

/// Any log: many or no pages, notes in any order, about pages that there are
/// not, from after the end and backwards.
pub(crate) fn log() -> impl Strategy<Value = EventLog> {
    let head = (
        any::<String>(),
        prop_oneof![0..30_u64, number()],
        number(),
        number(),
    );
    let notes = (
        vec(request(), 0..40),
        vec(attempt(), 0..40),
        vec(work(), 0..10),
        vec(tick(), 0..5),
        vec(gauge(), 0..5),
    );
    (head, notes).prop_map(|(head, (requests, attempts, works, ticks, gauges))| {
        let (title, pages, wall_ns, requests_left_out) = head;
        EventLog {
            title,
            pages,
            wall_ns,
            requests,
            requests_left_out,
            attempts,
            works,
            ticks,
            gauges,
        }
    })
}

fn offence() -> impl Strategy<Value = Offence> {
    (page(), page(), number(), number(), any::<String>()).prop_map(
        |(page_from, page_to, from_ns, to_ns, what)| Offence {
            page_from,
            page_to,
            from_ns,
            to_ns,
            what,
        },
    )
}

/// What is marked, and where the axis ends.
pub(crate) fn marked() -> impl Strategy<Value = (Vec<Offence>, Option<u64>)> {
    (vec(offence(), 0..5), option::of(number()))
}
