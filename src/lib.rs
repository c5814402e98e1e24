//! Regatta: one scenario, many boats.
//!
//! It fetches the same fixed 15 KB pages from the same local mock server with
//! interchangeable concurrency models, and says what each costs on this
//! machine in wall time, CPU and memory, how sure that is, and why.
//!
//! Work flows one way:
//!
//! ```text
//! workload ──► experiment ──► worker process ──► sample ──► stats ──► report
//!                 │   ▲          frontier  which page next, and when
//!                 ▼   │          model     how to wait
//!              server process    client    how to speak HTTP
//!                 └─ ledger      scrape    verify, read, record
//! ```
//!
//! # The rooms
//!
//! Rooms above use rooms below, never the other way.
//!
//! | room | what is in it |
//! |---|---|
//! | [`cli`] | the commands, one file each |
//! | [`teach`] | lessons, exercises, and pitfalls of measuring on demand |
//! | [`compare`] | two builds or a baseline and a build, in many short pairs, with a verdict |
//! | [`harness`] | rounds of runs, the processes they need, and whether a run may be believed |
//! | [`report`] | what was measured, one output format a file, and pictures of a log |
//! | [`scraper`] | a scraper for use: a site, a store, a log, and prices over time |
//! | [`drivers`] | every model with every client that it can run on; traps and cheats |
//! | [`scrape`] | one scrape as a model sees it: next step, result |
//! | [`clients`] | one HTTP client a file: how to speak |
//! | [`frontier`] | which page next, and when: no I/O, no clock, no threads |
//! | [`site`] | the mock site: workload, pages, server |
//! | [`store`] | where records are kept: one store a file, one queue, one writer |
//! | [`stats`] | medians, intervals, paired ratios, ranks: pure functions |
//! | [`measure`] | samples, the event log, CPU, memory, latencies, noise, the host |
//! | [`term`] | progress, Ctrl-C and "did you mean" |
//! | [`fmt`] | numbers, times, shares, lines and tables, rounded alike in every command |

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
