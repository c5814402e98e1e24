//! Runs every lesson on this machine, even if it is busy. The tests check counts
//! and the nearest choice, never milliseconds.

use regatta::harness::process::Program;
use regatta::measure::limits;
use regatta::teach::lesson::guess::Guess;
use regatta::teach::lesson::quantity::Unit;
use regatta::teach::lesson::{self, Lesson, LessonRunner, RecordedRun, RunMetric, spread};
use regatta::term::interrupt::Interrupt;

use crate::BIN;

fn named(name: &str) -> Lesson {
    lesson::named(name).unwrap()
}

fn with_a_runner<T>(work: impl FnOnce(&LessonRunner<'_>) -> T) -> T {
    // Lesson 3 has a thousand connections.
    limits::raise_descriptors();
    let interrupt = Interrupt::default();
    let runner = LessonRunner::open(Program::at(BIN), &interrupt).unwrap();
    work(&runner)
}

/// A metric that depends on speed may miss its choice if the machine is busy at
/// that moment. That may happen to one run, but not to three.
const TRIES: u32 = 3;

/// Runs it: every run is as expected, and none is faster than its formula.
fn has_the_expected_results(name: &str) {
    let lesson = named(name);
    let measured = || with_a_runner(|runner| as_expected(runner, &lesson));
    is_nearest_to(&lesson, measured, lesson.right());
}

/// The guessed metric, after a check that all runs are as expected.
fn as_expected(runner: &LessonRunner<'_>, lesson: &Lesson) -> f64 {
    let recording = runner.run_all(lesson, |_| ()).unwrap();
    assert_eq!(recording.unmet(), Vec::<String>::new());
    for run in &recording.runs {
        // A run cannot be faster than its waits, but a busy machine makes it
        // slower.
        let ratio = run.times_formula().unwrap_or(1.0);
        assert!(ratio > 0.95, "{}: {ratio}", run.name);
        assert!(!run.log.requests.is_empty(), "{}", run.name);
    }
    recording.measured.unwrap()
}

/// The measured value is nearest to the choice at `place`. Counts of the server
/// need only one try.
fn is_nearest_to(lesson: &Lesson, measured: impl Fn() -> f64, place: usize) {
    let unit = lesson.guess.metric.unit();
    let tries = match lesson.guess.metric {
        // It depends on the speed of the retries.
        RunMetric::Requests => TRIES,
        _ if [Unit::Seconds, Unit::Ratio].contains(&unit) => TRIES,
        _ => 1,
    };
    let values = lesson.values().unwrap();
    let seen: Vec<String> = (0..tries)
        .map(|_| unit.print(measured(), true))
        .take_while(|number| {
            // Parsed like the guess of a student.
            let guess = Guess::parse(number, &values, unit).unwrap();
            guess.choice != Some(place)
        })
        .collect();
    let id = &lesson.id;
    assert!(
        seen.len() < tries as usize,
        "{id}: {seen:?} of {values:?}, not {place}"
    );
}

macro_rules! every_lesson_has_the_expected_results {
    ($($test:ident: $name:literal,)*) => {
        $(
            #[test]
            fn $test() {
                has_the_expected_results($name);
            }
        )*

        #[test]
        fn no_lesson_is_left_out() {
            let tested = [$($name),*];
            let all = lesson::all().unwrap();
            let ids: Vec<&str> = all.iter().map(|lesson| lesson.id.as_str()).collect();
            assert_eq!(ids, tested);
        }
    };
}

every_lesson_has_the_expected_results! {
    lesson_1_has_the_expected_results: "one-page-at-a-time",
    lesson_2_has_the_expected_results: "ten-hands",
    lesson_3_has_the_expected_results: "a-thread-for-everyone",
    lesson_4_has_the_expected_results: "async-is-not-concurrency",
    lesson_5_has_the_expected_results: "one-thread-many-waits",
    lesson_6_has_the_expected_results: "do-not-block-the-loop",
    lesson_7_has_the_expected_results: "cpu-on-the-loop",
    lesson_8_has_the_expected_results: "more-is-not-faster",
    lesson_9_has_the_expected_results: "deadlines-and-cancellation",
    lesson_10_has_the_expected_results: "retries",
    lesson_11_has_the_expected_results: "rate-is-not-concurrency",
    lesson_12_has_the_expected_results: "stopping-well",
    the_capstone_has_the_expected_results: "which-runtime",
}

/// Does the guessed run with the program of each choice.
fn programs_measure_their_choice(lesson: &Lesson) {
    for (place, choice) in lesson.choices.iter().enumerate() {
        let Some(program) = &choice.program else {
            continue;
        };
        let measured = || with_a_runner(|runner| measured_with(runner, lesson, program));
        is_nearest_to(lesson, measured, place);
    }
}

fn measured_with(runner: &LessonRunner<'_>, lesson: &Lesson, program: &str) -> f64 {
    let instead = runner.run(lesson.guessed(), program).unwrap();
    if lesson.guess.metric != RunMetric::Spread {
        return instead.measured[&lesson.guess.metric];
    }
    let others = { lesson.runs.iter() }.filter(|run| run.name != lesson.guess.run);
    let others = others.map(|run| runner.run(run, &run.driver).unwrap());
    let all: Vec<RecordedRun> = others.chain([instead]).collect();
    spread(&all).unwrap()
}

macro_rules! wrong_programs {
    ($($test:ident: $name:literal,)*) => {
        $(
            #[test]
            fn $test() {
                programs_measure_their_choice(&named($name));
            }
        )*

        #[test]
        fn every_trap_is_the_program_of_some_choice() {
            let tested = [$($name),*];
            let mut missing: Vec<&str> =
                regatta::drivers::traps().iter().map(|trap| trap.name.as_str()).collect();
            for lesson in tested.map(named) {
                for choice in &lesson.choices {
                    missing.retain(|trap| choice.program.as_deref() != Some(trap));
                }
            }
            assert_eq!(missing, Vec::<&str>::new());
        }
    };
}

wrong_programs! {
    the_programs_of_lesson_2_measure_their_choice: "ten-hands",
    the_programs_of_lesson_4_measure_their_choice: "async-is-not-concurrency",
    the_programs_of_lesson_5_measure_their_choice: "one-thread-many-waits",
    the_programs_of_lesson_6_measure_their_choice: "do-not-block-the-loop",
    the_programs_of_lesson_7_measure_their_choice: "cpu-on-the-loop",
    the_programs_of_lesson_8_measure_their_choice: "more-is-not-faster",
    the_programs_of_lesson_9_measure_their_choice: "deadlines-and-cancellation",
    the_programs_of_lesson_10_measure_their_choice: "retries",
    the_programs_of_the_capstone_measure_their_choice: "which-runtime",
}
