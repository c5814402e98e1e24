//! The command line of `regatta lesson`.

use std::io::Write;
use std::process::Stdio;

use crate::QUICK;
use crate::Student;
use crate::stderr;
use crate::stdout;
use crate::text;

#[test]
fn a_guess_is_locked_before_the_runs_and_printed_with_formula_and_measurement() {
    let student = Student::new();
    let output = student.quick(&["--predict", "4s"]);
    let page = stdout(&output);
    let places = [
        "Lesson 5: One thread, many waits",
        "  a  ",
        "Locked: 4 s (a).",
        "one thread (tokio-current/raw)",
        "100 threads (thread-per-page/raw)",
        "time = latency",
        "  you ",
        "formula",
        "measured",
        "a is wrong. People who choose it often think that concurrency needs threads.",
        "Knob",
        "regatta lesson 6",
    ];
    let mut rest = page.as_str();
    for place in places {
        let found = rest.find(place);
        assert!(
            found.is_some(),
            "{place:?} is missing or too early:\n{page}"
        );
        rest = &rest[found.unwrap()..];
    }
    assert!(
        page.lines().all(|line| line.chars().count() <= 80),
        "{page}"
    );
    assert!(!page.contains('\x1b'), "colour in a pipe");
    let kept = student.kept();
    assert!(
        kept.contains("\"one-thread-many-waits\"") && kept.contains("\"right\":false"),
        "{kept}"
    );
    let list = stdout(&student.lesson(&["list"]));
    assert!(
        list.contains("wrong") && list.contains("Continue with: regatta lesson 1"),
        "{list}"
    );
}

#[test]
fn ascii_output_is_only_ascii() {
    let student = Student::new();
    let page = stdout(&student.quick(&["--predict", "b", "--ascii"]));
    assert!(page.is_ascii(), "{page}");
    assert!(stdout(&student.lesson(&["list", "--ascii"])).is_ascii());
}

#[test]
fn a_guess_can_be_typed_and_an_invalid_one_is_asked_for_again() {
    let student = Student::new();
    let mut child = { student.command(&[QUICK, "--quiet"]) }
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"soon\n60\nz\n60ms\n").unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    let page = stdout(&output);
    assert!(page.contains("Locked: 60 ms (b)."), "{page}");
    let said = text(&output.stderr);
    assert_eq!(said.matches("Your guess").count(), 4, "{said}");
    assert!(
        said.contains("60 has no unit") && said.contains("unknown choice z"),
        "{said}"
    );
}

#[test]
fn without_a_guess_the_error_says_how_to_give_one() {
    let student = Student::new();
    for args in [&[QUICK][..], &[QUICK, "--yes"]] {
        let error = stderr(&student.lesson(args));
        assert!(error.contains("--predict b --yes"), "{error}");
    }
    let error = stderr(&student.quick(&["--predict", "soon"]));
    assert!(error.contains("soon") && error.contains("60ms"), "{error}");
    assert_eq!(student.kept(), "");
}

#[test]
fn a_class_votes_before_and_after() {
    let student = Student::new();
    let page = stdout(&student.quick(&["--votes", "a=20,b=5", "--votes-after", "a=1,b=24"]));
    // The choice with the most votes is the guess.
    assert!(page.contains("Locked: 4 s (a)."), "{page}");
    assert!(page.contains("20 %") && page.contains("96 %"), "{page}");
    assert!(student.kept().contains("votes_after"), "{}", student.kept());
    for (votes, expected) in [
        ("a=1,a=2", "a"),
        ("x=3", "x"),
        ("a=-1", "-1"),
        ("a=0", "vote"),
        ("", "a="),
    ] {
        let error = stderr(&student.quick(&["--votes", votes]));
        assert!(error.contains(expected), "{votes}: {error}");
    }
}

