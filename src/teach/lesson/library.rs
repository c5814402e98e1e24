//! Lessons from files: the built-in ones, and those of a teacher.

use std::path::Path;

use anyhow::{Context, ensure};

use super::data::Lesson;
use crate::term::suggest;

/// The built-in lessons, in order.
const BUILT_IN: [(&str, &str); 13] = [
    (
        "01-one-page-at-a-time.toml",
        include_str!("../../../fixtures/lessons/01-one-page-at-a-time.toml"),
    ),
    (
        "02-ten-hands.toml",
        include_str!("../../../fixtures/lessons/02-ten-hands.toml"),
    ),
    (
        "03-a-thread-for-everyone.toml",
        include_str!("../../../fixtures/lessons/03-a-thread-for-everyone.toml"),
    ),
    (
        "04-async-is-not-concurrency.toml",
        include_str!("../../../fixtures/lessons/04-async-is-not-concurrency.toml"),
    ),
    (
        "05-one-thread-many-waits.toml",
        include_str!("../../../fixtures/lessons/05-one-thread-many-waits.toml"),
    ),
    (
        "06-do-not-block-the-loop.toml",
        include_str!("../../../fixtures/lessons/06-do-not-block-the-loop.toml"),
    ),
    (
        "07-cpu-on-the-loop.toml",
        include_str!("../../../fixtures/lessons/07-cpu-on-the-loop.toml"),
    ),
    (
        "08-more-is-not-faster.toml",
        include_str!("../../../fixtures/lessons/08-more-is-not-faster.toml"),
    ),
    (
        "09-deadlines-and-cancellation.toml",
        include_str!("../../../fixtures/lessons/09-deadlines-and-cancellation.toml"),
    ),
    (
        "10-retries.toml",
        include_str!("../../../fixtures/lessons/10-retries.toml"),
    ),
    (
        "11-rate-is-not-concurrency.toml",
        include_str!("../../../fixtures/lessons/11-rate-is-not-concurrency.toml"),
    ),
    (
        "12-stopping-well.toml",
        include_str!("../../../fixtures/lessons/12-stopping-well.toml"),
    ),
    (
        "13-which-runtime.toml",
        include_str!("../../../fixtures/lessons/13-which-runtime.toml"),
    ),
];

/// All built-in lessons, in order.
///
/// # Errors
/// If one of their files is invalid, which a test rules out.
pub fn all() -> anyhow::Result<Vec<Lesson>> {
    let read = |(file, text): &(&str, &str)| Lesson::parse(file, text);
    BUILT_IN.iter().map(read).collect()
}

/// The lesson with this number (`1` to `12`, `C`) or id, or in this file if the
/// name ends in `.toml`.
///
/// # Errors
/// If there is none, or if its file cannot be read or is invalid.
pub fn named(name: &str) -> anyhow::Result<Lesson> {
    let path = Path::new(name);
    if path
        .extension()
        .is_some_and(|extension| extension == "toml")
    {
        let text = std::fs::read_to_string(path).with_context(|| {
            format!("{name}: cannot be read; check that the file exists and that you may read it")
        })?;
        return Lesson::parse(name, &text);
    }
    let is_it = |lesson: &Lesson| {
        let number = lesson.number.to_string();
        lesson.id == name || lesson.label().eq_ignore_ascii_case(name) || number == name
    };
    let lesson = all()?.into_iter().find(is_it);
    ensure!(
        lesson.is_some(),
        "there is no lesson {name:?}{} 1 to 12, C, an id that `regatta lesson list` \
         shows, or a file that ends in .toml",
        suggest::expected(name, ids()?.iter().map(String::as_str))
    );
    lesson.context("just looked")
}

fn ids() -> anyhow::Result<Vec<String>> {
    Ok(all()?.into_iter().map(|lesson| lesson.id).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_built_in_lesson_is_valid_and_in_order() {
        let all = all().unwrap();
        let numbers: Vec<u8> = all.iter().map(|lesson| lesson.number).collect();
        assert_eq!(numbers, (1..=13).collect::<Vec<u8>>());
        let ids: BTreeSet<&str> = all.iter().map(|lesson| lesson.id.as_str()).collect();
        assert_eq!(ids.len(), 13);
        for (lesson, (file, _)) in all.iter().zip(BUILT_IN) {
            assert_eq!(*file, format!("{:02}-{}.toml", lesson.number, lesson.id));
        }
        let files = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/lessons");
        assert_eq!(std::fs::read_dir(files).unwrap().count(), BUILT_IN.len());
    }

    #[test]
    fn a_lesson_has_a_number_a_letter_and_an_id() {
        for name in ["C", "c", "13", "which-runtime"] {
            assert_eq!(named(name).unwrap().id, "which-runtime");
        }
        let error = named("14").unwrap_err().to_string();
        assert!(error.contains("regatta lesson list"), "{error}");
        let error = format!("{:#}", named("mine.toml").unwrap_err());
        assert!(
            error.contains("mine.toml") && error.contains("exists"),
            "{error}"
        );
    }

    #[test]
    fn notes_answer_two_wrong_choices_of_every_lesson() {
        for lesson in all().unwrap() {
            assert_eq!(lesson.notes.wrong.len(), 2, "{}", lesson.id);
        }
    }
}
