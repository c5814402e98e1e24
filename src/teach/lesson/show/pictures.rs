//! A picture a run.

use super::super::data::Lesson;
use super::super::quantity::Unit;
use super::super::record::{Performance, Performed};
use super::Look;
use crate::report::timeline::{self, until_ns};

/// Runs are drawn on one time scale, unless the shortest were a dot on that of
/// the longest.
const ONE_SCALE: u64 = 12;
/// Lines below and above a picture.
const AROUND: usize = 3;

/// The picture of one run.
#[derive(Debug, Clone)]
pub struct Picture<'a> {
    /// Which run.
    pub run: &'a Performed,
    /// Where its time axis ends.
    pub until_ns: u64,
}

impl<'a> Picture<'a> {
    /// Those of all runs.
    #[must_use]
    pub fn all(performance: &'a Performance) -> Vec<Self> {
        let ends = { performance.runs.iter() }.map(|run| until_ns(&run.log));
        let longest = ends.clone().max().unwrap_or_default();
        let shortest = ends.min().unwrap_or_default();
        let together = longest <= shortest.saturating_mul(ONE_SCALE);
        let picture = |run: &'a Performed| Self {
            run,
            until_ns: if together {
                longest
            } else {
                until_ns(&run.log)
            },
        };
        performance.runs.iter().map(picture).collect()
    }

    /// For a page or a projector.
    #[must_use]
    pub fn svg(&self) -> String {
        timeline::svg(
            &self.run.log,
            &timeline::SvgLook {
                until_ns: Some(self.until_ns),
                marked: Vec::new(),
            },
        )
    }
}

/// All of them, one below the other. A single run has the whole screen; many
/// share two.
#[must_use]
pub fn pictures(lesson: &Lesson, performance: &Performance, look: &Look) -> String {
    let runs = performance.runs.len().max(1);
    let height = match runs {
        1 => look.height.saturating_sub(AROUND),
        _ => (2 * look.height / runs)
            .min(look.height)
            .saturating_sub(AROUND),
    };
    let mut text = String::new();
    for Picture { run, until_ns } in Picture::all(performance) {
        text.push_str(&timeline::terminal(
            &run.log,
            &timeline::Look {
                width: look.width,
                height,
                ascii: look.ascii,
                colour: look.colour,
                until_ns: Some(until_ns),
                marked: Vec::new(),
            },
        ));
        text.push('\n');
    }
    let left_out: u64 = { performance.runs.iter() }
        .map(|run| run.log.requests_left_out)
        .sum();
    if left_out > 0 {
        let count = Unit::Count.print(left_out as f64, look.ascii);
        text.push_str(&look.paragraph(
            "",
            &format!(
                "(Lesson {}: {count} further requests are not drawn.)",
                lesson.label()
            ),
        ));
        text.push('\n');
    }
    text
}
