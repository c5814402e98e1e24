//! Every lesson, played on this machine, however busy it is: by shape, and by
//! which belief a metric is nearest to, never by milliseconds.

use regatta::harness::process::Program;
use regatta::measure::limits;
use regatta::teach::lesson::guess::Guess;
use regatta::teach::lesson::quantity::Unit;
use regatta::teach::lesson::{self, Lesson, Metric, Performed, Stage, spread};
use regatta::term::interrupt::Interrupt;

use crate::BIN;

fn named(name: &str) -> Lesson {
    lesson::named(name).unwrap()
}

fn on_a_stage<T>(play: impl FnOnce(&Stage<'_>) -> T) -> T {
    // Lesson 3 has a thousand connections.
    limits::raise_descriptors();
    let interrupt = Interrupt::default();
    let stage = Stage::open(Program::at(BIN), &interrupt).unwrap();
    play(&stage)
}

/// What is a matter of speed is nearest to what it should be unless the machine
/// is held up at that very moment, which may spoil one run, but not three.
const TRIES: u32 = 3;

/// Plays it; every run is as the lesson expects, and none ticks its formula.
fn comes_to_what_it_expects(name: &str) {
    let lesson = named(name);
    let measured = || on_a_stage(|stage| as_expected(stage, &lesson));
    lands(&lesson, measured, lesson.right());
}

/// The metric that is guessed, of a lesson whose runs are all as it expects.
fn as_expected(stage: &Stage<'_>, lesson: &Lesson) -> f64 {
    let performance = stage.perform(lesson, |_| ()).unwrap();
    assert_eq!(performance.unmet(), Vec::<String>::new());
    for run in &performance.runs {
        // A run cannot be faster than waiting is; slower it may be by as much
        // as the machine is busy.
        let ratio = run.times_formula().unwrap_or(1.0);
        assert!(ratio > 0.95, "{}: {ratio}", run.name);
        assert!(!run.log.requests.is_empty(), "{}", run.name);
    }
    performance.measured.unwrap()
}

/// Who measures this has the belief at `place`. What the server counted is the
/// same at the first try.
fn lands(lesson: &Lesson, measured: impl Fn() -> f64, place: usize) {
    let unit = lesson.guess.metric.unit();
    let tries = match lesson.guess.metric {
        // How many times a second a storm asks.
        Metric::Requests => TRIES,
        _ if [Unit::Seconds, Unit::Ratio].contains(&unit) => TRIES,
        _ => 1,
    };
    let values = lesson.values().unwrap();
    let seen: Vec<String> = (0..tries)
        .map(|_| unit.print(measured(), true))
        .take_while(|number| {
            // As a student would type it.
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

macro_rules! every_lesson_comes_to_what_it_expects {
    ($($test:ident: $name:literal,)*) => {
        $(
            #[test]
            fn $test() {
                comes_to_what_it_expects($name);
            }
        )*

        #[test]
        fn no_lesson_is_left_out() {
            let played = [$($name),*];
            let all = lesson::all().unwrap();
            let ids: Vec<&str> = all.iter().map(|lesson| lesson.id.as_str()).collect();
            assert_eq!(ids, played);
        }
    };
}

every_lesson_comes_to_what_it_expects! {
    lesson_1_comes_to_what_it_expects: "one-page-at-a-time",
    lesson_2_comes_to_what_it_expects: "ten-hands",
    lesson_3_comes_to_what_it_expects: "a-thread-for-everyone",
    lesson_4_comes_to_what_it_expects: "async-is-not-concurrency",
    lesson_5_comes_to_what_it_expects: "one-thread-many-waits",
    lesson_6_comes_to_what_it_expects: "do-not-block-the-loop",
    lesson_7_comes_to_what_it_expects: "cpu-on-the-loop",
    lesson_8_comes_to_what_it_expects: "more-is-not-faster",
    lesson_9_comes_to_what_it_expects: "deadlines-and-cancellation",
    lesson_10_comes_to_what_it_expects: "retries",
    lesson_11_comes_to_what_it_expects: "rate-is-not-concurrency",
    lesson_12_comes_to_what_it_expects: "stopping-well",
    the_capstone_comes_to_what_it_expects: "which-runtime",
}

/// Plays the run that is guessed with the program of each choice in its place.
fn programs_land_where_they_belong(lesson: &Lesson) {
    for (place, choice) in lesson.choices.iter().enumerate() {
        let Some(program) = &choice.program else {
            continue;
        };
        let measured = || on_a_stage(|stage| measured_with(stage, lesson, program));
        lands(lesson, measured, place);
    }
}

fn measured_with(stage: &Stage<'_>, lesson: &Lesson, program: &str) -> f64 {
    let instead = stage.run(lesson.guessed(), program).unwrap();
    if lesson.guess.metric != Metric::Spread {
        return instead.measured[&lesson.guess.metric];
    }
    let others = { lesson.runs.iter() }.filter(|run| run.name != lesson.guess.run);
    let others = others.map(|run| stage.run(run, &run.driver).unwrap());
    let all: Vec<Performed> = others.chain([instead]).collect();
    spread(&all).unwrap()
}

macro_rules! wrong_programs_land {
    ($($test:ident: $name:literal,)*) => {
        $(
            #[test]
            fn $test() {
                programs_land_where_they_belong(&named($name));
            }
        )*

        #[test]
        fn every_trap_is_the_program_of_some_choice() {
            let played = [$($name),*];
            let mut missing: Vec<&str> =
                regatta::drivers::traps().iter().map(|trap| trap.name.as_str()).collect();
            for lesson in played.map(named) {
                for choice in &lesson.choices {
                    missing.retain(|trap| choice.program.as_deref() != Some(trap));
                }
            }
            assert_eq!(missing, Vec::<&str>::new());
        }
    };
}

wrong_programs_land! {
    the_programs_of_lesson_2_land: "ten-hands",
    the_programs_of_lesson_4_land: "async-is-not-concurrency",
    the_programs_of_lesson_5_land: "one-thread-many-waits",
    the_programs_of_lesson_6_land: "do-not-block-the-loop",
    the_programs_of_lesson_7_land: "cpu-on-the-loop",
    the_programs_of_lesson_8_land: "more-is-not-faster",
    the_programs_of_lesson_9_land: "deadlines-and-cancellation",
    the_programs_of_lesson_10_land: "retries",
    the_programs_of_the_capstone_land: "which-runtime",
}
