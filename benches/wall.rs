//! How long each driver takes: wall time, measured by its worker.
//!
//! ```text
//! cargo bench --bench wall
//! cargo bench --bench wall -- quick/tokio
//! ```

mod support {
    pub(crate) mod driver;
    pub(crate) mod race;
    pub(crate) mod time;
}

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use support::race::{Measure, Track, config};
use support::time::Time;

const UNITS: Time = Time {
    units: ["ns", "µs", "ms", "s"],
    rate: "pages/s",
};

const WALL: Measure<Time> = Measure {
    name: "wall",
    of: |sample| Duration::from_nanos(sample.wall_ns),
    fresh_workers: false,
    rate: true,
};

fn benches(criterion: &mut Criterion<Time>) {
    let track = Track::open();
    // Two full waves: 40 ms for all but the sequential driver, 0.8 s for that.
    track.race(criterion, &WALL, "quick", 40);
    track.race(criterion, &WALL, "loopback", 1000);
}

criterion_group! {
    name = wall;
    config = config(UNITS);
    targets = benches
}
criterion_main!(wall);
