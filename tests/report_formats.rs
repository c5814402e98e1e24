//! Every form of a report, compared with saved reports and snapshots.
//!
//! A changed snapshot is a changed promise to readers: look at it, then accept
//! it with `INSTA_UPDATE=always cargo test --test report_formats`. With
//! `INSTA_UPDATE=no` nothing is written.

mod saved;

#[path = "report_formats/limits.rs"]
mod limits;
#[path = "report_formats/schema.rs"]
mod schema;

use std::path::{Path, PathBuf};

use regatta::measure::flag::Flag;
use regatta::measure::sample::LoopLag;
use regatta::report::{Format, Report, Status, Style, render, sentences, summarise};
use regatta::site::workload::{Bound, Kept, Workload};
use serde_json::Value;
use tabled::grid::util::string::get_string_width;

/// A way to make a report.
type Maker = fn() -> Report;

const SAVED: [(&str, Maker); 7] = [
    ("quick", saved::quick),
    ("troubled", saved::troubled),
    ("partial", saved::partial),
    ("stormy", saved::stormy),
    ("extreme", saved::extreme),
    ("nothing", saved::nothing),
    ("alone", saved::alone),
];

const FORMATS: [Format; 5] = [
    Format::Table,
    Format::Markdown,
    Format::Csv,
    Format::Json,
    Format::TwoWay,
];

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/saved/{name}.json"))
}

fn plain(width: usize) -> Style {
    Style {
        width,
        colour: false,
    }
}

fn table(report: &Report, width: usize) -> String {
    render(report, Format::Table, &plain(width))
}

fn with_every_term(workload: &mut Workload) {
    workload.faults = "500=5%".parse().unwrap();
    workload.slots = "10:queue".parse().unwrap();
    workload.allowed_rate = 100;
    workload.attempts = 5;
    workload.back_off = "50ms".parse().unwrap();
    workload.timeout = "500ms".parse().unwrap();
    workload.rate = 200;
    workload.depth = Some(3);
    workload.store = Kept::Sqlite;
}

#[test]
#[ignore = "writes tests/saved/*.json again"]
fn the_saved_reports_are_written_again() {
    for (name, make) in SAVED {
        let text = render(&make(), Format::Json, &Style::default());
        regatta::report::write(&file(name), &text).unwrap();
    }
}

#[test]
fn the_saved_reports_are_what_their_builder_makes() {
    for (name, make) in SAVED {
        assert!(
            Report::read(&file(name)).unwrap() == make(),
            "{name}: run the ignored test"
        );
    }
}

#[test]
fn json_read_and_written_again_is_the_same_to_the_byte() {
    for (name, _) in SAVED {
        let text = std::fs::read_to_string(file(name)).unwrap();
        let report = Report::from_json(&text, name).unwrap();
        assert!(
            render(&report, Format::Json, &Style::default()) == text,
            "{name}"
        );
    }
}

#[test]
fn any_number_survives_being_saved() {
    // Needs the `float_roundtrip` feature of serde_json: without it about one
    // number in ten comes back off by its last digit.
    for number in [
        0.1 + 0.2,
        40_538.619_999_999_995,
        5e-324,
        f64::MAX,
        1.0 / 3.0,
    ] {
        let mut report = saved::quick();
        report.drivers[0].samples[0].ledger.in_flight_mean = number;
        let text = render(&report, Format::Json, &Style::default());
        let read = Report::from_json(&text, "it").unwrap();
        assert!(read == report, "{number}");
    }
}

#[test]
fn a_saved_report_renders_to_the_same_bytes_as_the_one_that_was_saved() {
    for (name, make) in SAVED {
        let read = Report::read(&file(name)).unwrap();
        for format in FORMATS {
            for width in [80, 140] {
                let (one, other) = (
                    render(&make(), format, &plain(width)),
                    render(&read, format, &plain(width)),
                );
                assert!(one == other, "{name} as {format:?}");
            }
        }
    }
}

#[test]
fn summarising_twice_changes_nothing() {
    for (name, make) in SAVED {
        let mut again = make();
        summarise(&mut again);
        assert!(again == make(), "{name}");
    }
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for (name, make) in SAVED {
        for width in [60, 72, 80, 100, 120, 140, 200] {
            for line in table(&make(), width).lines() {
                let wide = get_string_width(line);
                assert!(wide <= width, "{name} at {width}: {wide} columns: {line}");
            }
        }
    }
}

