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
