//! The report command as a user meets it: real processes, real sockets.

mod cheats;
mod courses;
mod endings;
mod faults;
mod honest;
mod input;
mod mended;
mod support;
mod traps;
