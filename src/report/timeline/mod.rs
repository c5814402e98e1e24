//! The picture of a log: a row a page, what it waited for, and below it what
//! was in flight. A pure function: the same log, the same bytes.
//!
//! ```text
//! thread-pool/ureq: 2 hands
//! 6 pages in 155 ms, at most 2 in flight
//!          page 0 │░░░░░░░░░░░░░
//!               1 │░░░░░░░░░░░░░░░
//!               2 │⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅░░░░░░░░░░░░░
//!               3 │⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅░░░░░░░░░░░░░░░
//!               4 │⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅░░░░░░░░░░░░░░
//!               5 │⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅⋅░░░░░░░░░░░░░
//!                 └┬─────────────┬─────────────┬─────────────┬
//!                  0             50            100      150 ms
//!     2 in flight │█████████████████████████████████████████
//!                 │███████████████████████████████████████████
//! ⋅ waiting for its turn   ░ server at work
//! ```
//!
//! It is made in two steps, and both pictures share the first:
//!
//! ```text
//! log ──► lives: the states of each page, told once ──► fold: rows of cells
//!                                             ┌────────────────┴──┐
//!                                         terminal: characters   svg: shapes
//! ```

mod axis;
mod fold;
mod glyphs;
mod legend;
mod life;
mod resolve;
mod state;
mod strip;
mod svg;
mod terminal;
mod text;
mod unit;
mod words;

pub use axis::until_ns;
pub use svg::{SvgLook, svg};
pub use terminal::{LEAST_HEIGHT, LEAST_WIDTH, Look, terminal};

/// What was not as it should be, to be marked in a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offence {
    /// The first page concerned.
    pub page_from: u64,
    /// The last page concerned, itself included.
    pub page_to: u64,
    /// From when.
    pub from_ns: u64,
    /// Until when.
    pub to_ns: u64,
    /// A sentence: what was expected, and what was seen.
    pub what: String,
}
