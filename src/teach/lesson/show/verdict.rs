//! The text that is printed after the runs: guess, formula and measurement, the
//! reason, and what to try next.

use super::super::data::Lesson;
use super::super::guess::{Guess, print_off};
use super::super::record::Recording;
use super::{PrintStyle, letter};

/// A run that took longer than its formula by this factor gets a remark: the
/// machine may have been busy.
const FAR_OFF: f64 = 1.25;

/// In shorter runs the start of the program matters, which no formula contains.
const LONG_NS: u64 = 500_000_000;

/// A guess and its author.
#[derive(Debug, Clone, PartialEq)]
pub struct Guessed {
    /// The guess.
    pub guess: Guess,
    /// "you", or "the class".
    pub by: &'static str,
}

/// The guess, the formula and the measurement, one below the other.
#[must_use]
pub fn verdict(
    lesson: &Lesson,
    recording: &Recording,
    guessed: Option<&Guessed>,
    look: &PrintStyle,
) -> String {
    let unmet = recording.unmet();
    let measured = recording.measured.filter(|_| unmet.is_empty());
    let run = crate::fmt::plain(&lesson.guess.run);
    let mut text = format!("{}, {run}\n", recording.metric.words());
    text.push_str(&three_lines(recording, measured, guessed, look));
    text.push('\n');
    if unmet.is_empty() {
        text.push_str(&believed(lesson, guessed, look));
        text.push_str(&slow(recording, look));
    } else {
        text.push_str(&rejected(&unmet, lesson.turned.is_some(), look));
    }
    text
}

fn three_lines(
    recording: &Recording,
    measured: Option<f64>,
    guessed: Option<&Guessed>,
    look: &PrintStyle,
) -> String {
    let unit = recording.metric.unit();
    let print = |value: f64| unit.print(value, look.ascii);
    let mut lines = Vec::new();
    if let Some(Guessed { guess, by }) = guessed {
        let off = measured.map(|measured| print_off(guess.value, measured, unit, look.ascii));
        lines.push((*by, print(guess.value), off.unwrap_or_default()));
    }
    if let Some(predicted) = &recording.predicted {
        lines.push(("formula", print(predicted.value), String::new()));
    }
    lines.push(match (measured, recording.measured) {
        (Some(value), _) => ("measured", print(value), beside_formula(recording, value)),
        (None, Some(_)) => ("measured", "rejected".to_owned(), String::new()),
        (None, None) => ("measured", "n/a".to_owned(), String::new()),
    });
    let values = lines.iter().map(|(_, value, _)| value.chars().count());
    let widest = values.max().unwrap_or_default();
    let line = |(who, value, note): &(&str, String, String)| {
        let line = format!("  {who:<9} {value:>widest$}   {note}");
        look.signs(line.trim_end()) + "\n"
    };
    lines.iter().map(line).collect()
}

fn beside_formula(recording: &Recording, measured: f64) -> String {
    let predicted = recording
        .predicted
        .as_ref()
        .map(|predicted| predicted.value);
    match predicted.filter(|&value| value > 0.0) {
        Some(predicted) => format!("{:.2}× the formula", measured / predicted),
        None => String::new(),
    }
}

fn believed(lesson: &Lesson, guessed: Option<&Guessed>, look: &PrintStyle) -> String {
    let place = guessed.and_then(|guessed| guessed.guess.choice);
    let Some((place, choice)) = place.and_then(|place| Some((place, lesson.choices.get(place)?)))
    else {
        return String::new();
    };
    let right = lesson.right();
    let text = match &choice.reveals {
        None => format!("{} is right: {}.", letter(place), choice.text),
        Some(reveals) => format!(
            "{} is wrong. People who choose it often think that {reveals}. {} is right: {}.",
            letter(place),
            letter(right),
            lesson.choices[right].text
        ),
    };
    look.paragraph("", &text)
}

/// The differences from the expected results.
fn rejected(unmet: &[String], is_turned: bool, look: &PrintStyle) -> String {
    let what = unmet.iter().map(|what| look.paragraph("! ", what));
    let text: String = what.collect();
    let why = if is_turned {
        "The lesson does not hold with this value of its knob, so its formulas do not apply."
    } else {
        "The results differ from the expected results, so the guess is not graded and not kept. \
         Another program may keep this machine busy: check with `regatta doctor` and try again."
    };
    text + &look.paragraph("! ", why)
}

/// Runs that took much longer than predicted.
fn slow(recording: &Recording, look: &PrintStyle) -> String {
    let mut text = String::new();
    for run in &recording.runs {
        if let Some(ratio) = run.times_formula().filter(|&ratio| ratio > FAR_OFF)
            && run.log.wall_ns > LONG_NS
        {
            let name = &run.name;
            text.push_str(&look.paragraph(
                "! ",
                &format!(
                    "{name} took {ratio:.2}× its formula: another program may have kept this \
                     machine busy."
                ),
            ));
        }
    }
    text
}

/// The reason, the knob, and the next lesson.
#[must_use]
pub fn after(lesson: &Lesson, look: &PrintStyle) -> String {
    let mut text = look.paragraph("", &lesson.why);
    text.push('\n');
    text.push_str(&look.paragraph("Knob  ", &knob(lesson)));
    let label = lesson.label();
    if let Some(exercise) = &lesson.exercise {
        let sentence = format!("{exercise}: regatta lesson {label} --exercise DIRECTORY");
        text.push_str(&look.paragraph("Do    ", &sentence));
    }
    text.push_str(&look.paragraph("Read  ", &lesson.sources.join(", ")));
    let next = match lesson.number {
        13 => "regatta report".to_owned(),
        12 => "regatta lesson C".to_owned(),
        number => format!("regatta lesson {}", number + 1),
    };
    text + &look.paragraph("Next  ", &next)
}

/// The knob and how to turn it.
pub(super) fn knob(lesson: &Lesson) -> String {
    let knob = &lesson.knob;
    let place = match &knob.run {
        Some(run) => format!("{} of \"{run}\"", knob.key),
        None => knob.key.clone(),
    };
    format!(
        "{} ({place}: regatta lesson {} --knob {})",
        knob.text,
        lesson.label(),
        knob.try_this
    )
}
