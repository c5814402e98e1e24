//! The generated parts of the lesson pages are equal to the lesson's file, its
//! saved results and the source. With `UPDATE_PAGES=1` the tests write them first.

mod excerpt;
mod index;
mod pictures;
mod prose;
mod region;
mod regions;
mod teaching;

use std::fs;
use std::path::{Path, PathBuf};

use regatta::teach::lesson::{self, Lesson, RecordedRun, Recording, RunMetric, Setup};

/// The command that updates the generated parts.
const COMMAND: &str = "UPDATE_PAGES=1 cargo test --test lesson_pages";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn folder() -> PathBuf {
    root().join("docs/lessons")
}

fn read(path: &Path) -> String {
    let text = fs::read_to_string(path);
    text.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The file name of a lesson: `04-async-is-not-concurrency`.
fn stem(lesson: &Lesson) -> String {
    format!("{:02}-{}", lesson.number, lesson.id)
}

/// A lesson and its saved results.
struct Told {
    lesson: Lesson,
    recording: Recording,
}

impl Told {
    fn all() -> Vec<Self> {
        lesson::all().unwrap().into_iter().map(Self::of).collect()
    }

    fn of(lesson: Lesson) -> Self {
        let saved = folder().join(format!("saved/{}.json", stem(&lesson)));
        let recording = Recording::read(&saved)
            .unwrap_or_else(|error| panic!("{error:#}; docs/lessons/regenerate.sh makes it"));
        Self { lesson, recording }
    }

    fn page(&self) -> PathBuf {
        folder().join(stem(&self.lesson) + ".md")
    }
}

/// Fails unless the file at `path` has this text, or writes it when asked to.
fn holds(path: &Path, text: &str) {
    if std::env::var_os("UPDATE_PAGES").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // In one step: other tests read it meanwhile.
        let new = path.with_extension("new");
        fs::write(&new, text).unwrap();
        fs::rename(&new, path).unwrap();
    }
    let there = fs::read_to_string(path).unwrap_or_default();
    let differs = there.lines().zip(text.lines()).position(|(a, b)| a != b);
    assert!(
        there == text,
        "{} is out of date from line {} on; `{COMMAND}` updates it",
        path.display(),
        differs.map_or(there.lines().count().min(text.lines().count()), |line| line) + 1
    );
}

