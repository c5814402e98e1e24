//! `regatta lesson`, as somebody types it.

use std::io::Write;
use std::process::Stdio;

use crate::QUICK;
use crate::Student;
use crate::failed;
use crate::text;
use crate::well;

#[test]
fn a_guess_is_locked_before_anything_runs_and_stands_beside_formula_and_measurement() {
    let student = Student::new();
    let output = student.quick(&["--predict", "4s"]);
    let page = well(&output);
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
        "a it is not. Behind that is often the belief that concurrency needs threads.",
        "Knob",
        "regatta lesson 6",
    ];
    let mut rest = page.as_str();
    for place in places {
        let found = rest.find(place);
        assert!(
            found.is_some(),
            "{place:?} is not there, or too early:\n{page}"
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
    let list = well(&student.lesson(&["list"]));
    assert!(
        list.contains("wrong") && list.contains("Go on with: regatta lesson 1"),
        "{list}"
    );
}

#[test]
fn in_ascii_there_is_nothing_else() {
    let student = Student::new();
    let page = well(&student.quick(&["--predict", "b", "--ascii"]));
    assert!(page.is_ascii(), "{page}");
    assert!(well(&student.lesson(&["list", "--ascii"])).is_ascii());
}

#[test]
fn a_guess_can_be_typed_and_what_is_none_is_asked_for_again() {
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
    let page = well(&output);
    assert!(page.contains("Locked: 60 ms (b)."), "{page}");
    let said = text(&output.stderr);
    assert_eq!(said.matches("Your guess").count(), 4, "{said}");
    assert!(
        said.contains("60 what?") && said.contains("there is no choice z"),
        "{said}"
    );
}

#[test]
fn without_a_guess_it_says_how_to_give_one_and_never_waits() {
    let student = Student::new();
    for args in [&[QUICK][..], &[QUICK, "--yes"]] {
        let error = failed(&student.lesson(args));
        assert!(error.contains("--predict b --yes"), "{error}");
    }
    let error = failed(&student.quick(&["--predict", "soon"]));
    assert!(error.contains("soon") && error.contains("60ms"), "{error}");
    assert_eq!(student.kept(), "");
}

#[test]
fn a_class_votes_before_and_after() {
    let student = Student::new();
    let page = well(&student.quick(&["--votes", "a=20,b=5", "--votes-after", "a=1,b=24"]));
    // What most believe is the guess.
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
        let error = failed(&student.quick(&["--votes", votes]));
        assert!(error.contains(expected), "{votes}: {error}");
    }
}

#[test]
fn what_was_saved_is_shown_again_byte_by_byte_and_nothing_runs() {
    let student = Student::new();
    let (saved, svg) = (student.file("saved.json"), student.file("picture.svg"));
    let (saved, svg) = (saved.to_str().unwrap(), svg.to_str().unwrap());
    let page = well(&student.quick(&["--predict", "b", "--save", saved, "--svg", svg]));
    let first: Vec<String> = svgs(&student);
    assert_eq!(first.len(), 2);
    let replayed = well(&student.lesson(&["replay", saved, "--svg", svg]));
    assert_eq!(svgs(&student), first);
    // The same pictures and figures.
    let picture = |page: &str| {
        let begin = page.find("one thread (tokio-current/raw)").unwrap();
        let end = page.find("  formula ").unwrap();
        page[begin..end].to_owned()
    };
    let (played, shown) = (picture(&page), picture(&replayed));
    assert!(played.starts_with(shown.lines().next().unwrap()));
    assert!(shown.lines().count() > 20, "{shown}");
    let lines = |page: &str| page.lines().map(str::to_owned).collect::<Vec<_>>();
    // But for the guess, which is not saved.
    for line in lines(&shown) {
        assert!(lines(&played).contains(&line), "{line:?}");
    }
    let again = well(&student.lesson(&["replay", saved]));
    assert_eq!(again, replayed);
}

fn svgs(student: &Student) -> Vec<String> {
    let read = |n| std::fs::read_to_string(student.file(&format!("picture-{n}.svg")));
    (1..9).map_while(|n| read(n).ok()).collect()
}

#[test]
fn a_file_that_is_no_saved_lesson_says_so() {
    let student = Student::new();
    let file = student.file("x.json");
    std::fs::write(&file, "{\"schema\": 3}").unwrap();
    let error = failed(&student.lesson(&["replay", file.to_str().unwrap()]));
    assert!(error.contains("--save FILE"), "{error}");
    let error = failed(&student.lesson(&["replay", "nowhere.json"]));
    assert!(error.contains("nowhere.json"), "{error}");
}

