//! The keys of a workload as flags: what is given replaces the workload's own.

use super::headings::OVERRIDE;
use super::values::{delay, whole};
use crate::site::workload::{
    Faults, Kept, Latency, MOST_ATTEMPTS, MOST_PAGES, Parse, Slots, Span, Workload,
};

/// Keys that the server acts on.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = OVERRIDE)]
pub(super) struct ServerOverrides {
    /// Number of pages
    #[arg(long, value_name = "N", value_parser = whole::<u64>(1..=MOST_PAGES, 200))]
    pages: Option<u64>,
    /// Delay of each page: 20ms, uniform:10ms:30ms, lognormal:20ms:0.5 (median
    /// and sigma) or '20ms*99,200ms' (99 pages at 20ms for each one at 200ms)
    #[arg(long, value_name = "DELAY", value_parser = delay::<Latency>)]
    latency: Option<Latency>,
    /// Faults as KIND=SHARE of the requests, with commas, or none: a status
    /// (500=5%), a status with Retry-After (429=2%:1s), reset (connection reset
    /// before the body), break (reset inside the body), truncate (closed inside
    /// the body), stall (no answer) or slow (a body that takes longer:
    /// slow=1%:500ms)
    #[arg(long, value_name = "LIST")]
    faults: Option<Faults>,
    /// Requests that the server works on at once: 10:queue (others wait),
    /// 10:reject (others are answered 503) or none (no limit)
    #[arg(long, value_name = "SLOTS")]
    slots: Option<Slots>,
    /// Requests a second that the server allows each client; above that it
    /// answers 429. 0 is no limit
    #[arg(long, value_name = "N", value_parser = whole::<u32>(0..=u32::MAX.into(), 200))]
    allowed_rate: Option<u32>,
}

impl ServerOverrides {
    /// Replaces what is given.
    pub(super) fn apply(&self, workload: &mut Workload) {
        let latency = self.latency.clone();
        let faults = self.faults.clone();
        workload.pages = self.pages.unwrap_or(workload.pages);
        workload.latency = latency.unwrap_or_else(|| workload.latency.clone());
        workload.faults = faults.unwrap_or_else(|| workload.faults.clone());
        workload.slots = self.slots.unwrap_or(workload.slots);
        workload.allowed_rate = self.allowed_rate.unwrap_or(workload.allowed_rate);
    }
}

/// Keys that the drivers act on.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = OVERRIDE)]
pub(super) struct DriverOverrides {
    /// Pages in flight at once; no more than there are pages
    #[arg(long, value_name = "C", value_parser = whole::<usize>(1..=MOST_PAGES, 20))]
    concurrency: Option<usize>,
    /// What is read from each page
    #[arg(long)]
    parse: Option<Parse>,
    /// Attempts at each page, the first included
    #[arg(long, value_name = "N", value_parser = whole::<u32>(1..=MOST_ATTEMPTS.into(), 3))]
    attempts: Option<u32>,
    /// Wait before the second attempt at a page; doubled before each further one
    #[arg(long, value_name = "WAIT", value_parser = delay::<Span>)]
    back_off: Option<Span>,
    /// Time limit of a request; 0s is no limit
    #[arg(long, value_name = "TIME", value_parser = delay::<Span>)]
    timeout: Option<Span>,
    /// Requests a second that each driver sends at most; 0 is no limit
    #[arg(long, value_name = "N", value_parser = whole::<u32>(0..=u32::MAX.into(), 200))]
    rate: Option<u32>,
    /// Find the pages by following links from the index page this many levels
    /// deep; 3 reaches every page
    #[arg(long, value_name = "LINKS", value_parser = whole::<u32>(1..=u32::MAX.into(), 3))]
    depth: Option<u32>,
    /// Store what is read, in a new file for each run
    #[arg(long, value_enum)]
    store: Option<Kept>,
}

impl DriverOverrides {
    /// Replaces what is given.
    pub(super) fn apply(&self, workload: &mut Workload) {
        workload.concurrency = self.concurrency.unwrap_or(workload.concurrency);
        workload.parse = self.parse.unwrap_or(workload.parse);
        workload.attempts = self.attempts.unwrap_or(workload.attempts);
        workload.back_off = self.back_off.unwrap_or(workload.back_off);
        workload.timeout = self.timeout.unwrap_or(workload.timeout);
        workload.rate = self.rate.unwrap_or(workload.rate);
        workload.depth = self.depth.or(workload.depth);
        workload.store = self.store.unwrap_or(workload.store);
    }
}
