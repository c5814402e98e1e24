//! The one way to standard error. What is said may quote a file name, a site,
//! a program or the error of a library, so all of it passes [`fmt::escape`].
//!
//! [`fmt::escape`]: crate::fmt::escape

use std::fmt::Display;
use std::io::Write;

use crate::fmt::escape;

/// `regatta: ...`, for an error and for whatever else is not a result.
pub fn error(what: impl Display) {
    line(&format!("regatta: {what}"));
}

/// One message of one or more lines.
pub fn line(what: &str) {
    put(&(escape::error(what) + "\n"));
}

/// Lines that are laid out already, and perhaps [styled](escape::block).
pub fn lines(what: &str, styled: bool) {
    put(&(escape::block(what, styled) + "\n"));
}

/// A question; the answer is typed behind it.
pub fn ask(what: &str) {
    put(&escape::block(what, false));
}

/// Nobody reads a standard error that is closed, and that is no reason to fail.
fn put(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = stderr
        .write_all(text.as_bytes())
        .and_then(|()| stderr.flush());
}
