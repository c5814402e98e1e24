//! The text that is printed before a run.

use std::fmt::Write as _;

use super::super::accuracy;
use super::super::data::Lesson;
use super::super::guess::{self, print_off};
use super::super::progress::LessonAttempt;
use super::{PrintStyle, letter};
use crate::fmt;

/// Every lesson, with the error of its latest guess.
#[must_use]
pub fn list(lessons: &[Lesson], records: &[LessonAttempt], look: &PrintStyle) -> String {
    let mut text = String::from("     min  lesson\n");
    for lesson in lessons {
        let taken = { records.iter().rev() }.find(|record| record.lesson == lesson.id);
        let how = taken.map_or(String::new(), |record| taken_so(record, look));
        let line = format!(
            "{:>3} {:>4}  {:<29} {how}",
            lesson.label(),
            lesson.minutes,
            lesson.title
        );
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text.push('\n');
    text.push_str(&accuracy::draw(records, look.width, look.ascii));
    text.push_str(if records.is_empty() { "" } else { "\n" });
    text + &look.paragraph("", &next(lessons, records))
}

fn taken_so(record: &LessonAttempt, look: &PrintStyle) -> String {
    let mark = match (record.right, look.ascii) {
        (true, false) => "✓ right",
        (true, true) => "right",
        (false, _) => "  wrong",
    };
    let off = print_off(record.guess, record.measured, record.unit, look.ascii);
    format!("{mark}, {off}")
}

fn next(lessons: &[Lesson], records: &[LessonAttempt]) -> String {
    let taken = |lesson: &&Lesson| records.iter().any(|record| record.lesson == lesson.id);
    match lessons.iter().find(|lesson| !taken(lesson)) {
        Some(lesson) if records.is_empty() => {
            format!("Start with: regatta lesson {}", lesson.label())
        }
        Some(lesson) => format!("Continue with: regatta lesson {}", lesson.label()),
        None => "You have taken all lessons. To start over: `regatta lesson reset`, which keeps the old \
                 guesses in a second file."
            .to_owned(),
    }
}

/// The question.
#[must_use]
pub fn question(lesson: &Lesson, look: &PrintStyle) -> String {
    let head = format!("Lesson {}: {}", lesson.label(), fmt::plain(&lesson.title));
    let minutes = format!("{} minutes", lesson.minutes);
    let room = look.text_width().saturating_sub(head.len());
    let mut text = format!("{head}{minutes:>room$}\n\n");
    text.push_str(&look.paragraph("", &lesson.question));
    if let Some(value) = &lesson.turned {
        text.push('\n');
        text.push_str(&look.paragraph("", &turned(lesson, value)));
    }
    text.push('\n');
    text
}

fn turned(lesson: &Lesson, value: &str) -> String {
    let knob = &lesson.knob;
    let run = knob.run.as_ref();
    let of = run.map_or(String::new(), |run| format!(" in \"{run}\""));
    let guessed = &lesson.guess.run;
    let metric = lesson.guess.metric.words();
    format!(
        "New question: {} is now {value}{of}. What is the {metric} of \"{guessed}\"?",
        knob.key
    )
}

/// The choices, each with its value.
///
/// # Errors
/// When a formula of a choice cannot be computed.
pub fn choices(lesson: &Lesson, look: &PrintStyle) -> anyhow::Result<String> {
    if lesson.turned.is_some() {
        return Ok(String::new());
    }
    let unit = lesson.guess.metric.unit();
    let values = lesson.values()?;
    let values = values.iter().map(|&value| unit.print(value, look.ascii));
    let values: Vec<String> = values.collect();
    let widest = { values.iter() }.map(|value| value.chars().count()).max();
    let widest = widest.unwrap_or_default();
    let mut text = String::new();
    for (place, (choice, value)) in lesson.choices.iter().zip(&values).enumerate() {
        let pad = " ".repeat(widest - value.chars().count());
        let mark = format!("  {}  {pad}{value}  ", letter(place));
        text.push_str(&look.paragraph(&mark, &choice.text));
    }
    Ok(text)
}

/// For the teacher: what to ask, what to show, what to answer.
#[must_use]
pub fn notes(lesson: &Lesson, look: &PrintStyle) -> String {
    let mut text = question(lesson, look);
    let mut say = |mark: &str, words: &str| {
        text.push_str(&look.paragraph(mark, words));
        text.push('\n');
    };
    say("Ask   ", &lesson.notes.ask);
    say("Demo  ", &lesson.notes.demo);
    for wrong in &lesson.notes.wrong {
        let place = guess::place(wrong.letter);
        let choice = &lesson.choices[place.unwrap_or_default()];
        say(&format!("If {}  ", wrong.letter), &choice.text);
        let reveals = choice.reveals.as_deref().unwrap_or_default();
        say("      ", &format!("Misconception: \"{reveals}\"."));
        say("      ", &wrong.say);
    }
    let right = letter(lesson.right());
    say("Then  ", &format!("{right} is right. {}", lesson.why));
    say("Knob  ", &super::verdict::knob(lesson));
    if let Some(exercise) = &lesson.exercise {
        let label = lesson.label();
        say(
            "Do    ",
            &format!("exercise `{exercise}`: regatta lesson {label} --exercise DIRECTORY"),
        );
    }
    say("Read  ", &lesson.sources.join(", "));
    text.truncate(text.trim_end().len());
    text + "\n"
}
