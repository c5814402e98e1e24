//! The report command as a user meets it: real processes, real sockets.

mod cheats;
mod endings;
mod faults;
mod fixed;
mod honest;
mod input;
mod lies;
mod scenarios;
mod support;
mod traps;
