//! The file of guesses: incomplete, invalid, read-only, written by two at once.

use std::process::Command;
use std::thread;

use super::*;

fn record(lesson: &str) -> LessonAttempt {
    LessonAttempt {
        taken_at: "2026-01-31T09:30:00Z".to_owned(),
        lesson: lesson.to_owned(),
        guess: 5.5,
        letter: Some('a'),
        measured: 0.0623,
        unit: Unit::Seconds,
        error: 80.256_821_829_855_54,
        right: false,
        votes_before: None,
        votes_after: None,
    }
}

/// A file in a directory that does not exist yet.
fn file() -> (tempfile::TempDir, ProgressFile) {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("regatta/lessons.jsonl");
    (place, ProgressFile::at(path))
}

fn text(file: &ProgressFile) -> String {
    fs::read_to_string(file.path()).unwrap()
}

fn names(file: &ProgressFile) -> Vec<String> {
    let records = file.read().unwrap().records;
    records.into_iter().map(|record| record.lesson).collect()
}

#[test]
fn appended_records_are_read_in_their_order() {
    let (_place, file) = file();
    assert_eq!(file.read().unwrap(), LessonProgress::default());
    let of_a_class = LessonAttempt {
        votes_before: Some(Votes::parse("a=3,b=12", 3).unwrap()),
        ..record("threads")
    };
    let records = [record("one-page"), of_a_class, record("one-page")];
    for record in &records {
        file.append(record).unwrap();
    }
    let progress = file.read().unwrap();
    assert_eq!((&progress.records[..], progress.note), (&records[..], None));
}

#[test]
fn jq_reads_a_line_as_documented() {
    let (_place, file) = file();
    let mut second = record("threads");
    second.votes_before = Some(Votes::parse("a=3,b=12", 3).unwrap());
    file.append(&record("one-page")).unwrap();
    file.append(&second).unwrap();
    let filter = "[.lesson, .guess, .letter, .unit, .right, .votes_before]";
    let jq = Command::new("jq")
        .args(["-c", filter])
        .arg(file.path())
        .output();
    let Ok(output) = jq else {
        eprintln!("SKIPPED: jq_reads_a_line_as_documented: jq is missing");
        return;
    };
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "[\"one-page\",5.5,\"a\",\"seconds\",false,null]\n\
         [\"threads\",5.5,\"a\",\"seconds\",false,[3,12,0]]\n"
    );
}

#[test]
fn an_incomplete_last_line_is_ignored_with_a_note_and_the_next_record_removes_it() {
    let (_place, file) = file();
    file.append(&record("first")).unwrap();
    file.append(&record("second")).unwrap();
    let whole = text(&file);
    let first = whole.lines().next().unwrap().len() + 1;
    // At any length.
    for length in first + 1..whole.len() - 1 {
        fs::write(file.path(), &whole[..length]).unwrap();
        let progress = file.read().unwrap();
        assert_eq!(progress.records.len(), 1, "{length}");
        let note = progress.note.unwrap();
        assert!(note.contains("(line 2) is incomplete"), "{note}");
    }
    file.append(&record("third")).unwrap();
    assert_eq!(names(&file), ["first", "third"]);
    assert_eq!(file.read().unwrap().note, None);
}

#[test]
fn a_last_line_without_a_line_break_counts() {
    let (_place, file) = file();
    file.append(&record("first")).unwrap();
    fs::write(file.path(), text(&file).trim_end()).unwrap();
    assert_eq!(names(&file), ["first"]);
    file.append(&record("second")).unwrap();
    assert_eq!(names(&file), ["first", "second"]);
    assert_eq!(text(&file).lines().count(), 2);
}

#[test]
fn an_invalid_line_in_the_middle_is_an_error_with_what_to_type() {
    let (_place, file) = file();
    file.append(&record("first")).unwrap();
    for broken in ["{\"lesson\":", "not json", "{}", "\u{0}\u{0}"] {
        let good = text(&file);
        fs::write(file.path(), format!("{good}{broken}\n")).unwrap();
        let error = file.read().unwrap_err().to_string();
        let says = format!("line 2 of {} is invalid", file.path().display());
        assert!(error.starts_with(&says), "{error}");
        assert!(error.contains("`regatta lesson reset`"), "{error}");
        fs::write(file.path(), good).unwrap();
    }
}

