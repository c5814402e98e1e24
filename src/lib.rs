//! Regatta: one course, many boats.
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
//! | [`gather`] | a scraper for use: a site, a store, a log, and how it ended |
//! | [`trial`] | matchups judged together, with as many pairs as it takes |
//! | [`fool`] | wrong ways to measure, each beside the right one, on demand |
//! | [`cancel`] | how a scrape ends before its end, measured for each driver |
//! | [`experiment`] | the schedule of rounds, and the rows they fill |
//! | [`duel`] | two contestants side by side, in many short pairs |
//! | [`judge`] | whether a run may be believed: sample against ledger |
//! | [`exercise`] | a program of a student's, graded by what the server saw of it |
//! | [`lesson`] | lessons as data: guess, formula, measurement, picture |
//! | [`parts`] | the processes that Regatta starts of itself: server and workers, from the outside |
//! | [`worker`] | the process that runs one driver and speaks the worker protocol |
//! | [`server`] | the mock server: pages, latency, ledger |
//! | [`timeline`] | the picture of a log: pure functions |
//! | [`report`] | what an experiment measured, one output format a file |
//! | [`prices`] | prices over time, as a table and a chart: pure functions |
//! | [`doctor`] | what this machine allows and disturbs: facts, verdicts, the command that mends |
//! | [`stats`] | medians, intervals, paired ratios, ranks: pure functions |
//! | [`versions`] | the versions of what is measured, from the lock file |
//! | [`drivers`] | every model with every client that it can run on |
//! | [`cheats`] | drivers that cheat, to prove that they are refused |
//! | [`mended`] | two of the traps without the mistake, as right programs |
//! | [`traps`] | wrong programs that good programmers write, to be measured beside the right ones |
//! | [`models`] | one concurrency model a file: how to wait |
//! | [`scrape`] | one scrape as a model sees it: next step, visit |
//! | [`clients`] | one HTTP client a file: how to speak |
//! | [`frontier`] | which page next, and when: no I/O, no clock, no threads |
//! | [`store`] | where records of visits are kept: one store a file, one queue, one writer |
//! | [`page`] | a page: how it is made from its number, read back and checked |
//! | [`workload`] | what is scraped: pages, latency, faults, concurrency, parsing, manners |
//! | [`handicap`] | a slowdown on purpose, to find out whether a check would notice |
//! | [`measure`] | CPU, memory, heap, latencies, noise, the host: one measure a file |
//! | [`sample`] | what one run leaves behind: sample, ledger, noise |
//! | [`log`] | what happened to each page, and when: one log, one clock |
//! | [`progress`] | what the user sees while it runs |
//! | [`limits`] | what this machine allows a process |
//! | [`interrupt`] | Ctrl-C, once and twice |
//! | [`snippets`] | the programs in the pages of the lessons, as tests |

pub mod cancel;
pub mod cheats;
pub mod cli;
pub mod clients;
pub mod doctor;
pub mod drivers;
pub mod duel;
pub mod exercise;
pub mod experiment;
pub mod fool;
pub mod frontier;
pub mod gather;
pub mod handicap;
pub mod interrupt;
pub mod judge;
pub mod lesson;
pub mod limits;
pub mod log;
pub mod measure;
pub mod mended;
pub mod models;
pub mod page;
pub mod parts;
pub mod prices;
pub mod progress;
pub mod report;
pub mod sample;
pub mod scrape;
pub mod server;
pub mod snippets;
pub mod stats;
pub mod store;
pub mod timeline;
pub mod traps;
pub mod trial;
pub mod versions;
pub mod worker;
pub mod workload;
