//! Whether a lesson can be played as it stands, before anybody is asked
//! anything. Errors name the key and what to write.

use anyhow::{Context, ensure};

use super::{Lesson, Setup};
use crate::drivers;
use crate::teach::lesson::guess;
use crate::teach::lesson::metric::Metric;

/// Says what is wrong with a lesson.
pub(super) fn lesson(lesson: &Lesson) -> anyhow::Result<()> {
    ensure!(
        (1..=13).contains(&lesson.number),
        "key `number` is {}; lessons have 1 to 13",
        lesson.number
    );
    for (n, setup) in lesson.runs.iter().enumerate() {
        run(setup).with_context(|| format!("run {} ({:?})", n + 1, setup.name))?;
    }
    names(lesson)?;
    choices(lesson)?;
    notes(lesson)
}

/// Every name of a run is that of one, and what is guessed has a formula.
fn names(lesson: &Lesson) -> anyhow::Result<()> {
    let is_a_run = |name: &str| lesson.runs.iter().any(|run| run.name == name);
    ensure!(
        is_a_run(&lesson.guess.run),
        "key `guess.run` names {:?}, and no run is called so",
        lesson.guess.run
    );
    // With a knob turned another run may be guessed, and nobody knows.
    let is_predicted = lesson.guessed().formula.contains_key(&lesson.guess.metric);
    ensure!(
        is_predicted || lesson.turned.is_some(),
        "the run that is guessed has no formula for what is guessed; add a line as in \
         `formula = {{ wall = \"pages * latency\" }}`"
    );
    let turned = lesson.knob.run.as_deref();
    ensure!(
        turned.is_none_or(is_a_run),
        "key `knob.run` names {:?}, and no run is called so",
        turned.unwrap_or_default()
    );
    Ok(())
}

fn choices(lesson: &Lesson) -> anyhow::Result<()> {
    let (choices, count) = (&lesson.choices, lesson.choices.len());
    ensure!(
        (2..=6).contains(&count),
        "a lesson has two to six choices, not {count}"
    );
    let right = choices.iter().filter(|choice| choice.reveals.is_none());
    ensure!(
        right.count() == 1,
        "one choice is right, and has no `reveals`; every other one says what it reveals"
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
            "the notes answer {:?}, which is no wrong choice",
            wrong.letter
        );
    }
    Ok(())
}

fn run(run: &Setup) -> anyhow::Result<()> {
    drivers::named(&run.driver)?;
    ensure!(
        (1..=64).contains(&run.threads),
        "key `threads` is {}; a runtime has 1 to 64, as in `threads = 2`",
        run.threads
    );
    ensure!(
        !run.expect.is_empty(),
        "it expects nothing, so nothing could go wrong; add `expect = {{ pages = \"pages\" }}`"
    );
    let mut known = run.known()?;
    // That is known when it has run.
    known.insert("work", (1.0, Metric::Work.unit()));
    for formula in run.formula.values() {
        formula.value(&known).context("key `formula`")?;
    }
    for range in run.expect.values() {
        range.ends(&known).context("key `expect`")?;
    }
    Ok(())
}
