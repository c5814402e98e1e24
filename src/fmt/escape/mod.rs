//! Text from outside, made safe for where it goes: one file a kind of output.
//!
//! Saved files, programs, sites, file names and the errors of libraries hold
//! whatever somebody put there. A terminal obeys escape sequences, a browser
//! obeys markup, a spreadsheet obeys formulas, and a reader believes what looks
//! like a number of ours. So whatever was not written by this program passes
//! one of these functions:
//!
//! | goes to | function | what it does |
//! |---|---|---|
//! | a line or a cell of a terminal | [`plain`], [`cell`] | one line without hidden characters |
//! | a whole terminal, as the last step | [`block`], [`error`], [`message`] | leaves line breaks and our own bold type |
//! | markdown | [`markdown()`], [`markdown_line`] | nothing is markup |
//! | CSV | [`csv()`] | nothing is a formula |
//! | SVG, HTML | [`xml()`] | nothing is markup |
//! | JSON | [`json()`] | hidden characters as `\u....`: the same JSON |
//!
//! `characters.rs` says which characters are hidden.

mod characters;
mod csv;
mod json;
mod markdown;
mod terminal;
mod xml;

pub use characters::is_hidden;
pub use csv::csv;
pub use json::json;
pub use markdown::{markdown, markdown_line};
pub use terminal::{block, cell, error, message, plain};
pub use xml::xml;
