//! The grade of an exercise as text.

use std::fmt::Write;
use std::path::Path;

use super::{Exercise, Graded};
use crate::fmt::escape;

/// The grade of the project in `directory` and the next command. Plain text,
/// one line per sentence.
pub fn verdict(exercise: &Exercise, directory: &Path, graded: &Graded) -> String {
    if graded.passed {
        return format!("{}: passed. {}\n", exercise.title, praise(exercise, graded));
    }
    let mut text = format!("{}: not yet.\n\n", exercise.title);
    for problem in &graded.problems {
        // An error of a program may have several lines, and must not begin one
        // of ours.
        let sentence = escape::error(&problem.sentence).replace("\n  ", "\n    ");
        writeln!(text, "  - {sentence}").expect("a string takes everything");
    }
    let driver = directory.join("src").join("driver.rs");
    write!(
        text,
        "\nChange {driver}, then run\n\n    regatta lesson {lesson} --check {directory}\n",
        driver = driver.display(),
        lesson = exercise.lesson,
        directory = directory.display(),
    )
    .expect("a string takes everything");
    text
}

fn praise(exercise: &Exercise, graded: &Graded) -> String {
    let requirements = &exercise.requirements;
    let in_flight = requirements.in_flight;
    let pages = graded.log.requests.len();
    match requirements.stop_after {
        None => format!("{pages} pages, each requested once; {in_flight} in flight, never more."),
        Some(_) => format!(
            "{pages} pages were requested before the stop, {in_flight} at a time, and all of them \
             are in the results."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Problem, named};
    use super::*;

    fn graded(sentences: &[&str]) -> Graded {
        let problem = |sentence: &&str| Problem {
            sentence: (*sentence).to_owned(),
            ..Problem::default()
        };
        Graded {
            passed: sentences.is_empty(),
            problems: sentences.iter().map(problem).collect(),
            log: crate::measure::event_log::EventLog::default(),
        }
    }

    #[test]
    fn a_verdict_names_every_problem_and_what_to_type_next() {
        let exercise = named("bound-it").unwrap();
        let text = verdict(
            exercise,
            Path::new("mine"),
            &graded(&["it was slow", "it said:\nnothing"]),
        );
        assert_eq!(
            text,
            "Bound it: not yet.\n\n  - it was slow\n  - it said:\n    nothing\n\nChange \
             mine/src/driver.rs, then run\n\n    regatta lesson 8 --check mine\n"
        );
    }

    #[test]
    fn a_passed_exercise_says_what_the_server_saw() {
        let exercise = named("bound-it").unwrap();
        let text = verdict(exercise, Path::new("mine"), &graded(&[]));
        assert_eq!(
            text,
            "Bound it: passed. 0 pages, each requested once; 10 in flight, never more.\n"
        );
    }
}
