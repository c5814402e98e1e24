//! One request for a page, from its head to its end, and what is noted of it.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::capacity::{Refusal, Slot};
use super::clock;
use super::counters::Counters;
use super::window::Window;
use crate::measure::event_log::{End, Request};
use crate::site::workload::faults::Fault;

/// A request whose answer is being waited for. It ends either
/// [`written`](Self::written) or dropped, and dropped means that the client
/// went away: whatever path a dying connection takes, the books are right.
#[derive(Debug)]
pub(super) struct InFlight {
    window: Arc<Window>,
    thread: usize,
    page: usize,
    /// Which request for this page it is, from 0.
    number: u32,
    /// Since the reset, as all times here.
    read_ns: u64,
    /// When its delay began, if it did: as it was read, or as it had its slot.
    begun_ns: Option<u64>,
    delay_ns: u64,
    fault: Option<Fault>,
    /// The status of an answer that is not the page.
    status: Option<u16>,
    body_bytes: u64,
    slot: Option<Slot>,
    is_queueing: bool,
    is_written: bool,
    /// Whether the server itself ends the connection in place of answering.
    is_cut: bool,
}

impl InFlight {
    /// Notes a request for a page of the scenario whose head was read just now.
    pub(super) fn arrive(window: &Arc<Window>, thread: usize, page: usize) -> Self {
        let read_ns = clock::now_ns() - window.reset_at_ns;
        let counters = &window.counters[thread];
        counters.requests.add(1);
        counters.read_at_sum_ns.add(read_ns);
        counters.last_read_ns.set(read_ns);
        if counters.first_read_plus_one_ns.get() == 0 {
            counters.first_read_plus_one_ns.set(read_ns + 1);
        }
        if let Some(meter) = &window.rate_meter {
            meter.note(read_ns);
        }
        let in_flight = window.in_flight.fetch_add(1, Relaxed) + 1;
        if in_flight > window.in_flight_peak.load(Relaxed) {
            window.in_flight_peak.fetch_max(in_flight, Relaxed);
        }
        Self {
            window: Arc::clone(window),
            thread,
            page,
            number: window.page_requests[page].fetch_add(1, Relaxed),
            read_ns,
            begun_ns: None,
            delay_ns: 0,
            fault: None,
            status: None,
            body_bytes: 0,
            slot: None,
            is_queueing: false,
            is_written: false,
            is_cut: false,
        }
    }

    /// When it was read, since the reset.
    pub(super) fn read_ns(&self) -> u64 {
        self.read_ns
    }

    /// It waits for a slot.
    pub(super) fn queue(&mut self) {
        self.counters().queued.add(1);
        self.is_queueing = true;
    }

    /// When it left.
    fn leave_queue(&mut self) -> u64 {
        let now_ns = clock::now_ns() - self.window.reset_at_ns;
        let counters = self.counters();
        counters.queue_waits.add(1);
        counters.queue_wait_sum_ns.add(now_ns - self.read_ns);
        self.is_queueing = false;
        now_ns
    }

    /// When its time began to count: one that is turned away has no other.
    fn counts_from_ns(&self) -> u64 {
        self.begun_ns.unwrap_or(self.read_ns)
    }

    /// It is turned away.
    pub(super) fn refuse(&self, refusal: Refusal) {
        match refusal {
            Refusal::Full => self.counters().rejected.add(1),
            Refusal::TooFast => self.counters().rate_limited.add(1),
        }
    }

    /// It has its slot, if it needs one: its delay begins, and what is to
    /// happen to it is drawn.
    ///
    /// An attempt, as faults and delays count them, is one that got past the
    /// limits of the scenario. How many are turned away depends on who asks when;
    /// were they counted, everybody would meet other faults.
    pub(super) fn begin(&mut self, slot: Option<Slot>, is_head: bool) {
        self.begun_ns = Some(if self.is_queueing {
            self.leave_queue()
        } else {
            self.read_ns
        });
        self.slot = slot;
        let attempt = match &self.window.capacity {
            Some(capacity) => capacity.attempt(self.page),
            None => self.number,
        };
        self.delay_ns = self.window.delay_ns(self.page, attempt);
        // An answer without a body has nothing to be cut or slow in.
        let fault = self.window.fault(self.page, attempt);
        self.fault = fault.filter(|fault| !(is_head && fault.is_in_body()));
        self.count_begin();
    }

