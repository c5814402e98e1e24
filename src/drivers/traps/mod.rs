//! Wrong programs: mistakes that good programmers make, one a file, each of
//! them idiomatic but for the mistake.
//!
//! They are no models. Nothing selects them but a pattern that begins with
//! `trap/`; they are marked wherever they are listed and take no place in the
//! table. Nothing in them is slow on purpose: what one costs is what its
//! mistake costs. Some stand, beside the figure that gives them away; others
//! are rejected, because what they did is not what was asked for.
//!
//! See them: `cargo run --release -- report --driver 'trap/*,tokio/raw'`

mod await_in_loop;
mod blocking_in_async;
mod client_per_page;
mod cpu_on_the_loop;
pub(crate) mod fingerprint;
mod forgotten_future;
mod join_in_chunks;
pub(crate) mod on_tokio;
mod rayon_default;
mod retry_storm;
mod swallowed_task_error;
mod unbounded;

use crate::drivers::driver::LessonProgram;

/// How rayon's global pool is told how many threads it has: before it starts,
/// from outside. Without it there is one a core.
pub const RAYON_THREADS: &str = "RAYON_NUM_THREADS";

/// Every trap, in the order of the lessons.
pub const PROGRAMS: [LessonProgram; 10] = [
    rayon_default::PROGRAM,
    await_in_loop::PROGRAM,
    forgotten_future::PROGRAM,
    blocking_in_async::PROGRAM,
    cpu_on_the_loop::PROGRAM,
    unbounded::PROGRAM,
    join_in_chunks::PROGRAM,
    swallowed_task_error::PROGRAM,
    retry_storm::PROGRAM,
    client_per_page::PROGRAM,
];
