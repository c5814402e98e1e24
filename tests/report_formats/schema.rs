//! The saved form compared with its schema and its document.

use super::*;
use regatta::measure::sample::Outside;

fn schema() -> jsonschema::Validator {
    let text = std::fs::read_to_string("docs/report.schema.json").unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    jsonschema::validator_for(&schema).unwrap()
}

fn value(report: &Report) -> Value {
    serde_json::to_value(report).unwrap()
}

/// A report in which everything that may be absent is there.
fn with_everything() -> Report {
    let mut report = saved::troubled();
    let run = &mut report.drivers[4].samples[1];
    run.sample.first_error = Some("/page/17: connection reset".to_owned());
    run.ledger.request_head = Some("GET /page/0 HTTP/1.1\r\n\r\n".to_owned());
    run.ledger.first_missed = vec![3];
    run.ledger.first_repeated = vec![17];
    run.ledger.faults = [("slow".to_owned(), 9)].into();
    run.ledger.queued = 60;
    run.ledger.queue_wait_mean_ns = 60_834_119;
    run.ledger.rejected = 4;
    run.ledger.rate_limited = 2;
    run.ledger.ahead_max_ns = Some(3_500_000);
    run.ledger.refused_requests = 1;
    run.ledger.window = Some(7);
    run.ledger.head_requests = 1;
    run.ledger.pages_sent = Some(200);
    run.ledger.due_span_ns = Some(203_000_000);
    run.ledger.first_read_at_ns = Some(81_231_758_233);
    run.ledger.delay_min_ns = Some(20_000_000);
    run.ledger.delay_max_ns = Some(20_000_000);
    run.outside = Some(Outside {
        wall_ns: 208_000_000,
        told_at_ns: 81_230_000_000,
        fresh: true,
        cores: 2,
        cpu_ns: Some(13_500_000),
        idle_cpu_ns: Some(0),
        peak_rss_bytes: Some(10_000_000),
        child_processes: 1,
        child_rss_bytes: 1_000_000,
        window: Some(7),
    });
    run.ledger.scenario_fingerprint = Some("5e0c0b1f8f0c9a11".to_owned());
    run.sample.retries = 12;
    run.sample.timeouts = 3;
    run.sample.given_up = 2;
    run.sample.stop_ns = Some(4_000_000);
    run.sample.loop_lag = Some(LoopLag {
        ticks: 20,
        p99_ns: 1_500_000,
        max_ns: 1_700_000,
    });
    run.sample.stored = Some(200);
    run.sample.store_full_ns = Some(0);
    run.sample.first_lost = vec![17];
    report.ideal_bound = Bound::Slots;
    with_every_term(&mut report.workload);
    report
}

#[test]
fn all_that_the_schema_knows_is_in_the_report_with_everything() {
    let text = std::fs::read_to_string("docs/report.schema.json").unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let everything = value(&with_everything());
    for (of, at) in [
        ("", ""),
        ("/$defs/workload", "/workload"),
        ("/$defs/run", "/drivers/4/samples/1"),
        ("/$defs/loop_lag", "/drivers/4/samples/1/loop_lag"),
    ] {
        let known = schema.pointer(&format!("{of}/properties")).unwrap();
        let there = everything.pointer(at).unwrap();
        for field in known.as_object().unwrap().keys() {
            assert!(there.get(field).is_some(), "{of}: {field}");
        }
    }
}

#[test]
fn the_schema_describes_every_saved_report_and_one_with_everything() {
    let schema = schema();
    for (name, _) in SAVED {
        let text = std::fs::read_to_string(file(name)).unwrap();
        let saved = serde_json::from_str(&text).unwrap();
        let errors: Vec<_> = schema
            .iter_errors(&saved)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
    let everything = value(&with_everything());
    let errors: Vec<_> = schema
        .iter_errors(&everything)
        .map(|e| e.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
}

/// A change that makes a report wrong: what it is, the object, the field, and
/// what it is set to (`None` takes it away).
type Doctored = (&'static str, &'static str, &'static str, Option<Value>);

#[test]
fn the_schema_refuses_doctored_reports() {
    let schema = schema();
    let (driver, run) = ("/drivers/0", "/drivers/0/samples/0");
    let doctored: [Doctored; 9] = [
        ("a field is missing", "", "seed", None),
        ("a run lacks its wall time", run, "wall_ns", None),
        ("a text for a number", "", "rounds", Some("8".into())),
        ("a number below zero", run, "pages", Some((-1).into())),
        (
            "a status that is none",
            driver,
            "status",
            Some("fine".into()),
        ),
        (
            "another version",
            "",
            "schema",
            Some("regatta.report/2".into()),
        ),
        ("a field too many", "/host", "owner", Some("me".into())),
        ("a field too many in a run", run, "x", Some(1.into())),
        (
            "a failed row without a reason",
            driver,
            "status",
            Some("failed".into()),
        ),
    ];
    for (what, at, field, new) in doctored {
        let mut report = value(&saved::quick());
        assert!(schema.is_valid(&report));
        let object = report
            .pointer_mut(at)
            .and_then(Value::as_object_mut)
            .unwrap();
        match new {
            Some(new) => drop(object.insert(field.to_owned(), new)),
            None => drop(object.remove(field).expect("the field is there")),
        }
        assert!(
            !schema.is_valid(&report),
            "{what}, and the schema says nothing"
        );
    }
}

#[test]
fn every_field_is_in_the_document() {
    let text = std::fs::read_to_string("docs/FORMAT.md").unwrap();
    let mut fields = Vec::new();
    names(&value(&with_everything()), &mut fields);
    for field in fields {
        // The keys of `versions` are names of crates, and those of `faults`
        // are kinds, not fields.
        let known = text.contains(&format!("`{field}`"));
        assert!(
            known || ["hyper", "rustc", "tokio", "slow"].contains(&field.as_str()),
            "{field}"
        );
    }
}

fn names(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (name, inner) in object {
                into.push(name.clone());
                names(inner, into);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, into)),
        _ => (),
    }
}