    fn count_begin(&self) {
        let counters = self.counters();
        let asked_ns = self.asked_ns();
        counters.delay_sum_ns.add(asked_ns);
        counters.delay_max_ns.raise_to(asked_ns);
        let least = &counters.delay_min_plus_one_ns;
        if least.get() == 0 || asked_ns + 1 < least.get() {
            least.set(asked_ns + 1);
        }
        if let Some(fault) = self.fault {
            let mut kinds = self.window.scenario.faults.kinds();
            let kind = kinds.position(|kind| kind == fault).expect("was drawn");
            counters.faults[kind].add(1);
        }
    }

    /// When the answer may begin to leave, on the server's clock; `None` for
    /// at once.
    pub(super) fn due_ns(&self) -> Option<u64> {
        let wait_ns = match self.fault {
            Some(Fault::Stall) => self.delay_ns + nanoseconds(Fault::Stall.extra()),
            _ => self.delay_ns,
        };
        (wait_ns > 0).then(|| self.window.reset_at_ns + self.counts_from_ns() + wait_ns)
    }

    /// When the body begins to leave, on the server's clock, and how long that
    /// takes, if it is to be slow.
    pub(super) fn slow_ns(&self) -> Option<(u64, u64)> {
        let begins_ns = self.window.reset_at_ns + self.counts_from_ns() + self.delay_ns;
        match self.fault {
            Some(Fault::Slow(time)) => Some((begins_ns, nanoseconds(time))),
            _ => None,
        }
    }

    /// How long the scenario has the client wait for the last byte of an answer,
    /// from when it began.
    fn asked_ns(&self) -> u64 {
        self.delay_ns + self.slow_ns().map_or(0, |(_, time_ns)| time_ns)
    }

    /// The same with an answer whose body has `body_bytes` bytes.
    pub(super) fn carrying(mut self, body_bytes: usize) -> Self {
        self.body_bytes = body_bytes as u64;
        self
    }

    /// The same with another answer than the page.
    pub(super) fn saying(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// What is to happen to it in place of a good answer.
    pub(super) fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// hyper has the answer. If the connection ends before this, the client
    /// left; if the answer is cut, the server ends it.
    pub(super) fn handed_over(&mut self) {
        self.is_cut = matches!(
            self.fault,
            Some(Fault::Reset | Fault::Break | Fault::Truncate | Fault::Stall)
        );
    }

    /// The kernel has taken the last byte of the answer.
    pub(super) fn written(mut self, now_ns: u64) {
        self.is_written = true;
        self.end(now_ns);
    }

    fn end(&self, now_ns: u64) {
        let counters = self.counters();
        let ended_ns = now_ns - self.window.reset_at_ns;
        if self.is_written {
            self.count_answer(counters, ended_ns);
        } else if !self.is_cut {
            counters.clients_gone.add(1);
        }
        counters.ended_at_sum_ns.add(ended_ns);
        counters.last_ended_ns.set(ended_ns);
        if let Some(requests) = &self.window.requests {
            requests.note(self.request(ended_ns));
        }
        self.window.in_flight.fetch_sub(1, Relaxed);
    }

    /// What a log says of it.
    fn request(&self, ended_ns: u64) -> Request {
        Request {
            page: self.page as u64,
            read_ns: self.read_ns,
            begun_ns: self.begun_ns,
            due_ns: self.begun_ns.map(|begun_ns| begun_ns + self.delay_ns),
            ended_ns,
            end: match self.status {
                _ if self.is_cut => End::Cut,
                _ if !self.is_written => End::Abandoned,
                Some(status) => End::Status(status),
                None => End::Sent,
            },
        }
    }

    fn count_answer(&self, counters: &Counters, written_ns: u64) {
        let held_ns = written_ns - self.read_ns;
        let due_ns = self.counts_from_ns() + self.asked_ns();
        let late_ns = written_ns.saturating_sub(due_ns);
        counters.answers.add(1);
        counters.bytes_sent.add(self.body_bytes);
        let is_page = self.status.is_none() && self.body_bytes > 0;
        counters.pages_sent.add(u64::from(is_page));
        counters.last_due_ns.raise_to(due_ns);
        counters.held_sum_ns.add(held_ns);
        counters.late_sum_ns.add(late_ns);
        counters.late_max_ns.raise_to(late_ns);
        counters.last_written_ns.set(written_ns);
        counters.late.record(late_ns);
        counters.latency.record(held_ns);
    }

    fn counters(&self) -> &Counters {
        &self.window.counters[self.thread]
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if self.is_queueing {
            self.leave_queue();
        }
        if !self.is_written {
            self.end(clock::now_ns());
        }
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).expect("a minute at most")
}
