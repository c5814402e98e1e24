//! What each driver holds: the most memory resident at once in its worker.
//!
//! Each run has a fresh worker, because memory that one run has freed would
//! still be there for the next. The peak holds the program itself, which is
//! the same for all drivers. Criterion calls every measure "time"; the units
//! say which.
//!
//! ```text
//! cargo bench --bench memory
//! ```

mod support {
    pub(crate) mod bytes;
    pub(crate) mod driver;
    pub(crate) mod race;
}

use criterion::{Criterion, criterion_group, criterion_main};
use regatta::measure::memory::Memory;
use support::bytes::Bytes;
use support::race::{Measure, Track, config};

const PEAK: Measure<Bytes> = Measure {
    name: "memory",
    of: |sample| sample.peak_rss_bytes.expect("looked for before"),
    fresh_workers: true,
    rate: false,
};

fn benches(criterion: &mut Criterion<Bytes>) {
    if Memory::now().peak_bytes.is_none() {
        eprintln!("memory: not measured, because this platform does not tell a process its peak");
        return;
    }
    Track::open().race(criterion, &PEAK, "quick", 40);
}

criterion_group! {
    name = memory;
    config = config(Bytes::default());
    targets = benches
}
criterion_main!(memory);
