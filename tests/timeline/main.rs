//! The pictures of logs: of made-up ones that look like the lessons', held as
//! snapshots, and of whatever a log may be, held to what a picture promises.

mod any_log;
mod made_up;
mod pictures;
mod promises;
mod xml;
