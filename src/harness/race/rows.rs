//! The rows of a report while it is being measured.

use crate::drivers::Driver;
use crate::fmt::plural;
use crate::harness::verify::{self, Expected};
use crate::measure::flag::{Flag, OutOf};
use crate::measure::sample::{Heap, Run};
use crate::report::{DriverReport, Status};

/// One driver's row.
#[derive(Debug)]
pub(super) struct Row {
    expected: Expected,
    /// Why its heap profile is rejected, if it is.
    heap_rejected: Option<String>,
    report: DriverReport,
}

impl Row {
    pub(super) fn new(driver: &Driver, expected: Expected) -> Self {
        let report = DriverReport {
            name: driver.name.clone(),
            model: driver.model.name.to_owned(),
            client: driver.client.name.to_owned(),
            status: Status::Ok,
            reason: None,
            flags: Vec::new(),
            samples: Vec::new(),
            heap: None,
            summary: None,
        };
        Self {
            expected,
            heap_rejected: None,
            report,
        }
    }

    /// Adds a run, accepted or rejected. Returns whether to run this driver again.
    pub(super) fn add(&mut self, mut run: Run) -> bool {
        run.rejected = verify::reject_reason(&run, &self.expected);
        if let Some(reason) = &run.rejected {
            self.end(Status::Rejected, reason.clone());
        }
        self.report.samples.push(run);
        self.report.status == Status::Ok
    }

    pub(super) fn heap(&mut self, heap: Heap) {
        self.report.heap = Some(heap);
    }

    /// The timed runs may show a plainer reason than this.
    pub(super) fn reject_heap(&mut self, reason: &str) {
        let reason = format!("in the run that counts allocations, it {reason}");
        self.heap_rejected = Some(reason);
    }

    pub(super) fn fail(&mut self, reason: String) {
        self.end(Status::Failed, reason);
    }

    pub(super) fn unavailable(&mut self, reason: String) {
        self.end(Status::Unavailable, reason);
    }

    fn end(&mut self, status: Status, reason: String) {
        let runs = self.report.samples.len();
        let reason = if runs == 0 {
            reason
        } else {
            format!("{reason} (after {})", plural(runs as u64, "good run"))
        };
        self.report.status = status;
        self.report.reason = Some(reason);
    }

    fn into_report(mut self, rounds: usize) -> DriverReport {
        let heap_rejected = self.heap_rejected.take();
        if let Some(reason) = heap_rejected.filter(|_| self.report.status == Status::Ok) {
            self.end(Status::Rejected, reason);
        }
        self.report.flags = verify::flags(&self.report.samples, &self.expected);
        let runs = self.report.samples.len();
        // One run fewer is a last round that was cut short.
        if self.report.status == Status::Ok && runs + 1 < rounds {
            let runs = OutOf {
                count: runs as u64,
                of: rounds as u64,
            };
            self.report.flags.push(Flag::FewerRounds(Some(runs)));
        }
        self.report
    }
}

/// All rows, in the order the drivers are listed.
#[derive(Debug)]
pub(super) struct Rows(Vec<Row>);

impl Rows {
    pub(super) fn new(rows: Vec<Row>) -> Self {
        Self(rows)
    }

    pub(super) fn of(&mut self, driver: usize) -> &mut Row {
        &mut self.0[driver]
    }

    pub(super) fn expected(&self, driver: usize) -> &Expected {
        &self.0[driver].expected
    }

    pub(super) fn any_measured(&self) -> bool {
        self.0.iter().any(|row| !row.report.samples.is_empty())
    }

    /// In a report that was cut short, a driver that was never measured is
    /// unavailable.
    pub(super) fn into_reports(self) -> Vec<DriverReport> {
        let rounds = self
            .0
            .iter()
            .map(|row| row.report.samples.len())
            .max()
            .unwrap_or_default();
        let reports = self.0.into_iter().map(|mut row| {
            if row.report.status == Status::Ok && row.report.samples.is_empty() {
                row.unavailable("not run: the report was cut short".to_owned());
            }
            row.into_report(rounds)
        });
        reports.collect()
    }
}
