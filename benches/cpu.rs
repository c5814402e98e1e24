//! What each driver costs: CPU time of its worker, all threads, user and
//! system.
//!
//! Where the wall times tie, as they do whenever waiting is the work, this is
//! the difference. Criterion calls every measure "time"; the units say which.
//!
//! ```text
//! cargo bench --bench cpu
//! cargo bench --bench cpu -- loopback
//! ```

mod support {
    pub(crate) mod driver;
    pub(crate) mod race;
    pub(crate) mod time;
}

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use regatta::measure::cpu::Usage;
use support::race::{Measure, Track, config};
use support::time::Time;

const UNITS: Time = Time {
    units: ["ns CPU", "µs CPU", "ms CPU", "s CPU"],
    rate: "pages/CPU-s",
};

const CPU: Measure<Time> = Measure {
    name: "cpu",
    of: |sample| Duration::from_nanos(sample.cpu_ns.expect("looked for before")),
    fresh_workers: false,
    rate: true,
};

fn benches(criterion: &mut Criterion<Time>) {
    if Usage::now().cpu_ns.is_none() {
        eprintln!("cpu: not measured, because this platform does not tell a process its CPU time");
        return;
    }
    let track = Track::open();
    track.race(criterion, &CPU, "quick", 40);
    track.race(criterion, &CPU, "loopback", 1000);
}

criterion_group! {
    name = cpu;
    config = config(UNITS);
    targets = benches
}
criterion_main!(cpu);
