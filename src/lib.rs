//! Regatta: one course, many boats.
#![warn(missing_docs)]

pub mod cli;
pub mod page;
pub mod report;
pub mod sample;
pub mod server;
pub mod stats;
pub mod workload;
