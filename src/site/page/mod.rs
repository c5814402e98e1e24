//! A page: how it is made from its number, how it is known to be the right
//! one, and how it is read back.
//!
//! Every page is news in HTML, [`PAGE_BYTES`] long to the byte, and is made
//! from its number alone: nothing is stored, nothing is looked up, and page 7
//! of a site of ten pages is page 7 of a site of a hundred thousand. Three
//! parts of the program meet here and must agree:
//!
//! | who | asks | file |
//! |---|---|---|
//! | the server | [`build`], [`Site::index`], [`ROBOTS`] | `writer.rs`, which sets the words of `words.rs` |
//! | every driver, for every page | [`verify`], [`Reader::read`], [`digest()`] | `checksum.rs`, `read.rs` |
//! | the experiment, which trusts no driver | [`facts`], [`Site::expected_digest`] | `writer.rs`, with no parser at all |
//!
//! The text comes from `fixtures/`: `page.html`, `article.html` and
//! `words.txt` are plain files that a teacher can edit without Rust.
//!
//! Pages link only to older pages (lower numbers), as a newspaper's archive
//! does. That is what lets a page be a function of its number and a site still
//! have no dead links, however many pages it has.

mod checksum;
mod digest;
mod notes;
mod price;
mod read;
mod reading;
mod rng;
mod site;
#[cfg(test)]
mod site_tests;
mod slots;
mod words;
mod writer;

pub use checksum::{Mismatch, verify};
pub use digest::digest;
pub use price::{cents, dollars};
pub use read::{Reader, UnreadablePage};
pub use reading::Reading;
pub use site::{ReadingSums, Site};
pub use writer::{build, facts};

/// The length of every page, in bytes.
pub const PAGE_BYTES: usize = 15_360;

/// What `/robots.txt` says.
pub const ROBOTS: &str = include_str!("../../../fixtures/robots.txt");

/// The style sheet that pages name: `/style.css`. Browsers fetch it; drivers do
/// not.
pub const STYLE: &str = include_str!("../../../fixtures/style.css");

/// The icon that browsers ask every site for: `/favicon.ico`.
pub const ICON: &str = include_str!("../../../fixtures/favicon.svg");

/// The `Content-Type` of [`STYLE`].
pub const STYLE_TYPE: &str = "text/css; charset=utf-8";

/// The `Content-Type` of [`ICON`].
pub const ICON_TYPE: &str = "image/svg+xml";

/// The `Content-Type` of pages and of the index.
pub const HTML_TYPE: &str = "text/html; charset=utf-8";

/// The `Content-Type` of [`ROBOTS`].
pub const ROBOTS_TYPE: &str = "text/plain; charset=utf-8";

/// Where page `number` is found on the server: `/page/7`.
#[must_use]
pub fn path(number: u64) -> String {
    format!("/page/{number}")
}

/// The number of the page at `path`, or `None` if no page has that path.
///
/// Only what [`path`] writes is taken: no leading zeros, sign, query or
/// trailing slash. Two paths for one page would let a driver fetch it twice
/// and have it counted as two.
#[must_use]
pub fn number_of(path: &str) -> Option<u64> {
    let digits = path.strip_prefix("/page/")?;
    let zero_led = digits.len() > 1 && digits.starts_with('0');
    if zero_led || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}
