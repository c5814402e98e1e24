//! The time between two resets: one course, and the counts that belong to it.
//!
//! A reset replaces the whole epoch instead of setting counters to zero. A
//! request that began before the reset keeps the epoch it began in and ends
//! in its books, so what is left over from one run can never show up in the
//! next.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::Course;
use super::clock;
use super::pages::Pages;
use super::tally::Tally;
use crate::workload::faults::Fault;

#[derive(Debug)]
pub(super) struct Epoch {
    /// Rises with every reset.
    pub(super) number: u64,
    pub(super) course: Course,
    pub(super) pages: Arc<Pages>,
    /// Delay of the first attempt at each page.
    delays: Vec<Duration>,
    /// How often each page was requested.
    pub(super) page_requests: Vec<AtomicU32>,
    /// Requests waiting now. Shared by all threads, because a peak cannot be
    /// added up afterwards.
    pub(super) in_flight: AtomicU64,
    pub(super) in_flight_peak: AtomicU64,
    pub(super) tallies: Vec<Tally>,
    /// The head of the first request, as its client sent it.
    pub(super) request_head: OnceLock<String>,
    pub(super) reset_at_ns: u64,
    pub(super) cpu_at_reset_ns: Option<u64>,
}

impl Epoch {
    pub(super) fn new(number: u64, course: Course, pages: Arc<Pages>, threads: usize) -> Self {
        Self {
            number,
            delays: course.latency.delays(course.seed, course.pages),
            page_requests: (0..course.pages).map(|_| AtomicU32::new(0)).collect(),
            course,
            pages,
            in_flight: AtomicU64::new(0),
            in_flight_peak: AtomicU64::new(0),
            tallies: (0..threads).map(|_| Tally::default()).collect(),
            request_head: OnceLock::new(),
            reset_at_ns: clock::now_ns(),
            cpu_at_reset_ns: clock::cpu_ns(),
        }
    }

    /// Answers written so far, by all threads.
    pub(super) fn answers(&self) -> u64 {
        self.tallies.iter().map(|tally| tally.answers.get()).sum()
    }

    /// Notes a request for a page of the course whose head was read just now.
    /// `body_bytes` is what its answer will carry.
    pub(super) fn begin(self: &Arc<Self>, thread: usize, page: usize, body_bytes: u64) -> InFlight {
        let read_ns = clock::now_ns() - self.reset_at_ns;
        let attempt = self.page_requests[page].fetch_add(1, Relaxed);
        let delay_ns = self.delay_ns(page, attempt);
        let fault = self
            .course
            .faults
            .draw(self.course.seed, page as u64, attempt);
        let tally = &self.tallies[thread];
        tally.requests.add(1);
        tally.read_at_sum_ns.add(read_ns);
        tally.delay_sum_ns.add(delay_ns);
        tally.last_read_ns.set(read_ns);
        if tally.first_read_plus_one_ns.get() == 0 {
            tally.first_read_plus_one_ns.set(read_ns + 1);
        }
        let in_flight = self.in_flight.fetch_add(1, Relaxed) + 1;
        if in_flight > self.in_flight_peak.load(Relaxed) {
            self.in_flight_peak.fetch_max(in_flight, Relaxed);
        }
        InFlight {
            epoch: Arc::clone(self),
            thread,
            read_ns,
            delay_ns,
            body_bytes,
            fault,
            written: false,
        }
    }

    fn delay_ns(&self, page: usize, attempt: u32) -> u64 {
        let delay = match attempt {
            0 => self.delays[page],
            _ => self
                .course
                .latency
                .delay(self.course.seed, page as u64, attempt),
        };
        u64::try_from(delay.as_nanos()).expect("a delay is at most a minute")
    }
}

/// A request whose answer is being waited for. It ends either
/// [`written`](Self::written) or dropped, and dropped means that the client
/// went away: whatever path a dying connection takes, the books are right.
#[derive(Debug)]
pub(super) struct InFlight {
    epoch: Arc<Epoch>,
    thread: usize,
    read_ns: u64,
    delay_ns: u64,
    body_bytes: u64,
    fault: Option<Fault>,
    written: bool,
}

impl InFlight {
    /// When the answer may leave, on the server's clock; `None` for at once.
    pub(super) fn due_ns(&self) -> Option<u64> {
        let due_ns = self.epoch.reset_at_ns + self.read_ns + self.delay_ns;
        (self.delay_ns > 0).then_some(due_ns)
    }

    /// The same with an answer of so many bytes in place of the page.
    pub(super) fn carrying(mut self, body_bytes: u64) -> Self {
        self.body_bytes = body_bytes;
        self
    }

    /// What is to happen to it in place of a good answer.
    pub(super) fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// Whether the server itself ends the connection in place of answering.
    fn is_cut(&self) -> bool {
        matches!(
            self.fault,
            Some(Fault::Reset | Fault::Break | Fault::Truncate)
        )
    }

    /// The kernel has taken the last byte of the answer.
    pub(super) fn written(mut self, now_ns: u64) {
        self.written = true;
        self.end(now_ns);
    }

    fn end(&self, now_ns: u64) {
        let tally = &self.epoch.tallies[self.thread];
        let ended_ns = now_ns - self.epoch.reset_at_ns;
        if self.written {
            self.count_answer(tally, ended_ns);
        } else if !self.is_cut() {
            tally.clients_gone.add(1);
        }
        tally.ended_at_sum_ns.add(ended_ns);
        tally.last_ended_ns.set(ended_ns);
        self.epoch.in_flight.fetch_sub(1, Relaxed);
    }

    fn count_answer(&self, tally: &Tally, written_ns: u64) {
        let held_ns = written_ns - self.read_ns;
        let late_ns = held_ns.saturating_sub(self.delay_ns);
        tally.answers.add(1);
        tally.bytes_sent.add(self.body_bytes);
        tally.held_sum_ns.add(held_ns);
        tally.late_sum_ns.add(late_ns);
        tally.late_max_ns.set(tally.late_max_ns.get().max(late_ns));
        tally.last_written_ns.set(written_ns);
        tally.late.record(late_ns);
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if !self.written {
            self.end(clock::now_ns());
        }
    }
}
