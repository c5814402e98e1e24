//! The benches are not run here, for they take minutes: `.ci/run` starts each
//! of them in criterion's test mode. What is held here is what would go wrong
//! unseen: a file that is no bench, a sum that is in the wrong units.

#[path = "../benches/support/bytes.rs"]
mod bytes;
#[path = "../benches/support/time.rs"]
mod time;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use bytes::Bytes;
use criterion::Throughput;
use criterion::measurement::{Measurement, ValueFormatter};
use time::Time;

const TIME: Time = Time {
    units: ["ns", "µs", "ms", "s"],
    rate: "pages/s",
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_bench_is_registered_without_the_built_in_harness() {
    let files = fs::read_dir(root().join("benches")).unwrap();
    let files = files.filter_map(|entry| {
        let path = entry.unwrap().path();
        let is_bench = path.extension().is_some_and(|extension| extension == "rs");
        is_bench.then(|| path.file_stem().unwrap().to_str().unwrap().to_owned())
    });
    assert_eq!(files.collect::<BTreeSet<_>>(), registered());
}

/// The benches of `Cargo.toml` that bring a harness of their own.
fn registered() -> BTreeSet<String> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let benches = manifest["bench"].as_array().unwrap().iter();
    let ours = benches.filter(|bench| bench["harness"].as_bool() == Some(false));
    ours.map(|bench| bench["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_methodology_names_every_bench() {
    let text = fs::read_to_string(root().join("docs/METHODOLOGY.md")).unwrap();
    for bench in registered() {
        assert!(text.contains(&format!("| `{bench}` |")), "{bench}");
    }
}

#[test]
fn a_time_is_printed_in_the_unit_that_fits_it() {
    for (nanoseconds, printed) in [
        (312.0, "312.00 ns"),
        (4_200.0, "4.2000 µs"),
        (41_500_000.0, "41.500 ms"),
        (1_250_000_000.0, "1.2500 s"),
    ] {
        assert_eq!(TIME.format_value(nanoseconds), printed);
    }
}

#[test]
fn a_rate_is_pages_in_a_second_of_that_time() {
    let pages = Throughput::Elements(40);
    let forty_ms = 40e6;
    let mut both = [forty_ms, 2.0 * forty_ms];
    let unit = TIME.scale_throughputs(forty_ms, &pages, &mut both);
    assert_eq!((both, unit), ([1000.0, 500.0], "pages/s"));
}

#[test]
fn memory_is_printed_in_powers_of_two() {
    for (bytes, printed) in [
        (512.0, "512.00 bytes"),
        (4096.0, "4.0000 KiB"),
        (9_437_184.0, "9.0000 MiB"),
        (1_610_612_736.0, "1.5000 GiB"),
    ] {
        assert_eq!(Bytes::default().format_value(bytes), printed);
    }
}

/// Criterion 0.8.2 panics at the second run of a benchmark whose samples are
/// all equal.
#[test]
fn samples_of_equal_memory_differ_by_less_than_a_page() {
    let bytes = Bytes::default();
    let samples: Vec<f64> = (0..10).map(|_| bytes.to_f64(&9_437_184)).collect();
    let most = samples.iter().copied().fold(0.0, f64::max);
    assert!(samples.iter().any(|sample| *sample < most), "{samples:?}");
    assert!(most - 9_437_184.0 < 4096.0, "{samples:?}");
}

#[test]
fn values_add_up_over_the_runs_of_a_sample() {
    let ms = std::time::Duration::from_millis;
    assert_eq!(TIME.add(&ms(40), &TIME.add(&ms(2), &TIME.zero())), ms(42));
    let bytes = Bytes::default();
    assert_eq!(bytes.add(&4096, &bytes.add(&1, &bytes.zero())), 4097);
}