#[test]
fn empty_lines_and_fields_of_a_later_release_are_ignored() {
    let (_place, file) = file();
    file.append(&record("first")).unwrap();
    let later = text(&file).replace("\"right\"", "\"mood\":\"fine\",\"right\"");
    fs::write(file.path(), format!("\n{later}\r\n{later}")).unwrap();
    assert_eq!(names(&file), ["first", "first"]);
}

#[test]
fn a_reset_renames_the_file_and_says_how() {
    let (_place, file) = file();
    assert!(
        file.reset()
            .unwrap()
            .starts_with("There is nothing to reset")
    );
    file.append(&record("first")).unwrap();
    let kept = text(&file);
    let says = file.reset().unwrap();
    assert!(says.contains("lessons.jsonl.old."), "{says}");
    assert_eq!(fs::read_to_string(file.aside()).unwrap(), kept);
    assert_eq!(file.read().unwrap(), LessonProgress::default());
    // A second reset by mistake keeps the renamed file.
    file.reset().unwrap();
    assert_eq!(fs::read_to_string(file.aside()).unwrap(), kept);
    file.append(&record("second")).unwrap();
    let says = file.reset().unwrap();
    assert!(says.contains("which replaced an older one"), "{says}");
}

#[test]
fn two_lessons_at_once_lose_no_line() {
    let (_place, file) = file();
    thread::scope(|scope| {
        for name in ["one", "two", "three", "four"] {
            let file = &file;
            scope.spawn(move || (0..25).for_each(|_| file.append(&record(name)).unwrap()));
        }
    });
    assert_eq!(names(&file).len(), 100);
}

#[test]
fn a_number_that_is_not_finite_is_not_kept() {
    let (_place, file) = file();
    let error = f64::INFINITY;
    let record = LessonAttempt {
        error,
        ..record("first")
    };
    assert!(file.append(&record).is_err());
    assert!(!file.path().exists());
}

#[test]
fn an_impossible_path_is_an_error_with_what_to_do() {
    let place = tempfile::tempdir().unwrap();
    let in_the_way = place.path().join("regatta");
    fs::write(&in_the_way, "no directory").unwrap();
    let file = ProgressFile::at(in_the_way.join("lessons.jsonl"));
    let error = format!("{:#}", file.append(&record("first")).unwrap_err());
    assert!(error.starts_with("this lesson is not kept"), "{error}");
    assert!(error.contains("set XDG_DATA_HOME"), "{error}");
}

/// Root may write anywhere, so this thread takes the file system rights of the
/// user nobody.
#[cfg(target_os = "linux")]
#[test]
fn on_a_read_only_disk_nothing_is_kept_and_the_error_says_why() {
    use std::os::unix::fs::PermissionsExt;
    let (place, file) = file();
    file.append(&record("first")).unwrap();
    let may = |mode| {
        let mode = fs::Permissions::from_mode(mode);
        fs::set_permissions(place.path(), mode).unwrap();
    };
    let elsewhere = ProgressFile::at(place.path().join("elsewhere/lessons.jsonl"));
    may(0o555);
    let kept = thread::spawn(move || {
        nix::unistd::setfsuid(nix::unistd::Uid::from_raw(65_534));
        elsewhere.append(&record("second"))
    });
    let kept = kept.join().unwrap();
    may(0o755);
    let error = format!("{:#}", kept.unwrap_err());
    assert!(error.contains("Permission denied"), "{error}");
    assert_eq!(names(&file), ["first"]);
}

#[cfg(target_os = "linux")]
#[test]
fn the_error_of_a_full_disk_says_so() {
    let file = ProgressFile::at("/dev/full".into());
    let error = format!("{:#}", file.append(&record("first")).unwrap_err());
    assert!(error.contains("No space left on device"), "{error}");
}
