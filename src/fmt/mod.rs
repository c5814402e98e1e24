//! Numbers, times, shares, lines and tables as people read them.
//!
//! Every command prints by these functions, so one quantity is rounded the
//! same way everywhere. The rule has three parts:
//!
//! * In a sentence a measured number has three significant digits and no zeros
//!   at the end of a fraction: `5.07 s`, `60 ms`, `1.2 times`.
//! * In a column all numbers have the same number of decimals ([`aligned`]).
//! * A share has one decimal below 10 % and none above ([`percent()`]), a
//!   change has a sign and one decimal ([`change`]).
//!
//! The raw numbers are in the CSV and JSON forms; a table that prints
//! 203.481922 ms claims a certainty that it does not have.
//!
//! | file | what |
//! |---|---|
//! | `number.rs` | significant digits, thousands, plurals |
//! | `percent.rs` | shares and changes |
//! | `unit.rs` | times and sizes |
//! | `text.rs` | lists, wrapped lines |
//! | [`escape`] | text from outside: one file a kind of output |
//! | `table.rs` | tables for a terminal and for markdown |

pub mod escape;
mod number;
mod percent;
mod table;
mod text;
mod unit;

pub use escape::plain;
pub use number::{aligned, count, fixed, plural, significant};
pub use percent::{change, percent, percent_given, percent_number};
pub use table::{Align, Table, bold};
pub use text::{hanging, list, width, wrap};
pub use unit::{Nanoseconds, duration, in_ms, mb, ms, size, us};
