//! Lesson files are parsed strictly: an error names the problem and what to write.

use regatta::teach::lesson::{self, Lesson};

const GOOD: &str = include_str!("../../fixtures/lessons/02-ten-hands.toml");

/// The error for a lesson in which `from` is replaced.
fn error(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    let broken = GOOD.replace(from, to);
    format!("{:#}", Lesson::parse("mine.toml", &broken).unwrap_err())
}

#[test]
fn an_invalid_lesson_is_an_error_with_its_file_the_problem_and_what_to_write() {
    let cases = [
        ("minutes = 8", "minuets = 8", "unknown field `minuets`"),
        ("minutes = 8", "minutes = 'eight'", "invalid type"),
        ("number = 2", "number = 14", "1 to 13"),
        (
            "run = \"ten threads\"\n\n[[choice]]",
            "run = \"six\"\n\n[[choice]]",
            "unknown run \"six\"",
        ),
        (
            "metric = \"wall\"",
            "metric = \"wail\"",
            "unknown variant `wail`",
        ),
        (
            "\"latency\"\ntext",
            "\"lateness\"\ntext",
            "unknown name `lateness`",
        ),
        ("\"latency\"\ntext", "\"3 *\"\ntext", "invalid formula"),
        ("thread-pool/ureq", "thread-pond/ureq", "there is no driver"),
        ("trap/rayon-default", "trap/rayon", "there is no driver"),
        (
            "pages = 100, concurrency = 2,",
            "pages = 100, concurrency = 200,",
            "invalid `concurrency` 200",
        ),
        (
            "parse = \"none\"",
            "parse = \"none\", wait = 3",
            "unknown key `wait`",
        ),
        (
            "reveals = \"the number of cores limits how many requests can wait\"\n",
            "",
            "exactly one choice is right",
        ),
        (
            "letter = \"a\"",
            "letter = \"b\"",
            "expected the letter of a wrong choice",
        ),
        (
            "expect = { in-flight-peak = \"in_flight\", pages = \"pages\", requests = \"pages\" }",
            "expect = {}",
            "empty `expect`",
        ),
        (
            "formula = { wall = \"pages / in_flight * latency\" }",
            "",
            "no formula for the guessed metric",
        ),
        (
            "key = \"concurrency\"",
            "key = \"concurrency\"\nturn = 3",
            "unknown field `turn`",
        ),
    ];
    for (from, to, expected) in cases {
        let error = error(from, to);
        assert!(error.starts_with("mine.toml"), "{error}");
        assert!(error.contains(expected), "{to}: {error}");
    }
}

#[test]
fn a_turned_knob_changes_the_runs_and_the_prediction() {
    let lesson = lesson::named("2").unwrap();
    let turned = lesson.turned("50").unwrap();
    assert_eq!(turned.guessed().workload().unwrap().concurrency, 50);
    let other = lesson::named("4").unwrap();
    assert_eq!(other.guess.run, "await in a loop");
    assert_eq!(other.turned("50").unwrap().guess.run, "ten tasks");
    // Only the run that it is a knob of.
    assert_eq!(turned.runs[0].workload().unwrap().concurrency, 2);
    let predicted = turned.values().unwrap()[turned.right()];
    assert!((predicted - 0.08).abs() < 1e-9, "{predicted}");
    for nonsense in ["0", "many", "-3", "1000000"] {
        let error = format!("{:#}", lesson.turned(nonsense).unwrap_err());
        assert!(error.contains("--knob 50"), "{error}");
    }
}

#[test]
fn every_knob_can_be_turned_as_its_lesson_says() {
    for lesson in lesson::all().unwrap() {
        lesson.turned(&lesson.knob.try_this).unwrap();
    }
}

#[test]
fn every_exercise_of_a_lesson_exists_and_names_the_lesson() {
    let mut named = 0;
    for lesson in lesson::all().unwrap() {
        let Some(id) = &lesson.exercise else { continue };
        let exercise = regatta::teach::exercise::named(id).unwrap();
        assert_eq!(exercise.lesson, u32::from(lesson.number), "{id}");
        named += 1;
    }
    assert_eq!(named, regatta::teach::exercise::all().len());
}

#[test]
fn every_file_that_a_lesson_names_exists() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for lesson in lesson::all().unwrap() {
        for source in lesson
            .sources
            .iter()
            .filter(|source| !source.contains("://"))
        {
            assert!(root.join(source).is_file(), "{}: {source}", lesson.id);
        }
    }
}
