//! Files that Regatta saved, after somebody had them: shown in every form, and
//! written again as the same. Nothing of them reaches a terminal that obeys it.

use regatta::compare::baseline::Baseline;
use regatta::fmt::escape::{block, is_hidden};
use regatta::harness::cancel::{self, CancelReport};
use regatta::report::{Format, Report, Style, render};
use regatta::teach::lesson::progress::ProgressFile;
use regatta::teach::lesson::show::{Picture, PrintStyle, pictures, question, results, verdict};
use regatta::teach::lesson::{Recording, accuracy};

use super::run::{Target, must};

const WORDS: [&str; 32] = [
    "\"schema\":\"regatta-report/1\"",
    "\"status\":\"ok\"",
    "\"status\":\"failed\"",
    "\"reason\":",
    "\"samples\":[]",
    "\"drivers\":[]",
    "\"drivers\":{}",
    "\"wall_ns\":0",
    "\"wall_ns\":18446744073709551615",
    "\"cpu_ns\":null",
    "\"pages\":0",
    "\"rounds\":0",
    "\"summary\":null",
    "\"flags\":[]",
    "\"name\":\"\"",
    "\"name\":\"a/b/c\"",
    "\"histogram\":[]",
    "\"histogram\":[[0,0]]",
    "\"latency\":\"20ms\"",
    "\"latency\":\"584y\"",
    "\"low\":0.0",
    "\"high\":-1.0",
    "\"place\":0",
    "\"runs\":[]",
    "\"measured\":{}",
    "\"log\":{}",
    "\"ended_ns\":0",
    "\"unit\":\"seconds\"",
    "1e999",
    "0.0",
    "{",
    "}",
];

fn target(name: &'static str, more: &'static [&'static str]) -> Target {
    Target {
        more,
        ..Target::new(name, &WORDS)
    }
}

/// No hidden character but the line break, which in CSV is two.
fn hold_plain(what: &str, text: &str) {
    let text = text.replace("\r\n", "\n");
    let hidden = |letter: &char| is_hidden(*letter) && *letter != '\n';
    let hidden = text.chars().find(hidden);
    assert!(hidden.is_none(), "{what} shows {hidden:?}");
}

/// The same for what is printed, which passes one more gate on its way.
fn hold_printed(what: &str, text: &str) {
    hold_plain(what, &block(text, false));
}

#[test]
fn reports() {
    target("reports", &["tests/saved"]).hold(|input| {
        let text = String::from_utf8_lossy(input);
        let report = match Report::from_json(&text, "a.json") {
            Ok(report) => report,
            Err(error) => return assert!(!error.to_string().is_empty()),
        };
        for width in [1, 80, 200] {
            let style = Style {
                width,
                colour: false,
            };
            hold_printed("the table", &render(&report, Format::Table, &style));
            hold_printed("two ways", &render(&report, Format::TwoWay, &style));
        }
        let style = Style::default();
        hold_plain("markdown", &render(&report, Format::Markdown, &style));
        hold_plain("CSV", &render(&report, Format::Csv, &style));
        let json = render(&report, Format::Json, &style);
        let again = must("written and not read", Report::from_json(&json, "b.json"));
        assert_eq!(render(&again, Format::Json, &style), json, "another report");
    });
}

#[test]
fn baselines() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("a.json").to_str().unwrap().to_owned();
    target("baselines", &[]).hold(move |input| {
        let _place = &place;
        std::fs::write(&file, input).unwrap();
        let Ok(baseline) = Baseline::load(&file) else {
            return;
        };
        let _ = baseline.differences(&baseline.host);
        let _ = baseline.upgrades(&baseline.versions);
        must("saved", baseline.save(&file));
        assert_eq!(must("saved and loaded", Baseline::load(&file)), baseline);
    });
}

#[test]
fn cancellations() {
    target("cancellations", &[]).hold(|input| {
        let Ok(report) = serde_json::from_slice::<CancelReport>(input) else {
            return;
        };
        hold_printed("the table", &cancel::table(&report, &Style::default()));
        let json = cancel::json(&report);
        assert_eq!(
            must(&json, serde_json::from_str::<CancelReport>(&json)),
            report
        );
    });
}

const LOOK: PrintStyle = PrintStyle {
    width: 80,
    height: 24,
    ascii: false,
    colour: false,
};

#[test]
fn recordings() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("lesson.json");
    target("recordings", &[]).hold(move |input| {
        let _place = &place;
        std::fs::write(&file, input).unwrap();
        let Ok(recording) = Recording::read(&file) else {
            return;
        };
        let _ = recording.unmet();
        hold_printed("the results", &results(&recording, &LOOK));
        for picture in Picture::all(&recording) {
            let _ = picture.svg();
        }
        if let Ok(lesson) = recording.lesson_then() {
            hold_printed("the question", &question(&lesson, &LOOK));
            hold_printed("the verdict", &verdict(&lesson, &recording, None, &LOOK));
            hold_printed("the pictures", &pictures(&lesson, &recording, &LOOK));
        }
        std::fs::write(&file, recording.json()).unwrap();
        assert_eq!(
            must("written and read again", Recording::read(&file)),
            recording
        );
    });
}

#[test]
fn guesses() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("lessons.jsonl");
    target("guesses", &[]).hold(move |input| {
        let _place = &place;
        std::fs::write(&file, input).unwrap();
        let kept = ProgressFile::at(file.clone());
        let Ok(progress) = kept.read() else {
            return;
        };
        hold_printed("the chart", &accuracy::draw(&progress.records, 80, false));
        // One more is added to whatever is there, and all of it is kept.
        let Some(record) = progress.records.first() else {
            return;
        };
        if kept.append(record).is_ok() {
            let again = must("appended and read", kept.read());
            assert_eq!(again.records.len(), progress.records.len() + 1);
        }
    });
}
