//! One picture for each run.

use super::super::data::Lesson;
use super::super::quantity::Unit;
use super::super::record::{RecordedRun, Recording};
use super::PrintStyle;
use crate::report::timeline::{self, until_ns};

/// All runs share one time scale, unless the longest takes more than this many
/// times as long as the shortest.
const ONE_SCALE: u64 = 12;
/// Lines above and below a picture.
const AROUND: usize = 3;

/// The picture of one run.
#[derive(Debug, Clone)]
pub struct Picture<'a> {
    /// The run.
    pub run: &'a RecordedRun,
    /// The end of its time axis.
    pub until_ns: u64,
}

impl<'a> Picture<'a> {
    /// The pictures of all runs.
    #[must_use]
    pub fn all(recording: &'a Recording) -> Vec<Self> {
        let ends = { recording.runs.iter() }.map(|run| until_ns(&run.log));
        let longest = ends.clone().max().unwrap_or_default();
        let shortest = ends.min().unwrap_or_default();
        let together = longest <= shortest.saturating_mul(ONE_SCALE);
        let picture = |run: &'a RecordedRun| Self {
            run,
            until_ns: if together {
                longest
            } else {
                until_ns(&run.log)
            },
        };
        recording.runs.iter().map(picture).collect()
    }

    /// As SVG, for a page or a projector.
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

/// All pictures, one below the other. One run fills the screen; several runs
/// share two screens.
#[must_use]
pub fn pictures(lesson: &Lesson, recording: &Recording, look: &PrintStyle) -> String {
    let runs = recording.runs.len().max(1);
    let height = match runs {
        1 => look.height.saturating_sub(AROUND),
        _ => (2 * look.height / runs)
            .min(look.height)
            .saturating_sub(AROUND),
    };
    let mut text = String::new();
    for Picture { run, until_ns } in Picture::all(recording) {
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
    let left_out: u64 = { recording.runs.iter() }
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
