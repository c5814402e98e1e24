//! Files of a teacher and of a student: lessons, and the manifest of an
//! exercise.

use regatta::teach::exercise;
use regatta::teach::lesson::guess::Guess;
use regatta::teach::lesson::quantity::{Unit, parse};
use regatta::teach::lesson::show::{PrintStyle, after, choices, notes, question};
use regatta::teach::lesson::votes::Votes;
use regatta::teach::lesson::{Formula, Lesson};

use super::run::{Target, must};

const WORDS: [&str; 30] = [
    "[[run]]\n",
    "[[choice]]\n",
    "[[wrong]]\n",
    "[guess]\n",
    "[knob]\n",
    "[notes]\n",
    "[run.workload]\n",
    "number = ",
    "id = \"",
    "value = \"pages / in_flight * latency\"",
    "pages / 0",
    "0 / 0",
    "min(",
    "max(1, 2)",
    "ceil(pages / 0)",
    "((((((((((((((((",
    "1e308 * 10",
    "driver = \"tokio/hyper\"",
    "driver = \"trap/unbounded\"",
    "pages = ",
    "latency = \"",
    "threads = ",
    "letter = \"A\"",
    "8 ..",
    "..",
    "0 .. 1",
    "[package.metadata.regatta]\n",
    "exercise = \"bound-it\"",
    "exercise = \"",
    "reveals = \"\"",
];

const LOOK: PrintStyle = PrintStyle {
    width: 60,
    height: 24,
    ascii: true,
    colour: false,
};

#[test]
fn lessons() {
    let target = Target {
        more: &["fixtures/lessons"],
        ..Target::new("lessons", &WORDS)
    };
    target.hold(|input| {
        let text = String::from_utf8_lossy(input);
        let lesson = match Lesson::parse("lesson.toml", &text) {
            Ok(lesson) => lesson,
            Err(error) => return assert!(!format!("{error:#}").is_empty()),
        };
        // What was checked has all that is shown before a run.
        let _ = (lesson.label(), lesson.guessed(), lesson.right());
        must("values", lesson.values());
        must("choices", choices(&lesson, &LOOK));
        let _ = (
            question(&lesson, &LOOK),
            notes(&lesson, &LOOK),
            after(&lesson, &LOOK),
        );
        let _ = lesson.turned(&lesson.knob.try_this);
        let _ = lesson.turned("0");
    });
}

#[test]
fn manifests() {
    let place = tempfile::tempdir().unwrap();
    let target = Target {
        more: &["fixtures/exercises/project"],
        ..Target::new("manifests", &WORDS)
    };
    target.hold(move |input| {
        std::fs::write(place.path().join("Cargo.toml"), input).unwrap();
        if let Err(error) = exercise::at(place.path()) {
            assert!(!format!("{error:#}").is_empty());
        }
    });
}

/// What is typed in a lesson: a guess, votes, a formula.
#[test]
fn typed() {
    let units = [
        Unit::Seconds,
        Unit::Bytes,
        Unit::Count,
        Unit::Share,
        Unit::Ratio,
    ];
    Target::new("typed", &WORDS).hold(move |input| {
        let text = String::from_utf8_lossy(input);
        for line in text.lines() {
            for unit in units {
                if let Ok(value) = parse(line, unit) {
                    assert!(value.is_finite() && value >= 0.0, "{value}");
                    let printed = unit.print(value, false);
                    must(&printed, parse(&printed, unit));
                }
                let _ = Guess::parse(line, &[1.0, 2.0], unit).map_err(|error| error.to_string());
            }
            if let Ok(votes) = Votes::parse(line, 4) {
                let _ = (votes.total(), votes.share(0));
            }
            if let Ok(formula) = line.parse::<Formula>() {
                let known = regatta::teach::lesson::Known::new();
                let _ = (formula.in_words(true), formula.value(&known));
                let text = String::from(formula.clone());
                assert_eq!(must(&text, text.parse::<Formula>()), formula);
            }
        }
    });
}
