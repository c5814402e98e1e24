//! Memory as a worker saw it of itself.

use std::cell::Cell;
use std::convert::Infallible;

use criterion::Throughput;
use criterion::measurement::{Measurement, ValueFormatter};

/// Bytes, in the units of powers of two that memory is sold in.
#[derive(Default)]
pub(crate) struct Bytes {
    /// How many samples there have been.
    samples: Cell<u8>,
}

/// Criterion 0.8.2 panics when it compares two runs none of whose samples
/// differ: the t test divides nothing by nothing, and the plot of it finds no
/// points. Memory may well come out the same ten times, so each sample is some
/// bytes larger than it was, the first by 0, the tenth by 9. Memory is counted
/// in pages of 4,096; nothing that is printed shows it.
const TREMOR_BYTES: u8 = 10;

const KIB: f64 = 1024.0;
const MIB: f64 = 1024.0 * KIB;
const GIB: f64 = 1024.0 * MIB;

impl Measurement for Bytes {
    type Intermediate = Infallible;
    type Value = u64;

    fn start(&self) -> Infallible {
        unreachable!("the worker measures: benches use `iter_custom`")
    }

    fn end(&self, never: Infallible) -> u64 {
        match never {}
    }

    fn add(&self, one: &u64, other: &u64) -> u64 {
        one + other
    }

    fn zero(&self) -> u64 {
        0
    }

    fn to_f64(&self, value: &u64) -> f64 {
        let tremor = self.samples.get();
        self.samples.set((tremor + 1) % TREMOR_BYTES);
        *value as f64 + f64::from(tremor)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        self
    }
}

impl ValueFormatter for Bytes {
    fn scale_values(&self, typical: f64, values: &mut [f64]) -> &'static str {
        let (unit_bytes, unit) = match typical {
            ..KIB => (1.0, "bytes"),
            ..MIB => (KIB, "KiB"),
            ..GIB => (MIB, "MiB"),
            _ => (GIB, "GiB"),
        };
        for value in values {
            *value /= unit_bytes;
        }
        unit
    }

    /// What a run had at most does not grow with its pages, so no bench asks
    /// for this; criterion still wants it.
    fn scale_throughputs(
        &self,
        typical: f64,
        _throughput: &Throughput,
        values: &mut [f64],
    ) -> &'static str {
        self.scale_values(typical, values)
    }

    fn scale_for_machines(&self, _values: &mut [f64]) -> &'static str {
        "bytes"
    }
}
