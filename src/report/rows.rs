//! Which rows there are, in which order, and whether a row may show numbers.

use super::{DriverReport, Report, Status, Summary};
use crate::drivers::{FIXED, TRAP};

impl Status {
    /// The word in every format.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::Unavailable => "unavailable",
        }
    }
}

impl DriverReport {
    /// Whether it is wrong on purpose: it has numbers like the others, and no
    /// place among them.
    #[must_use]
    pub fn is_trap(&self) -> bool {
        self.model == TRAP
    }

    /// Whether it is a model with a client, so that it has a cell in a table of
    /// both.
    #[must_use]
    pub fn is_pair(&self) -> bool {
        !self.is_trap() && self.model != FIXED
    }

    /// The numbers of a row that stands, or what stands there instead of
    /// them. Every renderer asks here, so none can print the numbers of a row
    /// that was rejected.
    pub fn standing(&self) -> Result<&Summary, String> {
        match (&self.summary, self.status) {
            (Some(summary), Status::Ok) => Ok(summary),
            (None, Status::Ok) => Err("not measured: no run was finished".to_owned()),
            (_, status) => {
                let reason = self.reason.as_deref().unwrap_or("no reason was recorded");
                Err(format!("{}: {reason}", status.word()))
            }
        }
    }
}

impl Report {
    /// The rows that stand, by wall time, and below them the traps that do.
    #[must_use]
    pub fn standing(&self) -> Vec<(&DriverReport, &Summary)> {
        let with_summary = |driver| DriverReport::standing(driver).ok().map(|s| (driver, s));
        let mut rows: Vec<_> = self.drivers.iter().filter_map(with_summary).collect();
        rows.sort_by(|(_, a), (_, b)| {
            let walls = a.wall_ns.median.total_cmp(&b.wall_ns.median);
            a.rank.cmp(&b.rank).then(walls)
        });
        // Stable: in each of the two, the order remains.
        rows.sort_by_key(|(driver, _)| driver.is_trap());
        rows
    }

    /// The rows that stand and have a place: no trap.
    #[must_use]
    pub fn placed(&self) -> Vec<(&DriverReport, &Summary)> {
        let mut rows = self.standing();
        rows.retain(|(driver, _)| !driver.is_trap());
        rows
    }

    /// Every row: those that stand by wall time, then the others as they were
    /// named.
    #[must_use]
    pub fn rows(&self) -> Vec<&DriverReport> {
        let standing = self.standing().into_iter().map(|(driver, _)| driver);
        let others = self
            .drivers
            .iter()
            .filter(|driver| driver.standing().is_err());
        standing.chain(others).collect()
    }
}

impl Summary {
    /// "1", or "1=" when the place is shared, or a dash for none.
    #[must_use]
    pub fn place(&self) -> String {
        if self.rank == 0 {
            return "–".to_owned();
        }
        format!("{}{}", self.rank, if self.tied { "=" } else { "" })
    }
}
