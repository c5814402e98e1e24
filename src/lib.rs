//! Regatta runs the same work with interchangeable concurrency models and
//! measures what each costs on this machine in wall time, CPU and memory.
//!
//! The work is to fetch fixed 15 KB pages from a local mock server. It flows
//! one way:
//!
//! ```text
//! workload ──► harness ──► worker process ──► sample ──► verify ──► stats ──► report
//!                │   ▲          frontier  which page next, and when
//!                ▼   │          model     how to wait
//!           server process      client    how to speak HTTP
//!                └─ ledger      scrape    check, read, record
//! ```
//!
//! # The map
//!
//! A folder imports only from folders below it in this table.
//!
//! | folder | contents |
//! |---|---|
//! | [`cli`] | the commands, one file each |
//! | [`teach`] | lessons, exercises and measurement pitfalls |
//! | [`compare`] | two builds, or a build and a saved baseline, compared in many short pairs |
//! | [`harness`] | rounds of runs, the processes they need and the verification of each run |
//! | [`report`] | the measured results, one output format a file; timelines of a run |
//! | [`scraper`] | the scraper for everyday use; prices over time |
//! | [`drivers`] | every model with every client it can run on; traps and cheats |
//! | [`scrape`] | one scrape as a model sees it: next step, result |
//! | [`clients`] | one HTTP client a file: how to speak |
//! | [`frontier`] | which page next, and when: no I/O, no clock, no threads |
//! | [`site`] | the mock site: workload, pages, server |
//! | [`store`] | where records are kept: one store a file, one queue, one writer |
//! | [`stats`] | medians, intervals, paired ratios, ranks: pure functions |
//! | [`measure`] | samples, the event log, CPU, memory, latency, noise, the host |
//! | [`term`] | progress, Ctrl-C and "did you mean" |
//! | [`fmt`] | numbers, durations, shares, lines and tables, rounded alike in every command |

pub mod cli;
pub mod clients;
pub mod compare;
pub mod drivers;
pub mod fmt;
pub mod frontier;
pub mod harness;
pub mod measure;
pub mod report;
pub mod scrape;
pub mod scraper;
pub mod site;
pub mod stats;
pub mod store;
pub mod teach;
pub mod term;
