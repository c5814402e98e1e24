//! Traps, fixed: the same programs without the mistake.
//!
//! Each has the file name of its trap, the same functions in the same order,
//! and differs by the fix alone: `diff src/drivers/traps/x.rs
//! src/drivers/fixed/x.rs` is the lesson. Where the fixed program would be one of
//! the models, there is none here.
//!
//! Like its trap, each is a whole program and makes its client when it begins;
//! a driver that is started once and scrapes twice connects again. All else is
//! as with the models.
//!
//! They are right programs, verified and placed in a report like any other
//! driver. But they are no pair of a model and a client, so nothing selects
//! them but a pattern that begins with `fixed/`.
//!
//! See them: `cargo run --release -- report --driver 'fixed/*,trap/blocking-in-async,trap/cpu-on-the-loop'`

mod blocking_in_async;
mod cpu_on_the_loop;

use crate::drivers::driver::LessonProgram;

/// Every fixed program, in the order of the lessons.
pub const PROGRAMS: [LessonProgram; 2] = [blocking_in_async::PROGRAM, cpu_on_the_loop::PROGRAM];
