//! Small simulated logs, like those that the lessons leave behind.

use regatta::measure::event_log::{Attempt, End, EventLog, Fate, Gauge, Request, Tick, Work};

/// Nanoseconds in a millisecond.
pub(crate) const MS: u64 = 1_000_000;
/// From handing out a page until the server has its head.
const WIRE_NS: u64 = MS / 10;
/// From the first byte of an answer to its last.
const BODY_NS: u64 = MS / 5;
/// To check a page.
const CHECK_NS: u64 = MS / 10;

/// A log under construction. Times are in nanoseconds.
pub(crate) struct SimulatedLog {
    log: EventLog,
}

impl SimulatedLog {
    pub(crate) fn new(title: &str, pages: u64) -> Self {
        let log = EventLog {
            title: title.to_owned(),
            pages,
            ..EventLog::default()
        };
        Self { log }
    }

    /// What the server saw of one request.
    pub(crate) fn request(&mut self, page: u64, times: [u64; 4], end: End) {
        let [read_ns, begun_ns, due_ns, ended_ns] = times;
        self.log.requests.push(Request {
            page,
            read_ns,
            begun_ns: Some(begun_ns),
            due_ns: Some(due_ns),
            ended_ns,
            end,
        });
    }

    /// What the driver did, with the number of earlier attempts counted.
    pub(crate) fn attempt(&mut self, page: u64, times: [u64; 3], fate: Fate) {
        let [handed_out_ns, fetched_ns, ended_ns] = times;
        let earlier = self.log.attempts.iter().filter(|made| made.page == page);
        self.log.attempts.push(Attempt {
            page,
            attempt: u32::try_from(earlier.count()).unwrap(),
            handed_out_ns,
            fetched_ns,
            ended_ns,
            fate,
        });
    }

    /// A page fetched from `at_ns` by a server that takes `latency_ns`; gives
    /// back when its place is free.
    pub(crate) fn fetch(&mut self, page: u64, at_ns: u64, latency_ns: u64) -> u64 {
        self.fetch_queued(page, at_ns, at_ns, latency_ns)
    }

    /// The same, from a server that has no slot before `slot_ns`.
    pub(crate) fn fetch_queued(
        &mut self,
        page: u64,
        at_ns: u64,
        slot_ns: u64,
        latency_ns: u64,
    ) -> u64 {
        let read = at_ns + WIRE_NS;
        let begun = read.max(slot_ns);
        let due = begun + latency_ns;
        let fetched = due + BODY_NS;
        self.request(page, [read, begun, due, fetched], End::Sent);
        let ended = fetched + CHECK_NS;
        self.attempt(page, [at_ns, fetched, ended], Fate::Fetched);
        ended
    }

    pub(crate) fn work(&mut self, page: u64, begun_ns: u64, ended_ns: u64) {
        self.log.works.push(Work {
            page,
            begun_ns,
            ended_ns,
        });
    }

    pub(crate) fn tick(&mut self, due_ns: u64, came_ns: u64) {
        self.log.ticks.push(Tick { due_ns, came_ns });
    }

    pub(crate) fn gauge(&mut self, at_ns: u64, threads: u64, resident_bytes: u64) {
        self.log.gauges.push(Gauge {
            at_ns,
            threads: Some(threads),
            resident_bytes: Some(resident_bytes),
            virtual_bytes: None,
        });
    }

    /// The log, ended after `wall_ns`.
    pub(crate) fn ended(mut self, wall_ns: u64) -> EventLog {
        self.log.wall_ns = wall_ns;
        self.log
    }
}

/// One page after the other.
pub(crate) fn one_by_one(pages: u64) -> EventLog {
    let mut made = SimulatedLog::new("sequential/ureq: one page at a time", pages);
    let mut now = 0;
    for page in 0..pages {
        now = made.fetch(page, now, 50 * MS);
    }
    made.ended(now)
}

/// `pages` by `hands` threads, whose memory grows as they begin.
pub(crate) fn pool(pages: u64, hands: usize) -> EventLog {
    let title = format!("thread-pool/ureq: {hands} hands");
    let mut made = SimulatedLog::new(&title, pages);
    let mut free = vec![0; hands];
    for page in 0..pages {
        let hand = (0..hands).min_by_key(|hand| free[*hand]).unwrap();
        free[hand] = made.fetch(page, free[hand], (45 + page * 7 % 11) * MS);
    }
    let wall = free.into_iter().max().unwrap();
    for at in (0..wall).step_by(5_000_000) {
        let threads = 2 + (at / MS).min(hands as u64);
        made.gauge(at, threads, 6_000_000 + threads * 90_000 + at / 500);
    }
    made.ended(wall)
}

/// All at once, to a server that has ten slots.
pub(crate) fn ten_slots(pages: u64) -> EventLog {
    let mut made = SimulatedLog::new("trap/unbounded: everything at once, ten slots", pages);
    let mut free = [0; 10];
    for page in 0..pages {
        let slot = usize::try_from(page % 10).unwrap();
        free[slot] = made.fetch_queued(page, page * MS / 20, free[slot], 50 * MS);
    }
    made.ended(free.into_iter().max().unwrap())
}

