//! Latencies: how they are written, and what is drawn from them.

use std::collections::BTreeMap;

use super::*;

fn latency(text: &str) -> Latency {
    text.parse().expect(text)
}

fn error(text: &str) -> String {
    text.parse::<Latency>().expect_err(text).to_string()
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[test]
fn what_is_displayed_reads_back_as_the_same_latency() {
    for text in [
        "0ms",
        "20ms",
        "1s500ms",
        "250us",
        "1m",
        "uniform:10ms:30ms",
        "lognormal:20ms:0.5",
        "20ms*99,200ms",
        "0ms*3,1s,2ms*7",
    ] {
        assert_eq!(latency(text).to_string(), text);
    }
    assert_eq!(latency("0"), Latency::ZERO);
    assert_eq!(latency(" 1s 500ms ").to_string(), "1s500ms");
    assert_eq!(latency("20ms*1,200ms*1").to_string(), "20ms,200ms");
}

#[test]
fn json_holds_the_text() {
    let json = serde_json::to_string(&latency("20ms*99,200ms")).unwrap();
    assert_eq!(json, "\"20ms*99,200ms\"");
    assert_eq!(
        serde_json::from_str::<Latency>(&json).unwrap(),
        latency("20ms*99,200ms")
    );
    let error = serde_json::from_str::<Latency>("\"20\"")
        .unwrap_err()
        .to_string();
    assert!(error.contains("example 20ms"), "{error}");
}

#[test]
fn errors_say_what_is_wrong_and_what_to_type() {
    for (text, says) in [
        ("", "example 20ms"),
        ("fast", "invalid delay \"fast\": expected"),
        (
            "20",
            "invalid delay \"20\": expected a unit, for example 20ms",
        ),
        ("-5ms", "invalid delay \"-5ms\""),
        ("61s", "expected at most 60s"),
        ("20ms*9,2h", "invalid delay \"2h\": expected at most"),
        ("uniform:10ms", "example uniform:10ms:30ms"),
        ("uniform:30ms:10ms", "example uniform:10ms:30ms"),
        ("lognormal:20ms", "example lognormal:20ms:0.5"),
        (
            "lognormal:20ms:NaN",
            "invalid sigma \"NaN\": expected 0 to 3",
        ),
        ("lognormal:20ms:-1", "invalid sigma"),
        ("20ms*0,200ms", "example 20ms*99"),
        ("20ms*1.5,200ms", "invalid weight \"1.5\""),
        ("20ms*99999,200ms", "add up to more than 10000"),
        (
            "20ms*18446744073709551615,1s*2",
            "add up to more than 10000",
        ),
        ("20ms,", "invalid delay \"\""),
    ] {
        assert!(error(text).contains(says), "{text}: {}", error(text));
    }
}

#[test]
fn a_latency_that_never_varies_is_fixed() {
    for text in [
        "20ms",
        "uniform:20ms:20ms",
        "lognormal:20ms:0",
        "20ms*3,20ms",
    ] {
        assert_eq!(latency(text).fixed(), Some(ms(20)), "{text}");
        assert_eq!(latency(text).delay(1, 2, 3), ms(20), "{text}");
    }
    assert_eq!(latency("uniform:1ms:2ms").fixed(), None);
    assert!(latency("0").is_zero() && latency("uniform:0:0").is_zero());
    assert!(!latency("20ms").is_zero() && !latency("0,1ms").is_zero());
}

#[test]
fn a_delay_depends_on_seed_page_and_attempt_and_on_nothing_else() {
    let latency = latency("uniform:0ms:60s");
    assert_eq!(latency.delay(1, 2, 3), latency.clone().delay(1, 2, 3));
    for other in [(2, 2, 3), (1, 3, 3), (1, 2, 4)] {
        assert_ne!(
            latency.delay(1, 2, 3),
            latency.delay(other.0, other.1, other.2)
        );
    }
}

#[test]
fn all_delays_at_once_are_the_delays_one_by_one() {
    for text in [
        "20ms",
        "uniform:10ms:30ms",
        "lognormal:20ms:0.5",
        "20ms*9,200ms",
    ] {
        let latency = latency(text);
        let one_by_one: Vec<_> = (0..37).map(|page| latency.delay(7, page, 0)).collect();
        assert_eq!(latency.delays(7, 37), one_by_one, "{text}");
    }
}

/// If this fails after an update of a crate, the scenario itself has changed:
/// every saved baseline was measured on another one. Pin the old crate.
#[test]
fn the_scenario_of_a_seed_never_changes() {
    let micros = |text: &str| -> Vec<u128> {
        latency(text)
            .delays(42, 4)
            .iter()
            .map(Duration::as_micros)
            .collect()
    };
    assert_eq!(
        ["uniform:10ms:30ms", "lognormal:20ms:0.5", "1ms,2ms,3ms,4ms"].map(micros),
        [
            [16_965, 20_487, 19_967, 20_816],
            [15_957, 20_759, 19_950, 20_601],
            [2_000, 4_000, 1_000, 3_000]
        ]
    );
}

#[test]
fn every_block_of_a_weighted_list_holds_each_entry_exactly_its_weight_times() {
    let latency = latency("20ms*97,200ms*2,1s");
    for seed in 0..20 {
        let delays = latency.delays(seed, 500);
        for block in delays.chunks(100) {
            let mut counts = BTreeMap::new();
            for delay in block {
                *counts.entry(*delay).or_insert(0) += 1;
            }
            assert_eq!(
                counts,
                BTreeMap::from([(ms(20), 97), (ms(200), 2), (ms(1000), 1)])
            );
        }
    }
}

#[test]
fn the_slow_pages_of_a_weighted_list_are_spread_over_all_places() {
    let latency = latency("0ms*9,1ms");
    let mut slow_at = [0_u32; 10];
    for (page, delay) in latency.delays(3, 10_000).into_iter().enumerate() {
        slow_at[page % 10] += u32::from(!delay.is_zero());
    }
    // 100 expected in each place, standard deviation 9.5.
    assert!(
        slow_at.iter().all(|&count| (55..=145).contains(&count)),
        "{slow_at:?}"
    );
}

#[test]
fn uniform_delays_fill_their_range_evenly() {
    let mut delays = latency("uniform:10ms:30ms").delays(1, 10_000);
    delays.sort();
    assert!(delays[0] >= ms(10) && delays[9_999] <= ms(30));
    for (place, expected) in [(1_000, 12.0), (5_000, 20.0), (9_000, 28.0)] {
        let seen = delays[place].as_secs_f64() * 1e3;
        assert!((seen - expected).abs() < 0.6, "{place}: {seen} ms");
    }
}

#[test]
fn lognormal_delays_have_the_median_and_the_tail_that_were_asked_for() {
    let mut delays = latency("lognormal:20ms:0.5").delays(1, 10_000);
    delays.sort();
    // Quantiles of exp(sigma z): z is 0 at the median and 1.2816 at 90 %.
    for (place, expected) in [(5_000, 20.0), (9_000, 20.0 * (0.5_f64 * 1.2816).exp())] {
        let seen = delays[place].as_secs_f64() * 1e3;
        assert!((seen / expected - 1.0).abs() < 0.04, "{place}: {seen} ms");
    }
    let longest = latency("lognormal:60s:3").delays(1, 100);
    assert!(longest.iter().all(|delay| *delay <= LONGEST_DELAY));
}
