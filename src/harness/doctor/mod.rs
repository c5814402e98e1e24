//! What `regatta doctor` looks at: the limits and the noise of this machine,
//! each with a verdict and with the command that mends it.
//!
//! Three steps, and only the first touches the machine: [`Facts::gather`]
//! reads what is there, [`checks`] judges it, [`render`] writes it down. So
//! the judgement is tested with made-up machines.

mod check;
mod facts;
mod judge;
mod probe;

pub use check::{Check, Verdict, render};
pub use facts::{Facts, Lateness};
pub use judge::checks;

/// What the default report asks of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// Pages in flight, which is threads and connections too.
    pub concurrency: u64,
    /// Pages, each of which is a connection for a driver without keep-alive.
    pub pages: u64,
}

impl Need {
    /// That of a workload.
    #[must_use]
    pub fn of(workload: &crate::site::workload::Workload) -> Self {
        Self {
            concurrency: workload.concurrency as u64,
            pages: workload.pages,
        }
    }
}
