//! The pictures of logs: of simulated ones that look like the lessons', held as
//! snapshots, and of whatever a log may be, held to what a picture promises.

mod any_log;
mod pictures;
mod promises;
mod simulated;
mod xml;
