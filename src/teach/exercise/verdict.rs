//! What came of an exercise, in words.

use std::fmt::Write;
use std::path::Path;

use super::{Exercise, Graded};

/// The verdict over the project in `directory`, and what to type next. Plain
/// text, lines as long as their sentences.
pub fn verdict(exercise: &Exercise, directory: &Path, graded: &Graded) -> String {
    if graded.passed {
        return format!("{}: passed. {}\n", exercise.title, praise(exercise, graded));
    }
    let mut text = format!("{}: not yet.\n\n", exercise.title);
    for finding in &graded.findings {
        // What a program says may have several lines.
        let sentence = finding.sentence.replace('\n', "\n    ");
        writeln!(text, "  - {sentence}").expect("a string takes everything");
    }
    let driver = directory.join("src").join("driver.rs");
    write!(
        text,
        "\nChange {driver}, and then type\n\n    regatta lesson {lesson} --check {directory}\n",
        driver = driver.display(),
        lesson = exercise.lesson,
        directory = directory.display(),
    )
    .expect("a string takes everything");
    text
}

fn praise(exercise: &Exercise, graded: &Graded) -> String {
    let shape = &exercise.shape;
    let in_flight = shape.in_flight;
    let pages = graded.log.requests.len();
    match shape.stop_after {
        None => format!("{pages} pages, each once; {in_flight} in flight, and never more."),
        Some(_) => format!(
            "{pages} pages were asked for until the stop came, {in_flight} at a time, and each of \
             them is in the account."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Finding, named};
    use super::*;

    fn graded(sentences: &[&str]) -> Graded {
        let finding = |sentence: &&str| Finding {
            sentence: (*sentence).to_owned(),
            ..Finding::default()
        };
        Graded {
            passed: sentences.is_empty(),
            findings: sentences.iter().map(finding).collect(),
            log: crate::measure::event_log::Log::default(),
        }
    }

    #[test]
    fn a_verdict_names_every_finding_and_what_to_type_next() {
        let exercise = named("bound-it").unwrap();
        let text = verdict(
            exercise,
            Path::new("mine"),
            &graded(&["it was slow", "it said:\nnothing"]),
        );
        assert_eq!(
            text,
            "Bound it: not yet.\n\n  - it was slow\n  - it said:\n    nothing\n\nChange \
             mine/src/driver.rs, and then type\n\n    regatta lesson 8 --check mine\n"
        );
    }

    #[test]
    fn whoever_has_passed_is_told_what_was_seen() {
        let exercise = named("bound-it").unwrap();
        let text = verdict(exercise, Path::new("mine"), &graded(&[]));
        assert_eq!(
            text,
            "Bound it: passed. 0 pages, each once; 10 in flight, and never more.\n"
        );
    }
}
