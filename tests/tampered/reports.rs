//! `report --from`.

use regatta::harness::recheck::recheck;
use regatta::report::{Format, Report, Style, render};
use serde_json::{Value, json as literal};

use crate::support::{Rng, json, places, tries};

const HONEST: [&str; 5] = ["quick", "troubled", "partial", "nothing", "alone"];

fn saved(name: &str) -> Value {
    json(&format!("tests/saved/{name}.json"))
}

fn report(value: &Value) -> Result<Report, String> {
    Report::from_json(&value.to_string(), "it").map_err(|error| error.to_string())
}

/// What is said of the edited file, a sentence a line.
fn said(value: &Value) -> String {
    report(value).map_or_else(|error| error, |report| recheck(&report).join("\n"))
}

/// The row of `mio/raw` in quick.json.
const MIO: &str = "/drivers/9";

/// `quick` with one value replaced.
fn edited(place: &str, value: Value) -> Value {
    let mut report = saved("quick");
    let (parent, key) = place.rsplit_once('/').unwrap();
    let parent = report.pointer_mut(&format!("{MIO}{parent}")).unwrap();
    parent[key] = value;
    report
}

fn scaled(value: &Value, factor: f64) -> Value {
    let scaled = value.as_f64().unwrap() * factor;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let whole = scaled as u64;
    if value.is_u64() {
        whole.into()
    } else {
        scaled.into()
    }
}

#[test]
fn an_honest_report_follows_from_its_samples() {
    for name in HONEST {
        assert_eq!(said(&saved(name)), "", "{name}");
    }
}

#[test]
fn an_edited_summary_is_refused_by_driver_and_figure() {
    for (place, value, figure) in [
        (
            "/summary/wall_ns/median",
            literal!(67_700_000.0),
            "summary.wall_ns.median is 67700000.0, and its samples give 202958702.0",
        ),
        (
            "/summary/wall_ns/low",
            literal!(900_000_000.0),
            "summary.wall_ns.low",
        ),
        (
            "/summary/rank",
            literal!(2),
            "summary.rank is 2, and its samples give 1",
        ),
        ("/summary/tied", literal!(false), "summary.tied"),
        (
            "/summary/rounds",
            literal!(9),
            "summary.rounds is 9, and its samples give 8",
        ),
        (
            "/summary/cpu_ns_per_page/median",
            literal!(5.0),
            "summary.cpu_ns_per_page.median",
        ),
        (
            "/summary/times_ideal",
            literal!(0.33),
            "summary.times_ideal",
        ),
        (
            "/summary/page_p99_ns/median",
            literal!(0.0),
            "summary.page_p99_ns.median",
        ),
        (
            "/summary/peak_rss_bytes/median",
            literal!(1.0),
            "summary.peak_rss_bytes.median",
        ),
        (
            "/summary/server_share",
            Value::Null,
            "summary.server_share is missing",
        ),
        (
            "/samples",
            literal!([]),
            "summary is given, and its samples give none",
        ),
        (
            "/status",
            literal!("refused"),
            "summary is given, and its samples give none",
        ),
    ] {
        let said = said(&edited(place, value));
        assert!(
            said.contains("mio/raw: ") && said.contains(figure),
            "{place}: {said}"
        );
    }
}

#[test]
fn edited_samples_are_verified_again() {
    let mut faster = saved("quick");
    for run in faster
        .pointer_mut(&format!("{MIO}/samples"))
        .unwrap()
        .as_array_mut()
        .unwrap()
    {
        run["wall_ns"] = scaled(&run["wall_ns"], 1.0 / 3.0);
    }
    // With a summary that follows: what is below the ideal is a lie anyway.
    let mut again = report(&faster).unwrap();
    regatta::report::summarise(&mut again);
    let said_of = recheck(&again).join("\n");
    assert!(
        said_of.contains("mio/raw in round 1: says it took 67.9 ms, below the ideal of 200.0 ms"),
        "{said_of}"
    );
    for (place, value, reason) in [
        (
            "/samples/1/refused",
            literal!("it lies"),
            "mio/raw is ok, and its run in round 2 was rejected",
        ),
        (
            "/samples/1/errors",
            literal!(200),
            "mio/raw in round 2: 200 pages failed",
        ),
        (
            "/samples/1/requests",
            literal!(201),
            "mio/raw in round 2: sent 201 requests for 200 pages",
        ),
        (
            "/samples/1/digest",
            literal!("0000000000000000"),
            "mio/raw in round 2: the digest",
        ),
        (
            "/samples/1/round",
            literal!(3),
            "mio/raw has a sample of round 3 in the place of round 2",
        ),
        (
            "/samples/1/wall_ns",
            literal!(u64::MAX),
            "samples[1].wall_ns is larger than any measured figure",
        ),
        (
            "/samples/1/in_flight_mean",
            literal!(1e300),
            "samples[1].in_flight_mean is larger",
        ),
        (
            "/samples/1/server_threads",
            literal!(20_000),
            "its server_threads is 20000",
        ),
        (
            "/samples/1/pages",
            literal!(300),
            "mio/raw visited 300 pages in round 2",
        ),
    ] {
        let said = said(&edited(place, value));
        assert!(said.contains(reason), "{place}: {said}");
    }
}

