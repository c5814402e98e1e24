//! The headings that group flags in the help of every command.

pub(super) const WHAT: &str = "What to run";
pub(super) const OVERRIDE: &str = "Override the workload";
pub(super) const HOW_LONG: &str = "How long";
pub(super) const MACHINE: &str = "Threads and measurement";
pub(super) const PORTS: &str = "Ports and threads";
pub(super) const VERDICT: &str = "Verdict";
pub(super) const OUTPUT: &str = "Output";
