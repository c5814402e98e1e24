//! Valid and invalid quantities, parsed and printed.

use proptest::prelude::*;

use super::*;

const UNITS: [Unit; 5] = [
    Unit::Seconds,
    Unit::Bytes,
    Unit::Count,
    Unit::Share,
    Unit::Ratio,
];

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs())
}

fn error(text: &str, unit: Unit) -> String {
    parse(text, unit).unwrap_err().to_string()
}

#[test]
fn quantities_are_read_as_students_write_them() {
    for (text, unit, value) in [
        ("60ms", Unit::Seconds, 0.06),
        (" 0.06 s ", Unit::Seconds, 0.06),
        ("5s", Unit::Seconds, 5.0),
        ("5 sec", Unit::Seconds, 5.0),
        ("1.5 s", Unit::Seconds, 1.5),
        ("1m 30s", Unit::Seconds, 90.0),
        ("2 min", Unit::Seconds, 120.0),
        ("400µs", Unit::Seconds, 0.0004),
        ("400μs", Unit::Seconds, 0.0004),
        ("400us", Unit::Seconds, 0.0004),
        ("60MS", Unit::Seconds, 0.06),
        ("1,500 ms", Unit::Seconds, 1.5),
        ("0s", Unit::Seconds, 0.0),
        ("12 MB", Unit::Bytes, 12e6),
        ("2 GB", Unit::Bytes, 2e9),
        ("2gb", Unit::Bytes, 2e9),
        ("1.5 MiB", Unit::Bytes, 1_572_864.0),
        ("15,360 B", Unit::Bytes, 15_360.0),
        ("1 byte", Unit::Bytes, 1.0),
        ("110", Unit::Count, 110.0),
        ("1,000", Unit::Count, 1000.0),
        ("1,234,567", Unit::Count, 1_234_567.0),
        ("2.5", Unit::Count, 2.5),
        ("0", Unit::Count, 0.0),
        ("30%", Unit::Share, 0.3),
        ("30 %", Unit::Share, 0.3),
        ("100%", Unit::Share, 1.0),
        ("180%", Unit::Share, 1.8),
        ("x49", Unit::Ratio, 49.0),
        ("49x", Unit::Ratio, 49.0),
        ("1.3×", Unit::Ratio, 1.3),
        ("× 1,000", Unit::Ratio, 1000.0),
        ("4", Unit::Ratio, 4.0),
    ] {
        let read = parse(text, unit).unwrap_or_else(|error| panic!("{error}"));
        assert!(close(read, value), "{text:?} is {read}, not {value}");
    }
}

#[test]
fn a_number_without_a_unit_is_an_error_that_shows_both_units() {
    assert_eq!(
        error("60", Unit::Seconds),
        "60 has no unit: write 60ms or 60s"
    );
    assert_eq!(error("0", Unit::Seconds), "0 has no unit: write 0ms or 0s");
    assert_eq!(
        error("1,024", Unit::Bytes),
        "1,024 has no unit: write 1,024kB or 1,024MB"
    );
    assert_eq!(error("30", Unit::Share), "30 has no unit: write 30%");
}