#[test]
fn a_replay_shows_a_saved_lesson_byte_for_byte() {
    let student = Student::new();
    let (saved, svg) = (student.file("saved.json"), student.file("picture.svg"));
    let (saved, svg) = (saved.to_str().unwrap(), svg.to_str().unwrap());
    let page = stdout(&student.quick(&["--predict", "b", "--save", saved, "--svg", svg]));
    let first: Vec<String> = svgs(&student);
    assert_eq!(first.len(), 2);
    let replayed = stdout(&student.lesson(&["replay", saved, "--svg", svg]));
    assert_eq!(svgs(&student), first);
    // The same pictures and figures.
    let picture = |page: &str| {
        let begin = page.find("one thread (tokio-current/raw)").unwrap();
        let end = page.find("  formula ").unwrap();
        page[begin..end].to_owned()
    };
    let (ran, shown) = (picture(&page), picture(&replayed));
    assert!(ran.starts_with(shown.lines().next().unwrap()));
    assert!(shown.lines().count() > 20, "{shown}");
    let lines = |page: &str| page.lines().map(str::to_owned).collect::<Vec<_>>();
    // The guess is not saved.
    for line in lines(&shown) {
        assert!(lines(&ran).contains(&line), "{line:?}");
    }
    let again = stdout(&student.lesson(&["replay", saved]));
    assert_eq!(again, replayed);
}

fn svgs(student: &Student) -> Vec<String> {
    let read = |n| std::fs::read_to_string(student.file(&format!("picture-{n}.svg")));
    (1..9).map_while(|n| read(n).ok()).collect()
}

#[test]
fn a_replay_of_another_file_is_an_error() {
    let student = Student::new();
    let file = student.file("x.json");
    std::fs::write(&file, "{\"schema\": 3}").unwrap();
    let error = stderr(&student.lesson(&["replay", file.to_str().unwrap()]));
    assert!(error.contains("--save FILE"), "{error}");
    let error = stderr(&student.lesson(&["replay", "nowhere.json"]));
    assert!(error.contains("nowhere.json"), "{error}");
}

#[test]
fn a_lesson_can_be_a_file_and_an_invalid_one_is_an_error() {
    let student = Student::new();
    let file = student.file("mine.toml");
    let text = include_str!("../../fixtures/lessons/05-one-thread-many-waits.toml");
    std::fs::write(&file, text.replace("one-thread-many-waits", "mine")).unwrap();
    let file = file.to_str().unwrap();
    let saved = student.file("saved.json");
    let saved = saved.to_str().unwrap();
    stdout(&student.lesson(&[file, "--predict", "b", "--yes", "--quiet", "--save", saved]));
    assert!(student.kept().contains("\"mine\""));
    let replayed = stdout(&student.lesson(&["replay", saved]));
    assert!(replayed.contains("100 threads"), "{replayed}");
    std::fs::write(file, text.replace("minutes", "minuets")).unwrap();
    let error = stderr(&student.lesson(&[file, "--predict", "b", "--yes"]));
    assert!(
        error.contains("mine.toml") && error.contains("minuets"),
        "{error}"
    );
}

#[test]
fn an_unexpected_result_is_rejected_with_its_reason_and_not_kept() {
    let student = Student::new();
    let file = student.file("mine.toml");
    let good = include_str!("../../fixtures/lessons/05-one-thread-many-waits.toml");
    let wrong = good.replacen(
        "in-flight-peak = \"in_flight / 2 .. in_flight\"",
        "connections = 7",
        1,
    );
    assert_ne!(good, wrong);
    std::fs::write(&file, wrong).unwrap();
    let output = student.lesson(&[file.to_str().unwrap(), "--predict", "b", "--yes", "--quiet"]);
    assert_eq!(output.status.code(), Some(4));
    let page = text(&output.stdout);
    for words in [
        "measured  rejected",
        "one thread: connections",
        "expects 7",
        "one thread !",
    ] {
        assert!(page.contains(words), "{words}:\n{page}");
    }
    assert!(!page.contains("b is right"), "{page}");
    assert_eq!(student.kept(), "");
}

