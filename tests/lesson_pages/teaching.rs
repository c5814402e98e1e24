//! `docs/teaching.md` agrees with the lessons and with the keys of a lesson's
//! file.

use regatta::teach::exercise;
use regatta::teach::lesson::{self, Lesson, RunMetric};

use crate::read;
use crate::root;
use crate::stem;

fn teaching() -> String {
    read(&root().join("docs/teaching.md"))
}

/// The keys of a lesson's file, as the Rust types have them: the public fields
/// that are read, and the one that is not public; not those that no file has.
fn keys() -> Vec<String> {
    let types = read(&root().join("src/teach/lesson/data/mod.rs"));
    let (types, _) = types.split_once("impl Lesson").unwrap();
    let read = types.lines().zip(types.lines().skip(1));
    let read = read.filter(|(above, _)| !above.contains("serde(skip)"));
    let fields = read.filter_map(|(_, line)| {
        let line = line.strip_prefix("    ")?;
        let field = line.strip_prefix("pub ").unwrap_or(line);
        let (name, _) = field.split_once(": ")?;
        name.chars()
            .all(|letter| letter.is_ascii_lowercase() || letter == '_')
            .then(|| name.to_owned())
    });
    fields.collect()
}

/// How a field is called in a file.
fn in_a_file(field: &str) -> String {
    match field {
        "choices" => "choice".to_owned(),
        "runs" => "run".to_owned(),
        "try_this" => "try".to_owned(),
        field => field.replace('_', "-"),
    }
}

#[test]
fn every_key_of_a_lesson_is_in_its_table() {
    let text = teaching();
    let keys = keys();
    for known in ["id", "choices", "workload", "loop_lag", "try_this", "say"] {
        assert!(keys.iter().any(|key| key == known), "{known}: {keys:?}");
    }
    for key in keys {
        let named = format!("`{}`", in_a_file(&key));
        let mut rows = text.lines().filter(|line| line.starts_with("| `"));
        assert!(rows.any(|row| row.contains(&named)), "{named} is in no row");
    }
}

/// The names of all metrics, from the error for an unknown one.
fn all_metrics() -> Vec<String> {
    let error = serde_json::from_str::<RunMetric>("\"none\"").unwrap_err();
    let error = error.to_string();
    let (_, expected) = error.split_once("expected one of ").unwrap();
    let names = expected.split('`').skip(1).step_by(2);
    names.map(ToOwned::to_owned).collect()
}

#[test]
fn every_metric_and_every_name_of_a_formula_is_listed() {
    let text = teaching();
    let (_, listed) = text.split_once("**Metrics**").unwrap();
    let (figures, formula) = listed.split_once("**A formula**").unwrap();
    for name in all_metrics() {
        assert!(figures.contains(&format!("`{name}`")), "{name}");
    }
    let runs = lesson::all()
        .unwrap()
        .into_iter()
        .flat_map(|lesson| lesson.runs);
    for name in runs.flat_map(|run| run.known().unwrap().into_keys()) {
        assert!(formula.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn the_example_is_a_lesson_and_has_every_key() {
    let text = teaching();
    let (_, example) = text.split_once("```toml\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let lesson = Lesson::parse("teaching.md", example).unwrap();
    assert_eq!((lesson.runs.len(), lesson.right()), (1, 0));
    for key in keys() {
        let key = in_a_file(&key);
        let begins = |line: &str| line.trim_start_matches('[').starts_with(&key);
        let is_there = example.lines().any(begins) || example.contains(&format!("{{ {key} = "));
        let is_there = is_there || example.contains(&format!(", {key} = "));
        assert!(is_there, "{key} is not in the example");
    }
}

#[test]
fn a_session_is_fifty_minutes_and_each_lesson_has_the_minutes_of_its_file() {
    let lessons = lesson::all().unwrap();
    let mut at = 0;
    let mut sessions = 0;
    for line in teaching().lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, from, to, what, _] = cells[..] else {
            continue;
        };
        let (Ok(from), Ok(to)) = (from.parse::<u8>(), to.parse::<u8>()) else {
            continue;
        };
        assert_eq!(from, at, "{line}");
        let page = |lesson: &&Lesson| what.contains(&format!("{}.md", stem(lesson)));
        if let Some(lesson) = lessons.iter().find(page) {
            assert_eq!(to - from, lesson.minutes, "{line}");
            assert!(
                what.contains(&format!("[{}. {}]", lesson.label(), lesson.title)),
                "{line}"
            );
        }
        at = to % 50;
        sessions += u8::from(at == 0);
    }
    assert_eq!((at, sessions), (0, 2));
}

#[test]
fn every_exercise_has_a_row_with_its_lesson() {
    let text = teaching();
    for exercise in exercise::all() {
        let (id, title) = (exercise.id, exercise.title);
        let link = format!("[{title}](../fixtures/exercises/{id}/task.md)");
        let row = format!("| {link} | {} |", exercise.lesson);
        assert!(text.contains(&row), "{row}");
    }
}
