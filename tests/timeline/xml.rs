//! What a parser of XML that is not ours makes of the files.

use std::io::Write;
use std::process::{Command, Stdio};

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use regatta::report::timeline::{Offence, SvgLook, svg};
use serde_json::Value;

use crate::any_log;
use crate::pictures::{logs, one_too_many};
use crate::simulated;

/// Reads a list of documents, and says of each what is in it.
const PYTHON: &str = r#"
import json, sys
import xml.etree.ElementTree as tree
S = "{http://www.w3.org/2000/svg}"
answers = []
for text in json.load(sys.stdin):
    root = tree.fromstring(text)
    names = [root.find(S + "title"), root.find(S + "desc")]
    sizes = [float(e.get("font-size", root.get("font-size"))) for e in root.iter(S + "text")]
    attributes = [v for e in root.iter() for k, v in e.attrib.items()]
    answers.append({
        "root": root.tag, "role": root.get("role"), "box": root.get("viewBox"),
        "labelled": root.get("aria-labelledby").split() == [e.get("id") for e in names],
        "title": names[0].text, "desc": names[1].text,
        "smallest": min(sizes),
        "scripts": len(list(root.iter(S + "script"))),
        "outside": [v for v in attributes if "://" in v or ("url(" in v and "url(#" not in v)],
        "missing": [v for v in attributes if v.startswith("url(#")
                    and root.find(".//*[@id='%s']" % v[5:-1]) is None],
        "texts": ["".join(e.itertext()) for e in root.iter(S + "text")],
    })
json.dump(answers, sys.stdout)
"#;

/// `None`, and a loud word, where there is no python3.
fn read(test: &str, documents: &[String]) -> Option<Vec<Value>> {
    let python = Command::new("python3")
        .args(["-c", PYTHON])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut python) = python else {
        // Past the capture of the test harness: a skip nobody sees is a hole.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED {test}: python3 does not run here"
        );
        return None;
    };
    let input = serde_json::to_vec(documents).unwrap();
    python.stdin.take().unwrap().write_all(&input).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "python3 cannot read what was drawn"
    );
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn files_are_well_formed_large_enough_to_read_and_complete_in_themselves() {
    let look = SvgLook {
        marked: vec![one_too_many()],
        ..SvgLook::default()
    };
    let documents: Vec<String> = logs().iter().map(|(_, log)| svg(log, &look)).collect();
    let test = "files_are_well_formed_large_enough_to_read_and_complete_in_themselves";
    let Some(answers) = read(test, &documents) else {
        return;
    };
    assert_eq!(answers.len(), logs().len());
    for (answer, (_, log)) in answers.iter().zip(logs()) {
        assert_eq!(answer["root"], "{http://www.w3.org/2000/svg}svg");
        assert_eq!(answer["role"], "img");
        assert_eq!(answer["box"], "0 0 1280 720");
        assert_eq!(answer["labelled"], true);
        assert_eq!(answer["title"], log.title);
        assert!(answer["smallest"].as_f64().unwrap() >= 16.0, "{answer}");
        assert_eq!(answer["scripts"], 0);
        assert_eq!(answer["outside"], Value::Array(vec![]));
        assert_eq!(answer["missing"], Value::Array(vec![]));
    }
}

#[test]
fn the_description_says_in_words_what_is_to_be_seen() {
    let look = SvgLook {
        marked: vec![one_too_many()],
        ..SvgLook::default()
    };
    let documents = [
        svg(&simulated::cancelled(100), &look),
        svg(&simulated::retried(30), &SvgLook::default()),
    ];
    let test = "the_description_says_in_words_what_is_to_be_seen";
    let Some(answers) = read(test, &documents) else {
        return;
    };
    let said = |index: usize| answers[index]["desc"].as_str().unwrap().to_owned();
    let cancelled = said(0);
    for fact in [
        "100 pages in 126 ms",
        "at most 10 in flight",
        "30 requests",
        "10 cancelled",
        "Each row is a page.",
        "from 0 to 126 ms",
        "waiting for its turn",
        &one_too_many().what,
    ] {
        assert!(cancelled.contains(fact), "{fact}: {cancelled}");
    }
    for fact in ["19 retried", "1 failed", "pause before a retry"] {
        assert!(said(1).contains(fact), "{fact}: {}", said(1));
    }
}

#[test]
fn whatever_is_in_a_title_is_text_in_the_file() {
    let mut log = simulated::one_by_one(2);
    log.title = "</title><script>\"a\" & 'b'</script>\u{1b}[31m\u{0}\u{ffff}".to_owned();
    let offence = Offence {
        what: "<b>&amp;]]></b>".to_owned(),
        ..one_too_many()
    };
    let look = SvgLook {
        marked: vec![offence],
        ..SvgLook::default()
    };
    let test = "whatever_is_in_a_title_is_text_in_the_file";
    let Some(answers) = read(test, &[svg(&log, &look)]) else {
        return;
    };
    let shown = "</title><script>\"a\" & 'b'</script>\u{fffd}[31m\u{fffd}\u{fffd}";
    assert_eq!(answers[0]["title"], shown);
    assert_eq!(answers[0]["scripts"], 0);
    let texts = answers[0]["texts"].as_array().unwrap();
    assert!(
        texts.iter().any(|text| text == "! <b>&amp;]]></b>"),
        "{texts:?}"
    );
}

#[test]
fn files_of_any_log_are_well_formed() {
    let mut runner = TestRunner::deterministic();
    let cases = (any_log::log(), any_log::marked());
    let documents: Vec<String> = (0..100)
        .map(|_| {
            let (log, (marked, until_ns)) = cases.new_tree(&mut runner).unwrap().current();
            svg(&log, &SvgLook { until_ns, marked })
        })
        .collect();
    if let Some(answers) = read("files_of_any_log_are_well_formed", &documents) {
        assert_eq!(answers.len(), documents.len());
    }
}
