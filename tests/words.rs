//! The words of the project: `words/list.toml` says which are not used, what is
//! written in their place, and where such a word is right after all.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    word: Vec<Word>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Word {
    not: Vec<String>,
    write: String,
    #[serde(default)]
    but: Vec<Exception>,
}

/// Where a word is right: in a phrase, in a file or folder, or in a phrase in one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    phrase: Option<String>,
    file: Option<String>,
    reason: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn list() -> Vec<Word> {
    let text = fs::read_to_string(root().join("tests/words/list.toml")).unwrap();
    toml::from_str::<List>(&text).unwrap().word
}

/// Every file that people write: sources, tests, benches, fixtures, documents.
fn texts() -> Vec<(String, String)> {
    let mut paths = vec![root().join("README.md"), root().join("Cargo.toml")];
    for folder in ["src", "tests", "benches", "fixtures", "docs"] {
        collect(&root().join(folder), &mut paths);
    }
    let of_the_list = |path: &Path| {
        path.starts_with(root().join("tests/words")) || path.ends_with("tests/words.rs")
    };
    paths
        .into_iter()
        .filter(|path| !of_the_list(path))
        .filter_map(|path| {
            let name = path.strip_prefix(root()).unwrap().to_str()?.to_owned();
            Some((name, fs::read_to_string(&path).ok()?))
        })
        .collect()
}

/// Saved results and their pictures are data of a program, not text of a person.
fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    let written = ["rs", "md", "toml", "html", "sql", "sh"];
    for path in fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        if path.is_dir() {
            collect(&path, paths);
        } else if path
            .extension()
            .is_some_and(|end| written.iter().any(|one| end == *one))
        {
            paths.push(path);
        }
    }
}

/// The words of a line, names taken apart: `set_course`, `SetCourse` and "set
/// course" are the same two words.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for letter in line.chars() {
        let begins_one = letter.is_uppercase() && before.is_lowercase();
        if !letter.is_alphabetic() || begins_one {
            words.push(String::new());
        }
        if letter.is_alphabetic() {
            words.last_mut().unwrap().extend(letter.to_lowercase());
        }
        before = letter;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// How often `phrase` stands in `words`.
fn count(words: &[String], phrase: &str) -> usize {
    let phrase: Vec<&str> = phrase.split([' ', '_']).collect();
    words
        .windows(phrase.len())
        .filter(|window| *window == phrase)
        .count()
}

impl Word {
    /// How many uses of `word` in this line of `file` no exception allows.
    fn wrong_uses(&self, word: &str, file: &str, line: &[String]) -> usize {
        let mut wrong = count(line, word);
        for exception in &self.but {
            if exception.is_for(file) {
                let allowed = match &exception.phrase {
                    Some(phrase) => count(line, phrase),
                    None => wrong,
                };
                wrong = wrong.saturating_sub(allowed);
            }
        }
        wrong
    }
}

impl Exception {
    fn is_for(&self, file: &str) -> bool {
        self.file
            .as_deref()
            .is_none_or(|place| file == place || (place.ends_with('/') && file.starts_with(place)))
    }
}

#[test]
fn no_text_uses_a_word_of_the_list() {
    let list = list();
    let mut found = Vec::new();
    for (file, text) in texts() {
        for (number, line) in text.lines().enumerate() {
            let line_words = words(line);
            for word in &list {
                for not in &word.not {
                    if word.wrong_uses(not, &file, &line_words) > 0 {
                        let place = format!("{file}:{}", number + 1);
                        found.push(format!("{place}: \"{not}\"; write {}", word.write));
                    }
                }
            }
        }
    }
    assert!(
        found.is_empty(),
        "{} uses:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[test]
fn every_exception_has_a_reason_and_is_needed() {
    let texts = texts();
    let mut idle = Vec::new();
    for word in list() {
        for exception in &word.but {
            assert!(!exception.reason.is_empty(), "{:?}", word.not);
            let is_used = texts.iter().any(|(file, text)| {
                let phrase = exception.phrase.as_deref();
                exception.is_for(file)
                    && text.lines().any(|line| {
                        let line = words(line);
                        match phrase {
                            Some(phrase) => count(&line, phrase) > 0,
                            None => word.not.iter().any(|not| count(&line, not) > 0),
                        }
                    })
            });
            if !is_used {
                idle.push((word.not.clone(), exception.reason.clone()));
            }
        }
    }
    assert!(idle.is_empty(), "exceptions that nothing needs: {idle:?}");
}

#[test]
fn no_word_is_listed_twice() {
    let mut seen = BTreeSet::new();
    for word in list().into_iter().flat_map(|word| word.not) {
        assert!(seen.insert(word.clone()), "\"{word}\" is listed twice");
    }
}

#[test]
fn a_word_is_found_in_prose_and_in_names() {
    for line in [
        "set_course()",
        "struct CourseTable",
        "The course is",
        "COURSE",
    ] {
        assert_eq!(count(&words(line), "course"), 1, "{line}");
    }
    assert_eq!(count(&words("recourse"), "course"), 0);
    assert_eq!(count(&words("it could be had by all"), "could be had"), 1);
}