#[test]
fn a_lesson_of_ones_own_is_a_file_and_a_broken_one_is_told_kindly() {
    let student = Student::new();
    let file = student.file("mine.toml");
    let text = include_str!("../../fixtures/lessons/05-one-thread-many-waits.toml");
    std::fs::write(&file, text.replace("one-thread-many-waits", "mine")).unwrap();
    let file = file.to_str().unwrap();
    let saved = student.file("saved.json");
    let saved = saved.to_str().unwrap();
    well(&student.lesson(&[file, "--predict", "b", "--yes", "--quiet", "--save", saved]));
    assert!(student.kept().contains("\"mine\""));
    let replayed = well(&student.lesson(&["replay", saved]));
    assert!(replayed.contains("100 threads"), "{replayed}");
    std::fs::write(file, text.replace("minutes", "minuets")).unwrap();
    let error = failed(&student.lesson(&[file, "--predict", "b", "--yes"]));
    assert!(
        error.contains("mine.toml") && error.contains("minuets"),
        "{error}"
    );
}

#[test]
fn a_run_that_is_not_as_the_lesson_says_is_refused_with_its_reason_and_nothing_is_kept() {
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
fn a_turned_knob_is_another_question_with_nothing_to_choose_from_and_nothing_is_kept() {
    let student = Student::new();
    let saved = student.file("saved.json");
    let saved = saved.to_str().unwrap();
    let turned = ["--knob", "200ms", "--predict"];
    let page = well(&student.quick(&[&turned[..], &["1s", "--save", saved]].concat()));
    let now = "Now latency is 200ms: what is the time";
    assert!(page.contains(now), "{page}");
    assert!(page.contains("Locked: 1 s."), "{page}");
    // What people believe was asked of the lesson as it stood.
    assert!(
        !page.contains("  a  ") && !page.contains("is right"),
        "{page}"
    );
    assert_eq!(student.kept(), "");
    let replayed = well(&student.lesson(&["replay", saved]));
    assert!(replayed.contains(now), "{replayed}");
    let error = failed(&student.quick(&[&turned[..], &["b"]].concat()));
    assert!(error.contains("60ms"), "{error}");
    let error = failed(&student.quick(&["--knob", "tomorrow", "--predict", "1s"]));
    assert!(
        error.contains("tomorrow") && error.contains("--knob 400ms"),
        "{error}"
    );
}

#[test]
fn a_picture_that_cannot_be_written_does_not_cost_the_guess() {
    let student = Student::new();
    let nowhere = student.file("no/such/directory/x.svg");
    let output = student.quick(&["--predict", "b", "--svg", nowhere.to_str().unwrap()]);
    assert!(
        failed(&output).contains("x-1.svg"),
        "{}",
        text(&output.stderr)
    );
    assert!(student.kept().contains("one-thread-many-waits"));
}

#[test]
fn notes_and_list_and_reset_run_nothing() {
    let student = Student::new();
    let notes = well(&student.lesson(&["notes", "c"]));
    for word in ["Ask   ", "Demo  ", "If b  ", "If c  ", "Then  ", "Knob  "] {
        assert!(notes.contains(word), "{word}:\n{notes}");
    }
    let list = well(&student.lesson(&[]));
    assert!(list.contains("Begin with: regatta lesson 1"), "{list}");
    assert_eq!(
        list.lines().filter(|line| line.contains("  ")).count(),
        14,
        "{list}"
    );
    let said = well(&student.lesson(&["reset"]));
    assert!(said.contains("nothing to reset"), "{said}");
    let error = failed(&student.lesson(&["14"]));
    assert!(error.contains("regatta lesson list"), "{error}");
}

#[test]
fn a_progress_file_that_is_broken_does_not_keep_anybody_from_a_lesson() {
    let student = Student::new();
    std::fs::create_dir(student.file("regatta")).unwrap();
    std::fs::write(student.file("regatta/lessons.jsonl"), "nonsense\n{}\n").unwrap();
    let output = student.lesson(&["list"]);
    assert!(well(&output).contains("Ten hands"));
    let said = text(&output.stderr);
    assert!(
        said.contains("line 1") && said.contains("regatta lesson reset"),
        "{said}"
    );
    let said = well(&student.lesson(&["reset"]));
    assert!(said.contains("lessons.jsonl.old"), "{said}");
    assert!(student.lesson(&["list"]).stderr.is_empty());
}

#[test]
fn an_exercise_belongs_to_some_lessons_and_others_say_so() {
    let student = Student::new();
    let error = failed(&student.lesson(&["1", "--exercise", "x"]));
    assert!(
        error.contains("lesson 1 has no exercise; there is one for 5, 6, 8, 12"),
        "{error}"
    );
    let directory = student.file("mine");
    let directory = directory.to_str().unwrap();
    let said = well(&student.lesson(&["8", "--exercise", directory]));
    assert!(said.contains("regatta lesson 8 --check"), "{said}");
    let error = failed(&student.lesson(&["8", "--exercise", directory]));
    assert!(error.contains(directory), "{error}");
}
