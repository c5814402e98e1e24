//! Hostile bytes for everything that reads what others wrote: no panic, no
//! hang, bounded memory, and what is printed is read again as the same.
//!
//! Each target has seeds in `corpus/TARGET/`, which are read as they are, and
//! then changed: bits, numbers, words, lines, pieces of other seeds. What a
//! target is changed into follows from a seed of its own, so every run of the
//! tests reads the same inputs, more of them on a faster machine.
//!
//! | variable | |
//! |---|---|
//! | `REGATTA_FUZZ_SECONDS=30` | for so long a target; the default is 1 |
//! | `REGATTA_FUZZ_INPUTS=5000` | so many inputs a target, however long it takes |
//! | `REGATTA_FUZZ_SEED=7` | other inputs |
//! | `REGATTA_FUZZ_INPUT=123` | this input alone, as a failure names it |
//!
//! A failure prints the command that reads the same input again, and where it
//! was written. Copy that file to `corpus/TARGET/`, under a name that says what
//! is wrong with it: from then on it is read first.
//!
//! | file | what is read |
//! |---|---|
//! | `run.rs`, `mutate.rs` | the budget, the limits, the changes |
//! | `answers.rs` | answers of servers, as raw and as hyper read them |
//! | `rules.rs`, `addresses.rs` | robots.txt; links |
//! | `html.rs` | pages |
//! | `saved.rs` | files of reports, baselines, cancellations, lessons, guesses |
//! | `stores.rs` | JSON Lines and SQLite |
//! | `jobs.rs` | lines for a worker |
//! | `ports.rs` | bytes for the page port and the control port |
//! | `teaching.rs`, `workloads.rs` | files of lessons, exercises and workloads |
//! | `command_lines.rs` | arguments, and the values in them |

mod addresses;
mod answers;
mod command_lines;
mod html;
mod jobs;
mod mutate;
mod ports;
mod rules;
mod run;
mod saved;
mod stores;
mod teaching;
mod workloads;