#[test]
fn the_default_drivers_keep_every_basic_column_at_80() {
    let mut report = saved::quick();
    report.drivers[4].name = "tokio-current/reqwest".to_owned();
    let text = table(&report, 80);
    for head in [
        "wall", "±", "ideal", "pages", "CPU µs", "peak", "threads", "p99", "note",
    ] {
        assert!(text.contains(head), "{head} is missing:\n{text}");
    }
}

#[test]
fn wide_characters_in_a_reason_fit_as_well() {
    let mut report = saved::troubled();
    report.drivers[1].reason = Some("漢字".repeat(60));
    let text = table(&report, 80);
    assert!(
        text.lines().all(|line| get_string_width(line) <= 80),
        "{text}"
    );
}

#[test]
fn a_row_that_does_not_stand_never_shows_a_number_of_its_own() {
    let mut report = saved::quick();
    report.drivers[9].status = Status::Rejected;
    report.drivers[9].reason = Some("because".to_owned());
    // Its summary is still there, as in a doctored file.
    for format in [Format::Table, Format::Markdown, Format::Csv, Format::TwoWay] {
        let text = render(&report, format, &plain(140));
        let row = text.lines().find(|line| line.contains("mio")).unwrap();
        let digits = row.replace("2026-11-03T09:30:00Z", "");
        assert!(!digits.contains(|c: char| c.is_ascii_digit()), "{row}");
        assert!(row.contains("rejected"), "{row}");
    }
    summarise(&mut report);
    assert_eq!(report.drivers[9].summary, None);
}

/// `quick`, with a trap in the place of the fastest.
fn with_a_trap() -> Report {
    let mut report = saved::quick();
    let trap = &mut report.drivers[9];
    (trap.model, trap.client) = ("trap".to_owned(), "unfair".to_owned());
    "trap/unfair".clone_into(&mut trap.name);
    trap.flags = vec![Flag::from(
        "trap: takes what others may not (lesson 0)".to_owned(),
    )];
    summarise(&mut report);
    report
}

#[test]
fn a_trap_has_its_numbers_below_the_others_and_no_place_among_them() {
    let (report, text) = (with_a_trap(), table(&with_a_trap(), 80));
    assert!(!text.contains("1= trap/unfair"), "{text}");
    let mut rows = text.lines().skip_while(|line| !line.starts_with('─'));
    let last = rows.nth(10).unwrap();
    assert!(last.starts_with("–  trap/unfair"), "{text}");
    assert!(last.contains(" 203 "), "its wall time is there: {text}");
    assert!(text.contains("  trap: takes what others may not"), "{text}");
    let without = Report {
        drivers: report.drivers[..9].to_vec(),
        ..report.clone()
    };
    assert_eq!(sentences(&report), sentences(&without));
    let csv = render(&report, Format::Csv, &Style::default());
    let row = csv.lines().last().unwrap();
    assert!(row.starts_with("trap/unfair,trap,unfair,ok,,"), "{row}");
    assert!(row.contains("(lesson 0),,false,8,"), "{row}");
    let two_way = render(&report, Format::TwoWay, &plain(140));
    assert!(!two_way.contains("trap"), "{two_way}");
}

#[test]
fn traps_alone_say_what_to_run_beside_them() {
    let mut report = with_a_trap();
    report.drivers.drain(..9);
    let said = sentences(&report).join(" ");
    assert!(said.starts_with("Only traps have a valid result"), "{said}");
    assert!(!said.contains("fastest"), "{said}");
}

#[test]
fn colour_is_only_there_when_asked_for_and_changes_no_word() {
    for (name, make) in SAVED {
        let plain = table(&make(), 80);
        let bold = render(
            &make(),
            Format::Table,
            &Style {
                width: 80,
                colour: true,
            },
        );
        assert!(!plain.contains('\u{1b}'), "{name}");
        assert!(bold.contains("\u{1b}[1m"), "{name}");
        let stripped = bold.replace("\u{1b}[1m", "").replace("\u{1b}[22m", "");
        assert_eq!(stripped, plain, "{name}");
    }
}

