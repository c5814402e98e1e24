//! The JSON Lines file: what is in it, and what is done with one that is
//! there already.

use std::fs;

use regatta::store::Record;

use super::support::skip;
use super::{FIRST_VISIT_MS, hex, open, record, refusal, said, scribe, spec, visits};

#[test]
fn jq_and_python_read_what_was_written() {
    let test = "jq_and_python_read_what_was_written";
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("news.jsonl");
    open("jsonl", &file)
        .unwrap()
        .write(&visits(3, FIRST_VISIT_MS))
        .unwrap();
    let name = file.to_str().unwrap();
    let filter = "[.url, .titles[1], .prices_cents[0], .error] | join(\",\")";
    if let Some(lines) = said(test, "jq", &["-r", filter, name]) {
        assert_eq!(lines, "/page/0,B0,100,\n/page/1,B1,100,\n/page/2,B2,100,");
    }
    let program = "import json, sys\nlines = [json.loads(l) for l in open(sys.argv[1])]\n\
                   print(len(lines), lines[2]['title'].encode().hex())";
    if let Some(line) = said(test, "python3", &["-c", program, name]) {
        let title = record(2, 0).title.unwrap();
        assert_eq!(line, format!("3 {}", hex(&title)));
    }
}

#[test]
fn a_second_scrape_is_appended() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("news.jsonl");
    for visit in 0..2 {
        let mut store = open("jsonl", &file).unwrap();
        store.write(&visits(2, FIRST_VISIT_MS + visit)).unwrap();
    }
    let lines = fs::read_to_string(&file).unwrap();
    let seen: Vec<u64> = lines
        .lines()
        .map(|line| serde_json::from_str::<Record>(line).unwrap().seen_at_ms - FIRST_VISIT_MS)
        .collect();
    assert_eq!(seen, [0, 0, 1, 1]);
}

#[test]
fn a_torn_last_line_is_cut_off_before_anything_is_appended() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("news.jsonl");
    let whole = serde_json::to_string(&record(1, 5)).unwrap();
    // Longer than what is read at a time when its beginning is looked for.
    let long = serde_json::to_string(&Record {
        title: Some("x".repeat(200_000)),
        ..record(2, 5)
    })
    .unwrap();
    for torn in [&whole[..3], &whole[..whole.len() - 1], &long[..190_000]] {
        for before in ["", &format!("{whole}\n")] {
            fs::write(&file, format!("{before}{torn}")).unwrap();
            open("jsonl", &file)
                .unwrap()
                .write(&[record(3, 6)])
                .unwrap();
            let added = serde_json::to_string(&record(3, 6)).unwrap();
            let text = fs::read_to_string(&file).unwrap();
            assert_eq!(text, format!("{before}{added}\n"));
        }
    }
}

#[test]
fn a_last_line_that_only_lacks_its_end_is_kept() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("news.jsonl");
    let whole = serde_json::to_string(&record(1, 5)).unwrap();
    fs::write(&file, &whole).unwrap();
    open("jsonl", &file).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), format!("{whole}\n"));
}

#[test]
fn a_file_of_something_else_is_refused_and_left_as_it_is() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("notes.txt");
    for text in ["buy milk", "{\"name\":1}\n", "\n"] {
        fs::write(&file, text).unwrap();
        let error = refusal("jsonl", &file);
        assert!(error.contains("name another file"), "{error}");
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
}

#[test]
fn a_file_has_one_writer_at_a_time() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("news.jsonl");
    let first = open("jsonl", &file).unwrap();
    let error = refusal("jsonl", &file);
    assert!(error.contains("by another process"), "{error}");
    drop(first);
    open("jsonl", &file).unwrap();
}

/// By the kernel's own account: that is what lets `tail -f` see whole lines,
/// and what keeps `kill -9` from tearing one.
#[cfg(target_os = "linux")]
#[test]
fn each_record_is_one_write_and_each_batch_one_push_to_the_disk() {
    let test = "each_record_is_one_write_and_each_batch_one_push_to_the_disk";
    let place = tempfile::tempdir().unwrap();
    let (file, trace) = (place.path().join("news.jsonl"), place.path().join("trace"));
    let strace = [
        "strace",
        "-f",
        "-s",
        "20",
        "-e",
        "trace=write,fdatasync",
        "-o",
    ];
    let strace = [&strace[..], &[trace.to_str().unwrap()]].concat();
    let spec = spec("jsonl", &file).to_string();
    let Ok(output) = scribe::command(&strace, &spec, 50, 0).output() else {
        return skip(test, "there is no strace here");
    };
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() || scribe::Ending::of(&said).stored.is_none() {
        let why = String::from_utf8_lossy(&output.stderr).into_owned();
        return skip(test, &format!("strace cannot run here: {why}"));
    }
    let trace = fs::read_to_string(&trace).unwrap();
    let calls: Vec<&str> = trace
        .lines()
        .filter_map(|line| line.split_once(' ').map(|(_, call)| call.trim_start()))
        .filter(|call| call.contains(r#""{\"url\":"#) || call.starts_with("fdatasync("))
        .collect();
    let writes = calls
        .iter()
        .filter(|call| call.starts_with("write("))
        .count();
    assert_eq!(writes, 50, "{calls:#?}");
    let pushes = calls.len() - writes;
    assert!((50 / scribe::CAPACITY..=50).contains(&pushes), "{pushes}");
    assert!(
        calls.last().unwrap().starts_with("fdatasync("),
        "{calls:#?}"
    );
}
