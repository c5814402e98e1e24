//! The JSON form: everything, samples included. Described in `docs/FORMAT.md`
//! and `docs/report.schema.json`.
//!
//! Indented down to the drivers, and below that one line a run and one line an
//! estimate: a histogram of 200 buckets would otherwise be 800 lines, and
//! `diff` and `grep` work by the line.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::Formatter;

use super::Report;
use crate::fmt::escape;

/// Containers nested deeper than this stay on one line: report, drivers,
/// driver, samples are four.
const INDENTED: usize = 4;

/// `report` as JSON, ending in a line break.
///
/// # Panics
///
/// Never: every field has a form in JSON.
#[must_use]
pub fn json(report: &Report) -> String {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Layout::default());
    report
        .serialize(&mut serializer)
        .expect("a report is made of numbers, texts, lists and maps with text keys");
    bytes.push(b'\n');
    let json = String::from_utf8(bytes).expect("serde_json writes UTF-8");
    escape::json(&json)
}

/// Line breaks and indentation down to [`INDENTED`] containers.
#[derive(Default)]
struct Layout {
    depth: usize,
    /// Whether the container that ends now has anything in it.
    filled: bool,
}

impl Layout {
    fn begin<W: ?Sized + Write>(&mut self, writer: &mut W, mark: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.filled = false;
        writer.write_all(mark)
    }

    fn end<W: ?Sized + Write>(&mut self, writer: &mut W, mark: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.filled && self.depth < INDENTED {
            self.line(writer)?;
        }
        writer.write_all(mark)
    }

    fn item<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        let lines = self.depth <= INDENTED;
        match (first, lines) {
            (false, true) => writer.write_all(b",")?,
            (false, false) => writer.write_all(b", ")?,
            (true, _) => (),
        }
        if lines { self.line(writer) } else { Ok(()) }
    }

    fn line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        write!(writer, "\n{:indent$}", "", indent = 2 * self.depth)
    }
}

impl Formatter for Layout {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, w: &mut W, first: bool) -> io::Result<()> {
        self.item(w, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, w: &mut W, first: bool) -> io::Result<()> {
        self.item(w, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }
}
