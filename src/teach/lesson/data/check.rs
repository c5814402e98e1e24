//! Checks that a lesson can be run, before the question is asked. Errors name
//! the key and what to write.

use anyhow::{Context, ensure};

use super::{Lesson, Setup};
use crate::drivers;
use crate::teach::lesson::guess;
use crate::teach::lesson::metric::RunMetric;

/// Fails with the first problem of a lesson.
pub(super) fn lesson(lesson: &Lesson) -> anyhow::Result<()> {
    ensure!(
        (1..=13).contains(&lesson.number),
        "invalid `number` {}: expected 1 to 13",
        lesson.number
    );
    for (n, setup) in lesson.runs.iter().enumerate() {
        run(setup).with_context(|| format!("run {} ({:?})", n + 1, setup.name))?;
    }
    names(lesson)?;
    choices(lesson)?;
    notes(lesson)
}

/// Every run that a key names exists, and the guessed metric has a formula.
fn names(lesson: &Lesson) -> anyhow::Result<()> {
    let is_a_run = |name: &str| lesson.runs.iter().any(|run| run.name == name);
    ensure!(
        is_a_run(&lesson.guess.run),
        "unknown run {:?} in `guess.run`: expected the name of a run",
        lesson.guess.run
    );
    // With a turned knob, the guessed run may be one without a formula.
    let is_predicted = lesson.guessed().formula.contains_key(&lesson.guess.metric);
    ensure!(
        is_predicted || lesson.turned.is_some(),
        "the guessed run has no formula for the guessed metric; add one, for example \
         `formula = {{ wall = \"pages * latency\" }}`"
    );
    let turned = lesson.knob.run.as_deref();
    ensure!(
        turned.is_none_or(is_a_run),
        "unknown run {:?} in `knob.run`: expected the name of a run",
        turned.unwrap_or_default()
    );
    Ok(())
}

fn choices(lesson: &Lesson) -> anyhow::Result<()> {
    let (choices, count) = (&lesson.choices, lesson.choices.len());
    ensure!(
        (2..=6).contains(&count),
        "invalid number of choices {count}: expected 2 to 6"
    );
    let right = choices.iter().filter(|choice| choice.reveals.is_none());
    ensure!(
        right.count() == 1,
        "exactly one choice is right and has no `reveals`; all others need `reveals`"
    );
    lesson.values().context("key `value` of a choice")?;
    let mut programs = choices
        .iter()
        .filter_map(|choice| choice.program.as_deref());
    programs.try_for_each(|program| drivers::named(program).map(drop))
}

fn notes(lesson: &Lesson) -> anyhow::Result<()> {
    for wrong in &lesson.notes.wrong {
        let place = guess::place(wrong.letter).filter(|&place| place != lesson.right());
        ensure!(
            place.is_some_and(|place| place < lesson.choices.len()),
            "invalid `letter` {:?} in the notes: expected the letter of a wrong choice",
            wrong.letter
        );
    }
    Ok(())
}

fn run(run: &Setup) -> anyhow::Result<()> {
    drivers::named(&run.driver)?;
    ensure!(
        (1..=64).contains(&run.threads),
        "invalid `threads` {}: expected 1 to 64, for example `threads = 2`",
        run.threads
    );
    ensure!(
        !run.expect.is_empty(),
        "empty `expect`: expected at least one metric, for example `expect = {{ pages = \"pages\" }}`"
    );
    let mut known = run.known()?;
    // Known only after the run.
    known.insert("work", (1.0, RunMetric::Work.unit()));
    for formula in run.formula.values() {
        formula.value(&known).context("key `formula`")?;
    }
    for range in run.expect.values() {
        range.ends(&known).context("key `expect`")?;
    }
    Ok(())
}