#[test]
fn rows_flags_and_the_scenario_are_those_of_the_samples() {
    let mut twice = saved("quick");
    let row = twice.pointer(MIO).unwrap().clone();
    twice["drivers"].as_array_mut().unwrap().push(row);
    assert!(said(&twice).contains("mio/raw has more than one row"));
    for (place, value, reason) in [
        (
            "/name",
            literal!("mio/fast"),
            "mio/fast is said to be mio/raw",
        ),
        ("/model", literal!("trap"), "mio/raw is said to be trap/raw"),
        (
            "/reason",
            literal!("none"),
            "mio/raw is ok, and yet has a reason not to be",
        ),
        (
            "/flags",
            literal!(["noisy: other programs used 40 % of the cores"]),
            "which its samples do not give",
        ),
        (
            "/flags",
            literal!(["verified by its author"]),
            "which its samples do not give",
        ),
    ] {
        let said = said(&edited(place, value));
        assert!(said.contains(reason), "{place}: {said}");
    }
    let mut unknown = edited("/name", literal!("mine/best"));
    unknown["drivers"][9]["model"] = literal!("mine");
    unknown["drivers"][9]["client"] = literal!("best");
    assert!(said(&unknown).contains("there is no driver mine/best"));
    for (key, value, reason) in [
        ("ideal_wall_ns", literal!(60_000_000), "summary.times_ideal"),
        (
            "rounds",
            literal!(20),
            "it has 20 rounds, and its samples have 8",
        ),
        ("ideal_bound", literal!("slots"), "ideal_bound is Slots"),
    ] {
        let mut report = saved("quick");
        report[key] = value;
        let said = said(&report);
        assert!(said.contains(reason), "{key}: {said}");
    }
    let mut easier = saved("quick");
    easier["workload"]["latency"] = literal!("2ms");
    assert!(
        said(&easier).contains("ideal_wall_ns is 200000000, and workload and seed give 20000000")
    );
}

#[test]
fn a_report_may_end_with_a_round_that_no_driver_survived() {
    let mut report = saved("quick");
    let mut row = report.pointer(MIO).unwrap().clone();
    row["status"] = literal!("failed");
    row["reason"] = literal!("its worker crashed (after 7 good runs)");
    row.as_object_mut().unwrap().remove("summary");
    row["samples"].as_array_mut().unwrap().pop();
    report["drivers"] = literal!([row]);
    assert_eq!(said(&report), "");
    report["rounds"] = literal!(9);
    let said = said(&report);
    assert!(
        said.contains("it has 9 rounds, and its samples have 7"),
        "{said}"
    );
}

/// One value of `report` changed at random.
fn mutate(report: &mut Value, rng: &mut Rng) -> String {
    let all = places(report, |_| true);
    let place = all[rng.below(all.len())].clone();
    let other = all[rng.below(all.len())].clone();
    let donor = report.pointer(&other).unwrap().clone();
    let value = report.pointer_mut(&place).unwrap();
    let factors = [0.0, 1.0 / 3.0, 0.9, 1.1, 3.0, 1e9, -1.0];
    match (rng.below(4), &*value) {
        (0 | 1, Value::Number(_)) => {
            *value = scaled(value, factors[rng.below(factors.len())]);
        }
        (2, _) => *value = donor,
        (3, Value::Number(_)) => {
            *value = [
                literal!(u64::MAX),
                literal!(-1),
                literal!(1e308),
                Value::Null,
            ][rng.below(4)]
            .clone();
        }
        (_, Value::Object(_)) => {
            let fields = value.as_object_mut().unwrap();
            let keys: Vec<String> = fields.keys().cloned().collect();
            if let Some(key) = keys.get(rng.below(keys.len())) {
                fields.remove(key);
            }
        }
        (_, Value::Array(_)) => {
            let items = value.as_array_mut().unwrap();
            if !items.is_empty() {
                let index = rng.below(items.len());
                items.swap_remove(index);
            }
        }
        (_, Value::Bool(is)) => *value = (!is).into(),
        _ => *value = Value::Null,
    }
    format!("{place} (with {other})")
}

/// What is shown has a summary that follows, and no wall below the ideal.
fn shown_is_true(report: &Report, what: &str) {
    let mut again = report.clone();
    regatta::report::summarise(&mut again);
    for (shown, made) in report.drivers.iter().zip(&again.drivers) {
        let close = match (&shown.summary, &made.summary) {
            (Some(shown), Some(made)) => {
                (shown.wall_ns.median / made.wall_ns.median - 1.0).abs() < 1e-6
                    && shown.rank == made.rank
                    && shown.wall_ns.low <= shown.wall_ns.median
            }
            (shown, made) => shown.is_none() && made.is_none(),
        };
        assert!(close, "{what}: {}", shown.name);
    }
    for (row, summary) in report.standing() {
        let ideal = report.ideal_wall_ns as f64;
        assert!(summary.wall_ns.median >= ideal, "{what}: {}", row.name);
    }
    for format in [
        Format::Table,
        Format::Markdown,
        Format::Csv,
        Format::Json,
        Format::TwoWay,
    ] {
        let _ = render(report, format, &Style::default());
    }
}

#[test]
fn no_mutated_report_shows_what_its_samples_do_not_give() {
    let originals = HONEST.map(saved);
    let mut rng = Rng::new();
    let (mut shown, tries) = (0, tries(600));
    for _ in 0..tries {
        let mut report = originals[rng.below(HONEST.len())].clone();
        let mut what = mutate(&mut report, &mut rng);
        if rng.below(3) == 0 {
            what += &mutate(&mut report, &mut rng);
        }
        let Ok(read) = self::report(&report) else {
            continue;
        };
        if recheck(&read).is_empty() {
            shown += 1;
            shown_is_true(&read, &what);
        }
    }
    assert!(shown < tries * 2 / 3, "{shown} of {tries} were shown");
}
