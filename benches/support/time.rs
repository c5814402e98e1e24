//! Time as a worker took it of itself: wall time, or CPU time.

use std::convert::Infallible;
use std::time::Duration;

use criterion::Throughput;
use criterion::measurement::{Measurement, ValueFormatter};

/// One kind of time, by the names of its units.
pub(crate) struct Time {
    /// For nanoseconds, microseconds, milliseconds and seconds.
    pub(crate) units: [&'static str; 4],
    /// For pages in a second of it.
    pub(crate) rate: &'static str,
}

impl Measurement for Time {
    type Intermediate = Infallible;
    type Value = Duration;

    fn start(&self) -> Infallible {
        unreachable!("the worker measures: benches use `iter_custom`")
    }

    fn end(&self, never: Infallible) -> Duration {
        match never {}
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        value.as_nanos() as f64
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        self
    }
}

impl ValueFormatter for Time {
    fn scale_values(&self, typical_ns: f64, values: &mut [f64]) -> &'static str {
        let (unit_ns, unit) = match typical_ns {
            ..1e3 => (1.0, self.units[0]),
            ..1e6 => (1e3, self.units[1]),
            ..1e9 => (1e6, self.units[2]),
            _ => (1e9, self.units[3]),
        };
        for value in values {
            *value /= unit_ns;
        }
        unit
    }

    /// Pages a second, without thousands of them: 8,000 and 30,000 are what
    /// people say.
    fn scale_throughputs(
        &self,
        _typical_ns: f64,
        throughput: &Throughput,
        values: &mut [f64],
    ) -> &'static str {
        let Throughput::Elements(pages) = throughput else {
            unreachable!("what is scraped is counted in pages")
        };
        for value in values {
            *value = *pages as f64 * 1e9 / *value;
        }
        self.rate
    }

    fn scale_for_machines(&self, _values: &mut [f64]) -> &'static str {
        "ns"
    }
}