/// The names of the files in a folder of the pages.
fn files(folder: &Path, extension: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut names: Vec<String> = paths
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn every_lesson_has_a_page_and_every_page_and_recording_a_lesson() {
    let lessons = lesson::all().unwrap();
    let named = |extension: &str| -> Vec<String> {
        let names = lessons.iter().map(|lesson| stem(lesson) + extension);
        names.collect()
    };
    let mut pages = files(&folder(), "md");
    pages.retain(|name| name != "README.md");
    assert_eq!(pages, named(".md"));
    assert_eq!(files(&folder().join("saved"), "json"), named(".json"));
}

#[test]
fn generated_parts_of_a_page_are_up_to_date() {
    for told in Told::all() {
        let text = read(&told.page());
        let excerpts = excerpt::filled(&text, |marker| excerpt::of(&root(), marker));
        let text = region::filled(&excerpts, |name| regions::named(&told, name));
        holds(&told.page(), &text);
    }
}

#[test]
fn a_page_has_every_region_once_and_the_question_before_its_answer() {
    for told in Told::all() {
        let text = read(&told.page());
        assert_eq!(
            region::names(&text),
            regions::IN_ORDER,
            "{}",
            told.page().display()
        );
    }
}

#[test]
fn a_page_has_the_title_of_its_lesson() {
    let summary = read(&root().join("docs/SUMMARY.md"));
    for lesson in lesson::all().unwrap() {
        let (label, title) = (lesson.label(), &lesson.title);
        let text = read(&folder().join(stem(&lesson) + ".md"));
        assert!(
            text.starts_with(&format!("# Lesson {label}: {title}\n")),
            "{title}"
        );
        let entry = format!("[{label}. {title}](lessons/{}.md)", stem(&lesson));
        assert!(
            summary.contains(&entry),
            "{entry} is not in docs/SUMMARY.md"
        );
    }
}

#[test]
fn a_saved_recording_is_of_its_lesson_and_as_the_lesson_expects() {
    for Told { lesson, recording } in Told::all() {
        assert_eq!(recording.lesson, lesson.id);
        assert_eq!(recording.unmet(), Vec::<String>::new(), "{}", lesson.id);
        let names = |of: &str| format!("{}: {of}", lesson.id);
        let runs: Vec<String> = lesson.runs.iter().map(|run| names(&run.name)).collect();
        let saved = recording.runs.iter().map(|run| names(&run.name));
        assert_eq!(saved.collect::<Vec<_>>(), runs);
    }
}

/// A recording has the formulas and the workloads of its day, and a page the
/// lesson of today.
#[test]
fn a_saved_recording_has_the_formulas_of_its_lesson() {
    for told in Told::all() {
        for (setup, run) in told.lesson.runs.iter().zip(&told.recording.runs) {
            assert_eq!(
                predicted_then(run),
                predicted_now(setup),
                "lesson {}, {}: run docs/lessons/regenerate.sh",
                told.lesson.label(),
                setup.name
            );
        }
    }
}

/// Each formula, and its value if it is known before the run.
fn predicted_now(setup: &Setup) -> Vec<(RunMetric, String, Option<f64>)> {
    let mut known = setup.known().unwrap();
    // Those of the machine where it was recorded count, and not this one's.
    known.remove("cores");
    let formulas = setup.formula.iter();
    let predicted = formulas.map(|(&metric, formula)| {
        let value = formula.value(&known).ok();
        (metric, formula.in_words(true), value)
    });
    predicted.collect()
}

fn predicted_then(run: &RecordedRun) -> Vec<(RunMetric, String, Option<f64>)> {
    let predicted = run.predicted.iter().map(|(&metric, predicted)| {
        let words = predicted.words.clone();
        let is_of_the_run = words.contains("work") || words.contains("cores");
        let value = (!is_of_the_run).then_some(predicted.value);
        (metric, words, value)
    });
    predicted.collect()
}

#[test]
fn pictures_are_those_of_the_saved_recordings() {
    let mut drawn = Vec::new();
    for told in Told::all() {
        for (name, svg) in pictures::of(&told) {
            holds(&folder().join("pictures").join(&name), &svg);
            drawn.push(name);
        }
    }
    assert_eq!(files(&folder().join("pictures"), "svg"), drawn);
}

#[test]
fn the_index_is_that_of_the_lessons() {
    let path = folder().join("README.md");
    let lessons = lesson::all().unwrap();
    let text = region::filled(&read(&path), |name| {
        (name == "lessons").then(|| index::table(&lessons))
    });
    holds(&path, &text);
    assert_eq!(region::names(&text), ["lessons"]);
}

#[test]
fn the_programs_in_every_page_are_compiled() {
    let snippets = read(&root().join("src/teach/snippets.rs"));
    for lesson in lesson::all().unwrap() {
        let name = stem(&lesson) + ".md";
        assert!(snippets.contains(&format!("\"{name}\"")), "{name}");
        let text = read(&folder().join(&name));
        assert!(text.lines().any(|line| line == "```rust"), "{name}");
    }
}

#[test]
fn prose_has_no_figures_but_those_of_its_lesson() {
    for lesson in lesson::all().unwrap() {
        let given = read(&root().join(format!("fixtures/lessons/{}.toml", stem(&lesson))));
        let page = read(&folder().join(stem(&lesson) + ".md"));
        for metric in prose::figures(&prose::by_hand(&page)) {
            assert!(
                given.contains(&metric),
                "{metric} of lesson {}",
                lesson.label()
            );
        }
    }
}
