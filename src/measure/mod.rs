//! What is measured, one measurement per file; most are read before and after
//! a scrape.

pub mod cpu;
pub mod event_log;
pub mod flag;
pub mod heap;
pub mod host;
pub mod latency;
pub mod limits;
pub mod mapped;
pub mod memory;
pub mod noise;
pub mod sample;
pub mod slowdown;