#[test]
fn csv_lines_end_as_the_rfc_says_and_have_the_same_number_of_cells() {
    for (name, make) in SAVED {
        let text = render(&make(), Format::Csv, &Style::default());
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        assert_eq!(text.lines().count(), make().drivers.len() + 1, "{name}");
        for line in text.lines() {
            // Quotes come in pairs, so commas outside of them follow an even
            // number of quotes.
            let outside = |(at, _): &(usize, &str)| line[..*at].matches('"').count() % 2 == 0;
            assert_eq!(
                line.match_indices(',').filter(outside).count(),
                42,
                "{name}: {line}"
            );
        }
    }
}

#[test]
fn few_rounds_are_called_rough() {
    let said = |report: Report| sentences(&report).join(" ");
    assert!(said(saved::partial()).contains("2 rounds, so the interval is rough"));
    assert!(said(saved::alone()).contains("only 1 round, which has no interval"));
    assert!(said(saved::troubled()).contains("smol/hyper has only 2 rounds"));
    assert!(!said(saved::quick()).contains("rough"));
}

#[test]
fn a_partial_report_says_so_in_every_form_made_for_people() {
    for format in [Format::Table, Format::Markdown] {
        assert!(render(&saved::partial(), format, &plain(80)).contains("PARTIAL"));
    }
}

#[test]
fn a_scenario_without_delay_has_no_ideal_and_still_renders() {
    let mut report = saved::quick();
    report.ideal_wall_ns = 0;
    summarise(&mut report);
    assert!(table(&report, 80).contains("no ideal wall time"));
    let text = render(&report, Format::Json, &Style::default());
    assert!(Report::from_json(&text, "it").unwrap() == report);
}

#[test]
fn a_report_without_drivers_still_renders() {
    let mut report = saved::quick();
    report.drivers.clear();
    for format in FORMATS {
        assert!(render(&report, format, &Style::default()).ends_with('\n'));
    }
}

fn error(text: &str) -> String {
    Report::from_json(text, "old.json").unwrap_err().to_string()
}

#[test]
fn a_file_that_is_no_report_is_refused_with_what_why_and_what_next() {
    let whole = render(&saved::alone(), Format::Json, &Style::default());
    let cases = [
        (whole[..whole.len() / 2].to_owned(), "was cut short"),
        (String::new(), "was cut short"),
        ("wall,cpu\n1,2".to_owned(), "is not JSON"),
        ("[1, 2]".to_owned(), "says its form is nothing"),
        ("{\"a\": 1}".to_owned(), "says its form is nothing"),
        (
            whole.replace("report/1", "report/2"),
            "\"regatta.report/2\"",
        ),
        (whole.replace("\"seed\"", "\"sed\""), "unknown field `sed`"),
        (
            whole.replace("\"ok\"", "\"fine\""),
            "unknown variant `fine`",
        ),
    ];
    for (text, why) in cases {
        let error = error(&text);
        assert!(error.starts_with("old.json"), "{error}");
        assert!(error.contains(why), "{why} is not in: {error}");
        assert!(error.contains("report --format json > old.json"), "{error}");
    }
}

#[test]
fn a_missing_file_is_an_error_that_names_it() {
    let error = Report::read(Path::new("not/here.json"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("cannot read not/here.json"), "{error}");
}

#[test]
fn the_pages_look_as_they_did() {
    for (name, make) in SAVED {
        insta::assert_snapshot!(format!("{name}_table_80"), table(&make(), 80));
    }
    for (name, make) in &SAVED[..5] {
        insta::assert_snapshot!(format!("{name}_table_140"), table(&make(), 140));
    }
    for (name, make) in &SAVED[..4] {
        let shown = |format| render(&make(), format, &Style::default());
        insta::assert_snapshot!(format!("{name}_markdown"), shown(Format::Markdown));
        insta::assert_snapshot!(format!("{name}_csv"), shown(Format::Csv));
        insta::assert_snapshot!(format!("{name}_two_way"), shown(Format::TwoWay));
    }
    insta::assert_snapshot!(
        "alone_json",
        render(&saved::alone(), Format::Json, &Style::default())
    );
}