#[test]
fn an_invalid_quantity_is_an_error_with_the_text_and_an_example() {
    for (text, unit, says) in [
        (
            "soon",
            Unit::Seconds,
            "invalid time \"soon\": expected a time",
        ),
        ("5 MB", Unit::Seconds, "invalid time \"5 MB\""),
        ("5 parsecs", Unit::Seconds, "invalid time"),
        ("12 bits", Unit::Bytes, "invalid size \"12 bits\""),
        ("5s", Unit::Count, "invalid number \"5s\""),
        ("1.2.3", Unit::Count, "invalid number"),
        (".", Unit::Count, "invalid number"),
        ("1e9", Unit::Count, "invalid number"),
        ("NaN", Unit::Count, "invalid number \"NaN\""),
        ("inf", Unit::Ratio, "invalid ratio \"inf\""),
        ("infinity", Unit::Count, "invalid number"),
        ("%", Unit::Share, "invalid share \"%\""),
        ("x", Unit::Ratio, "invalid ratio \"x\""),
        ("x4x", Unit::Ratio, "invalid ratio"),
        ("-5s", Unit::Seconds, "\"-5s\" is below zero"),
        ("−5", Unit::Count, "is below zero"),
        ("0,5 s", Unit::Seconds, "invalid comma in \"0,5 s\""),
        ("1,5", Unit::Ratio, "a comma separates thousands"),
        ("1,0000", Unit::Count, "a comma separates thousands"),
        ("1234,567", Unit::Count, "a comma separates thousands"),
        ("10 years", Unit::Seconds, "too large, the maximum is 100 h"),
        ("5000 TB", Unit::Bytes, "too large, the maximum is 1,000 TB"),
        ("10001%", Unit::Share, "too large, the maximum is 10,000 %"),
        ("9999999999999999999999", Unit::Count, "too large"),
    ] {
        let error = error(text, unit);
        assert!(error.contains(says), "{error}");
        assert!(error.contains(&ExpectedInput(unit).to_string()), "{error}");
    }
    for unit in UNITS {
        let says = format!("empty input: expected {}", ExpectedInput(unit));
        assert_eq!(error("  ", unit), says);
    }
}

#[test]
fn every_example_of_an_error_can_be_typed() {
    for unit in UNITS {
        let says = ExpectedInput(unit).to_string();
        let examples = says.split("for example ").nth(1).unwrap();
        for example in examples.split(" or ") {
            assert!(parse(example, unit).is_ok(), "{example}");
        }
        for example in unit.with_units("60").split(" or ") {
            assert!(parse(example, unit).is_ok(), "{example}");
        }
    }
}

#[test]
fn quantities_are_printed_in_three_digits_and_a_suitable_unit() {
    for (value, unit, text) in [
        (0.06, Unit::Seconds, "60 ms"),
        (5.0712, Unit::Seconds, "5.07 s"),
        (0.999_96, Unit::Seconds, "1 s"),
        (0.001, Unit::Seconds, "1 ms"),
        (0.000_999, Unit::Seconds, "999 µs"),
        (1e-9, Unit::Seconds, "1 ns"),
        (0.0, Unit::Seconds, "0 s"),
        (90.0, Unit::Seconds, "90 s"),
        (120.0, Unit::Seconds, "2 min"),
        (7_200.0, Unit::Seconds, "2 h"),
        (12.4e6, Unit::Bytes, "12.4 MB"),
        (15_360.0, Unit::Bytes, "15.4 kB"),
        (2e9, Unit::Bytes, "2 GB"),
        (0.0, Unit::Bytes, "0 B"),
        (999.0, Unit::Bytes, "999 B"),
        (1000.0, Unit::Count, "1,000"),
        (1_234_567.0, Unit::Count, "1,234,567"),
        (2.5, Unit::Count, "2.5"),
        (0.3, Unit::Share, "30 %"),
        (0.0012, Unit::Share, "0.12 %"),
        (49.0, Unit::Ratio, "49×"),
        (1.3, Unit::Ratio, "1.3×"),
    ] {
        assert_eq!(unit.print(value, false), text);
    }
    assert_eq!(Unit::Ratio.print(49.0, true), "49x");
    assert_eq!(Unit::Seconds.print(4e-4, true), "400 us");
}

proptest! {
    /// Three digits survive, from ten times the smallest value on.
    #[test]
    fn what_is_printed_can_be_typed(exponent in 1.0..6.0_f64, ascii: bool) {
        for unit in UNITS {
            let value = (unit.least() * 10_f64.powf(exponent)).min(unit.most());
            let printed = unit.print(value, ascii);
            let read = parse(&printed, unit).unwrap();
            prop_assert!((read / value - 1.0).abs() <= 0.005, "{value} as {printed} is {read}");
        }
    }

    #[test]
    fn any_text_is_a_finite_number_or_an_error(text in "\\PC{0,12}") {
        for unit in UNITS {
            if let Ok(value) = parse(&text, unit) {
                prop_assert!(value.is_finite() && value >= 0.0);
            }
        }
    }
}
