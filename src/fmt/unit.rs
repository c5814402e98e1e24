//! Times and sizes with the unit that suits them.

use std::time::Duration;

use super::number::significant;

/// A time in nanoseconds, however it is kept.
pub trait Nanoseconds {
    /// The time in nanoseconds.
    fn ns(self) -> f64;
}

impl Nanoseconds for f64 {
    fn ns(self) -> f64 {
        self
    }
}

impl Nanoseconds for u64 {
    fn ns(self) -> f64 {
        self as f64
    }
}

impl Nanoseconds for Duration {
    fn ns(self) -> f64 {
        self.as_secs_f64() * 1e9
    }
}

/// Milliseconds.
pub fn ms(time: impl Nanoseconds) -> f64 {
    time.ns() / 1e6
}

/// Microseconds.
pub fn us(time: impl Nanoseconds) -> f64 {
    time.ns() / 1e3
}

/// Megabytes of a million bytes each.
#[must_use]
pub fn mb(bytes: f64) -> f64 {
    bytes / 1e6
}

/// A unit: its name, its size, and the least that is printed in it.
type Unit = (&'static str, f64, f64);

/// 90 s are easier to compare with 5 s than 1.5 min, so from minutes on a unit
/// takes over at two.
const TIMES: [Unit; 6] = [
    ("ns", 1.0, 0.0),
    ("µs", 1e3, 1e3),
    ("ms", 1e6, 1e6),
    ("s", 1e9, 1e9),
    ("min", 60e9, 120e9),
    ("h", 3_600e9, 7_200e9),
];

const SIZES: [Unit; 5] = [
    ("B", 1.0, 0.0),
    ("kB", 1e3, 1e3),
    ("MB", 1e6, 1e6),
    ("GB", 1e9, 1e9),
    ("TB", 1e12, 1e12),
];

/// A time to three significant digits: `520 ms`, `5.07 s`. Nothing is `0 s`.
pub fn duration(time: impl Nanoseconds) -> String {
    let ns = time.ns();
    if ns == 0.0 {
        return "0 s".to_owned();
    }
    scaled(ns, &TIMES)
}

/// A time in milliseconds beside a table that has milliseconds: `1,023 ms`.
pub fn in_ms(time: impl Nanoseconds) -> String {
    format!("{} ms", significant(ms(time), 3))
}

/// A number of bytes to three significant digits: `12.4 MB`.
#[must_use]
pub fn size(bytes: f64) -> String {
    scaled(bytes, &SIZES)
}

fn scaled(value: f64, units: &[Unit]) -> String {
    // 999.9 ms is a second, once it is rounded.
    let rounded: f64 = format!("{value:.2e}").parse().unwrap_or(value);
    let fills = |(_, _, least): &&Unit| rounded >= *least;
    let (name, size, _) = units.iter().rev().find(fills).unwrap_or(&units[0]);
    format!("{} {name}", significant(rounded / size, 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_three_digits_and_the_unit_that_suits_it() {
        for (ns, text) in [
            (0, "0 s"),
            (1, "1 ns"),
            (50_000, "50 µs"),
            (999_960, "1 ms"),
            (1_234_567, "1.23 ms"),
            (63_960_000, "64 ms"),
            (520_400_000, "520 ms"),
            (999_500_000, "1 s"),
            (5_070_000_000, "5.07 s"),
            (90_000_000_000, "90 s"),
            (119_900_000_000, "2 min"),
            (7_200_000_000_000, "2 h"),
        ] {
            assert_eq!(duration(ns), text);
        }
    }

    #[test]
    fn a_time_is_the_same_however_it_is_kept() {
        let all = [
            duration(20_000_000_u64),
            duration(2e7),
            duration(Duration::from_millis(20)),
        ];
        assert_eq!(all, ["20 ms", "20 ms", "20 ms"]);
        assert!((ms(20_000_000_u64) - 20.0).abs() < f64::EPSILON);
    }

    #[test]
    fn beside_a_table_the_unit_stays() {
        assert_eq!(in_ms(1_023_400_000_u64), "1,023 ms");
        assert_eq!(in_ms(203.4e6), "203 ms");
    }

    #[test]
    fn less_than_a_nanosecond_is_no_larger_unit() {
        assert_eq!(duration(0.4), "0.4 ns");
    }

    #[test]
    fn sizes_are_decimal() {
        assert_eq!(size(0.0), "0 B");
        assert_eq!(size(15_360.0), "15.4 kB");
        assert_eq!(size(12_400_000.0), "12.4 MB");
        assert_eq!(size(999_999.0), "1 MB");
    }
}
