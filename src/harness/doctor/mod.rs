//! What `regatta doctor` checks: the limits and the noise of this machine, each
//! with a severity and the command that fixes it.
//!
//! Three steps, and only the first touches the machine: [`Facts::read`] reads
//! it, [`checks`] assesses the facts, [`render`] writes the findings. So the
//! assessment is tested with simulated machines.

mod assess;
mod check;
mod facts;
mod probe;

pub use assess::checks;
pub use check::{Check, Severity, render};
pub use facts::Facts;
pub use probe::Lateness;

/// What the default report needs of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// Pages in flight, each with a thread and a connection.
    pub concurrency: u64,
    /// Pages; a driver without keep-alive opens a connection for each.
    pub pages: u64,
}

impl Need {
    /// The need of a workload.
    #[must_use]
    pub fn of(workload: &crate::site::workload::Workload) -> Self {
        Self {
            concurrency: workload.concurrency as u64,
            pages: workload.pages,
        }
    }
}
