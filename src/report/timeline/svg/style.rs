//! Colours and patterns, and the legend that explains them.
//!
//! The colours are those of Okabe and Ito, which people with any kind of colour
//! vision tell apart (<https://jfly.uni-koeln.de/color/>). Patterns tell the
//! states apart without any.

use super::super::state::{MarkShape, State};
use super::layout::{MARGIN, px};
use super::marks;
use super::xml::line;

/// What must be seen first: vermilion, darker than in the palette so that text
/// in it reads on white.
pub(super) const ALARM: &str = "#b34700";
/// The areas of strips.
pub(super) const STRIP: &str = "#009e73";

/// Patterns: their names, and what they repeat on 6 by 6 pixels.
const PATTERNS: [(&str, &str); 3] = [
    (
        "queued",
        "<path d=\"M0 0h6v6h-6z\" fill=\"#fdf0d0\"/><path d=\"M2 0v6\" stroke=\"#e69f00\" stroke-width=\"3\"/>",
    ),
    (
        "unnoticed",
        "<path d=\"M0 0h6v6h-6z\" fill=\"#f7e4ef\"/><path d=\"M0 0h3v3h-3zM3 3h3v3h-3z\" fill=\"#cc79a7\"/>",
    ),
    (
        "computing",
        "<path d=\"M0 0h6v6h-6z\" fill=\"#fff\"/>\
         <path d=\"M-2 2l4-4M0 6l6-6M4 8l4-4\" stroke=\"#d55e00\" stroke-width=\"3\"/>",
    ),
];

/// The patterns, to be drawn with.
pub(super) fn definitions() -> String {
    let patterns = PATTERNS.iter().map(|(name, tile)| {
        format!(
            "<pattern id=\"{name}\" width=\"6\" height=\"6\" \
             patternUnits=\"userSpaceOnUse\">{tile}</pattern>\n"
        )
    });
    format!("<defs>\n{}</defs>\n", patterns.collect::<String>())
}

/// Attributes for text in alarm.
pub(super) fn alarm(size: u64) -> String {
    format!("font-size=\"{size}\" font-weight=\"bold\" fill=\"{ALARM}\"")
}

/// How the bars of a state are drawn.
struct Stroke {
    paint: &'static str,
    /// In hundredths of a bar; a page that waits has a thin line.
    thickness: u64,
    dashes: &'static str,
}

fn stroke(state: State) -> Stroke {
    let (paint, thickness, dashes) = match state {
        State::Waiting => ("#999", 0, "1.5 6"),
        State::Pausing => ("#555", 0, "7 4"),
        State::Wire => ("#56b4e9", 40, ""),
        State::Queued => ("url(#queued)", 100, ""),
        State::Served => ("#56b4e9", 100, ""),
        State::Body => ("#0072b2", 100, ""),
        State::Unnoticed => ("url(#unnoticed)", 100, ""),
        State::Shelved => ("#d55e00", 30, "2 3"),
        State::Computing => ("url(#computing)", 100, ""),
    };
    Stroke {
        paint,
        thickness,
        dashes,
    }
}

/// A path of bars; `bar` is how thick they are, in tenths of a pixel.
pub(super) fn bar(state: State, path: &str, bar: u64) -> String {
    let stroke = stroke(state);
    let width = (bar * stroke.thickness / 100).max(15);
    let dashes = match stroke.dashes {
        "" => String::new(),
        dashes => format!(" stroke-dasharray=\"{dashes}\""),
    };
    format!(
        "<path d=\"{path}\" stroke=\"{}\" stroke-width=\"{}\"{dashes}/>\n",
        stroke.paint,
        px(width),
    )
}

/// An entry of the legend.
#[derive(Debug)]
pub(super) enum LegendEntry {
    /// A bar like this.
    State(State),
    /// A mark like this, and what it stands for.
    Shape(MarkShape, String),
}

/// A swatch and the space around it, in tenths of a pixel.
const SWATCH: u64 = 380;
/// What a letter takes, more or less: nobody measures a font that the reader's
/// machine chooses.
const LETTER: u64 = 95;
const BETWEEN: u64 = 260;
const END: u64 = 12_600;

impl LegendEntry {
    /// What it explains, in words.
    pub(super) fn words(&self) -> String {
        match self {
            Self::State(state) => state.words().to_owned(),
            Self::Shape(_, words) => words.clone(),
        }
    }

    fn width(&self) -> u64 {
        SWATCH + 100 + self.words().len() as u64 * LETTER
    }

    fn draw(&self, x: u64, y: u64) -> String {
        let middle = y - 60;
        let swatch = match self {
            Self::State(state) => {
                let path = format!("M{} {}h{}", px(x), px(middle), px(SWATCH));
                bar(*state, &path, 180)
            }
            Self::Shape(shape, _) => marks::drawn(*shape, &[(x + SWATCH / 2, middle)], SWATCH),
        };
        swatch + &line(x + SWATCH + 100, y, "", &self.words())
    }
}

/// The entries of the legend in lines.
pub(super) fn entries(states: &[State], shapes: &[(MarkShape, String)]) -> Vec<Vec<LegendEntry>> {
    let states = states.iter().map(|state| LegendEntry::State(*state));
    let shapes = shapes
        .iter()
        .map(|(shape, words)| LegendEntry::Shape(*shape, words.clone()));
    let mut lines: Vec<Vec<LegendEntry>> = Vec::new();
    let mut end = END;
    for entry in states.chain(shapes) {
        if end + entry.width() > END {
            lines.push(Vec::new());
            end = MARGIN;
        }
        end += entry.width() + BETWEEN;
        if let Some(line) = lines.last_mut() {
            line.push(entry);
        }
    }
    lines
}

/// One line of the legend, on the base line `y`.
pub(super) fn legend_line(entries: &[LegendEntry], y: u64) -> String {
    let mut x = MARGIN;
    let mut drawn = String::new();
    for entry in entries {
        drawn += &entry.draw(x, y);
        x += entry.width() + BETWEEN;
    }
    drawn
}
