//! The picture as an SVG file, for a page or a projector.
//!
//! One file with nothing outside of it: no script, no font, no link. It brings
//! its own light environment, so that it reads on a dark page as well, and says in
//! `<title>` and `<desc>` what it shows for those who do not see it. Lengths are
//! whole tenths of a pixel, computed without floating point: the same bytes
//! everywhere.

mod heading;
mod labels;
mod layout;
mod marks;
mod offences;
mod paths;
mod sheet;
mod strips;
mod style;
mod time;
mod xml;

use crate::measure::event_log::EventLog;

use super::Offence;
use layout::{HEIGHT, WIDTH};
use sheet::Sheet;

/// How to draw a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SvgLook {
    /// Where the time axis ends; `None`: with the log, see
    /// [`until_ns`](super::until_ns).
    pub until_ns: Option<u64>,
    /// What to mark.
    pub marked: Vec<Offence>,
}

/// Draws `log` as an SVG document of 1280 by 720 pixels.
#[must_use]
pub fn svg(log: &EventLog, look: &SvgLook) -> String {
    let sheet = Sheet::new(log, look, offences::told(&look.marked));
    // What comes later lies above.
    let parts = [
        heading::head(&sheet),
        style::definitions(),
        format!("<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n"),
        heading::titles(&sheet),
        time::axis(&sheet),
        time::end(&sheet),
        paths::rows(&sheet.rows, &sheet.layout),
        marks::marks(&sheet.rows, &sheet.layout),
        offences::frames(&sheet),
        labels::rows(&sheet),
        strips::strips(&sheet),
        labels::legend(&sheet),
        offences::foot(&sheet),
    ];
    parts.concat() + "</svg>\n"
}