/// Every third page fails twice and pauses; one is lost.
pub(crate) fn retried(pages: u64) -> EventLog {
    let mut made = SimulatedLog::new("tokio/reqwest: some pages fail", pages);
    let mut free = [0; 5];
    for page in 0..pages {
        let hand = (0..5).min_by_key(|hand| free[*hand]).unwrap();
        let mut at = free[hand];
        let fails = if page % 3 == 1 { 2 } else { 0 };
        for failed in 0..fails {
            let lost = page == 7 && failed == 1;
            let fate = if lost { Fate::Failed } else { Fate::Again };
            let times = [at, at + MS, at + 20 * MS, at + 20 * MS];
            made.request(page, times, End::Status(503));
            made.attempt(page, [at, at + 20 * MS, at + 20 * MS], fate);
            at += (50 + 20 * failed) * MS;
        }
        free[hand] = if page == 7 {
            at
        } else {
            made.fetch(page, at, 50 * MS)
        };
    }
    made.ended(free.into_iter().max().unwrap())
}

/// Ten at a time, and aborted at 125 ms.
pub(crate) fn cancelled(pages: u64) -> EventLog {
    let mut made = SimulatedLog::new("tokio/reqwest: aborted at 125 ms", pages);
    for page in 0..pages.min(20) {
        made.fetch(page, page / 10 * 51 * MS, 50 * MS);
    }
    for page in 20..pages.min(30) {
        let (at, stop) = (102 * MS, 125 * MS);
        let left = [at + MS / 10, at + MS / 10, at + 50 * MS, stop + MS / 10];
        made.request(page, left, End::Abandoned);
        made.attempt(page, [at, stop, stop], Fate::Cancelled);
    }
    made.ended(126 * MS)
}

/// Tasks that compute 10 ms for each page on the one loop that there is.
pub(crate) fn blocked_loop(pages: u64) -> EventLog {
    let mut made = SimulatedLog::new("trap/cpu-on-the-loop: 10 ms of computing a page", pages);
    let mut now = 51 * MS;
    for page in 0..pages {
        let read = page * MS / 50 + MS / 10;
        let due = read + 50 * MS;
        made.request(page, [read, read, due, due + MS / 10], End::Sent);
        let from = now.max(due + MS / 5);
        now = from + 10 * MS;
        made.attempt(page, [page * MS / 50, from, now], Fate::Fetched);
        made.work(page, from, now);
    }
    for due in (10 * MS..51 * MS).step_by(10_000_000) {
        made.tick(due, due + MS / 10);
    }
    made.tick(60 * MS, now);
    made.gauge(0, 2, 7_000_000);
    made.gauge(now, 2, 7_500_000);
    made.ended(now)
}

/// A program of which only the server knows: it asks, does not wait for all
/// its tasks, and asks for some twice.
pub(crate) fn foreign(pages: u64) -> EventLog {
    let mut made = SimulatedLog::new("an exercise: ./target/debug/mine", pages);
    for page in 0..pages {
        let read = page * 2 * MS;
        if page % 4 == 3 {
            made.request(page, [read, read, read + 50 * MS, 60 * MS], End::Abandoned);
        } else if page % 5 != 4 {
            made.request(
                page,
                [read, read, read + 50 * MS, read + 51 * MS],
                End::Sent,
            );
        }
        if page % 7 == 0 {
            let again = read + 60 * MS;
            made.request(
                page,
                [again, again, again + 50 * MS, again + 51 * MS],
                End::Sent,
            );
        }
    }
    made.ended(150 * MS)
}

/// Twenty at once to a server that answers five at a time in 50 ms; a request that
/// waits for 120 ms gives up, and the server works on.
pub(crate) fn timed_out(pages: u64) -> EventLog {
    let mut made = SimulatedLog::new("tokio/hyper: everything at once, 120 ms each", pages);
    let stop = 120 * MS;
    for page in 0..pages {
        let begun = MS + page / 5 * 50 * MS;
        let due = begun + 50 * MS;
        if due < stop {
            made.request(page, [MS, begun, due, due + BODY_NS], End::Sent);
            let fetched = due + BODY_NS;
            made.attempt(page, [0, fetched, fetched + CHECK_NS], Fate::Fetched);
        } else {
            made.request(page, [MS, begun, due, due], End::Abandoned);
            made.attempt(page, [0, stop, stop], Fate::TimedOut);
        }
    }
    made.ended(stop + MS)
}

/// The work of `blocked_loop`, given to two threads beside the loop.
pub(crate) fn offloaded(pages: u64) -> EventLog {
    let mut made = SimulatedLog::new("tokio/reqwest: 10 ms of computing, off the loop", pages);
    let mut free = [0; 2];
    for page in 0..pages {
        let core = usize::try_from(page % 2).unwrap();
        let read = MS / 10;
        let due = read + 50 * MS;
        let fetched = due + BODY_NS;
        made.request(page, [read, read, due, fetched], End::Sent);
        let begun = free[core].max(fetched);
        free[core] = begun + 10 * MS;
        made.work(page, begun, free[core]);
        made.attempt(page, [0, fetched, free[core]], Fate::Fetched);
    }
    let wall = free[0].max(free[1]);
    for due in (10 * MS..wall).step_by(10_000_000) {
        made.tick(due, due + MS);
    }
    made.ended(wall)
}
