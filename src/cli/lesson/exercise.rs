//! The exercise of a lesson: handed out, and graded.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use super::super::exit::NOT_ALL_ROWS;
use super::super::output::print;
use super::{Drawing, look};
use crate::harness::process::Program;
use crate::report::timeline;
use crate::teach::exercise::{self, Exercise, With};
use crate::teach::lesson::{self, Lesson};
use crate::term::interrupt::{self, Interrupt};
use crate::term::progress::Progress;

/// Lines that the verdict needs below the picture.
const BELOW: usize = 6;

/// Writes the project of the lesson's exercise.
pub(super) fn hand_out(lesson: &Lesson, directory: &Path) -> anyhow::Result<ExitCode> {
    let said = exercise::write(of(lesson)?, directory)?;
    print(&(said.trim_end().to_owned() + "\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// Builds a student's project, runs it, and says what it does not do yet.
pub(super) fn check(
    lesson: &Lesson,
    directory: &Path,
    quiet: bool,
    drawing: &Drawing,
) -> anyhow::Result<ExitCode> {
    let exercise = of(lesson)?;
    let (program, interrupt) = (Program::this()?, Interrupt::default());
    interrupt.listen()?;
    let progress = Progress::new(quiet);
    let graded = exercise::check(
        exercise,
        directory,
        &With::new(&program, &interrupt, &progress),
    );
    progress.end();
    if interrupt.is_set() {
        return Ok(ExitCode::from(interrupt::EXIT_CODE));
    }
    let graded = graded?;
    let marked = graded.marked();
    let look = look(drawing.ascii);
    if !graded.log.requests.is_empty() {
        print(&timeline::terminal(
            &graded.log,
            &timeline::Look {
                width: look.width,
                height: look.height.saturating_sub(BELOW),
                ascii: look.ascii,
                colour: look.colour,
                until_ns: None,
                marked: marked.clone(),
            },
        ))?;
    }
    print(&format!(
        "\n{}",
        exercise::verdict(exercise, directory, &graded)
    ))?;
    if let Some(file) = &drawing.svg {
        let svg = timeline::SvgLook {
            until_ns: None,
            marked,
        };
        crate::report::write(file, &timeline::svg(&graded.log, &svg))?;
    }
    Ok(if graded.passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(NOT_ALL_ROWS)
    })
}

fn of(lesson: &Lesson) -> anyhow::Result<&'static Exercise> {
    let exercise = lesson.exercise.as_deref().and_then(exercise::named);
    exercise.with_context(|| {
        let with = lesson::all().unwrap_or_default().into_iter();
        let with = with.filter(|lesson| lesson.exercise.is_some());
        let with: Vec<String> = with.map(|lesson| lesson.label()).collect();
        let label = lesson.label();
        format!(
            "lesson {label} has no exercise; there is one for {}",
            with.join(", ")
        )
    })
}