#[test]
fn a_turned_knob_is_a_new_question_without_choices_that_is_not_kept() {
    let student = Student::new();
    let saved = student.file("saved.json");
    let saved = saved.to_str().unwrap();
    let turned = ["--knob", "200ms", "--predict"];
    let page = stdout(&student.quick(&[&turned[..], &["1s", "--save", saved]].concat()));
    let now = "latency is now 200ms. What is the time";
    assert!(page.contains(now), "{page}");
    assert!(page.contains("Locked: 1 s."), "{page}");
    // The choices belong to the original question.
    assert!(
        !page.contains("  a  ") && !page.contains("is right"),
        "{page}"
    );
    assert_eq!(student.kept(), "");
    let replayed = stdout(&student.lesson(&["replay", saved]));
    assert!(replayed.contains(now), "{replayed}");
    let error = stderr(&student.quick(&[&turned[..], &["b"]].concat()));
    assert!(error.contains("60ms"), "{error}");
    let error = stderr(&student.quick(&["--knob", "tomorrow", "--predict", "1s"]));
    assert!(
        error.contains("tomorrow") && error.contains("--knob 400ms"),
        "{error}"
    );
}

#[test]
fn the_guess_is_kept_even_if_a_picture_cannot_be_written() {
    let student = Student::new();
    let nowhere = student.file("no/such/directory/x.svg");
    let output = student.quick(&["--predict", "b", "--svg", nowhere.to_str().unwrap()]);
    assert!(
        stderr(&output).contains("x-1.svg"),
        "{}",
        text(&output.stderr)
    );
    assert!(student.kept().contains("one-thread-many-waits"));
}

#[test]
fn notes_and_list_and_reset_run_nothing() {
    let student = Student::new();
    let notes = stdout(&student.lesson(&["notes", "c"]));
    for word in ["Ask   ", "Demo  ", "If b  ", "If c  ", "Then  ", "Knob  "] {
        assert!(notes.contains(word), "{word}:\n{notes}");
    }
    let list = stdout(&student.lesson(&[]));
    assert!(list.contains("Start with: regatta lesson 1"), "{list}");
    assert_eq!(
        list.lines().filter(|line| line.contains("  ")).count(),
        14,
        "{list}"
    );
    let said = stdout(&student.lesson(&["reset"]));
    assert!(said.contains("nothing to reset"), "{said}");
    let error = stderr(&student.lesson(&["14"]));
    assert!(error.contains("regatta lesson list"), "{error}");
}

#[test]
fn an_invalid_progress_file_does_not_stop_a_lesson() {
    let student = Student::new();
    std::fs::create_dir(student.file("regatta")).unwrap();
    std::fs::write(student.file("regatta/lessons.jsonl"), "nonsense\n{}\n").unwrap();
    let output = student.lesson(&["list"]);
    assert!(stdout(&output).contains("Ten hands"));
    let said = text(&output.stderr);
    assert!(
        said.contains("line 1") && said.contains("regatta lesson reset"),
        "{said}"
    );
    let said = stdout(&student.lesson(&["reset"]));
    assert!(said.contains("lessons.jsonl.old"), "{said}");
    assert!(student.lesson(&["list"]).stderr.is_empty());
}

#[test]
fn a_lesson_without_an_exercise_says_which_ones_have_one() {
    let student = Student::new();
    let error = stderr(&student.lesson(&["1", "--exercise", "x"]));
    assert!(
        error.contains("lesson 1 has no exercise; there is one for 5, 6, 8, 12"),
        "{error}"
    );
    let directory = student.file("mine");
    let directory = directory.to_str().unwrap();
    let said = stdout(&student.lesson(&["8", "--exercise", directory]));
    assert!(said.contains("regatta lesson 8 --check"), "{said}");
    let error = stderr(&student.lesson(&["8", "--exercise", directory]));
    assert!(error.contains(directory), "{error}");
}
