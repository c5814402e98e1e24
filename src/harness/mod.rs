//! Everything between a workload and a verified row: rounds, processes, verification.

pub mod cancel;
pub mod doctor;
pub mod process;
pub mod race;
pub mod recheck;
pub(crate) mod temporary;
pub mod verify;
pub mod versions;
pub mod worker;
