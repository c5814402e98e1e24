//! Makes the saved reports of this folder: invented, but shaped like real
//! ones, and the same on every machine.
//!
//! A small builder rather than recorded runs, because a recorded run would
//! have to be recorded again with every new field, and then every snapshot
//! would change for no reason. `cargo test --test report_formats -- --ignored`
//! writes the files again.

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use regatta::measure::flag::Flag;
use regatta::measure::sample::{Heap, Ledger, LoopLag, Noise, PageLatency, Run, Sample};
use regatta::report::{DriverReport, Machine, Report, SCHEMA, Status, summarise};
use regatta::site::workload::Bound;

/// One driver as it is imagined: medians, around which the runs scatter.
#[derive(Clone, Copy)]
pub(crate) struct Simulated {
    pub(crate) name: &'static str,
    pub(crate) wall_ms: f64,
    pub(crate) cpu_us: f64,
    pub(crate) memory_mb: f64,
    pub(crate) threads: u64,
}

/// The drivers of a plain `regatta report`, none of them measured.
pub(crate) const DRIVERS: [Simulated; 10] = [
    simulated("sequential/ureq", 4_150.0, 118.0, 5.2, 1),
    simulated("thread-per-page/ureq", 211.5, 121.0, 8.1, 21),
    simulated("thread-pool/ureq", 204.8, 79.0, 7.4, 21),
    simulated("rayon/ureq", 205.1, 81.0, 7.6, 21),
    simulated("tokio/reqwest", 207.9, 92.0, 19.6, 3),
    simulated("tokio/hyper", 204.1, 55.0, 9.8, 3),
    simulated("tokio-current/hyper", 203.6, 43.0, 8.9, 1),
    simulated("smol/hyper", 204.4, 61.0, 7.9, 4),
    simulated("async-std/hyper", 204.6, 63.0, 8.2, 4),
    simulated("mio/raw", 203.1, 40.5, 5.6, 1),
];

const fn simulated(
    name: &'static str,
    wall_ms: f64,
    cpu_us: f64,
    memory_mb: f64,
    threads: u64,
) -> Simulated {
    Simulated {
        name,
        wall_ms,
        cpu_us,
        memory_mb,
        threads,
    }
}

/// `quick` with the default drivers: every row is valid and one has a flag.
pub(crate) fn quick() -> Report {
    let mut report = report(8, &DRIVERS);
    report.drivers[1].flags = vec![Flag::Noisy(None)];
    summarise(&mut report);
    report
}

/// Everything that can go wrong with a row, once each.
pub(crate) fn troubled() -> Report {
    let mut report = quick();
    fallen(
        &mut report.drivers[1],
        Status::Failed,
        "the worker was killed by signal 9 in round 3",
    );
    fallen(
        &mut report.drivers[3],
        Status::Unavailable,
        "this machine lets a process have 4 threads, 20 are needed; raise it with: ulimit -u 4096",
    );
    let refused = "the server saw 201 requests, the driver says 200 | pages twice: 17";
    report.drivers[4].samples[1].rejected = Some(refused.to_owned());
    fallen(&mut report.drivers[4], Status::Rejected, refused);
    report.drivers[6].flags = vec![Flag::ServerBound(None), Flag::ServerLate(None)];
    report.drivers[7].flags = vec![Flag::FewerRounds(None)];
    report.drivers[7].samples.truncate(2);
    for run in &mut report.drivers[8].samples {
        without_memory(&mut run.sample);
    }
    for (driver, allocations) in report.drivers.iter_mut().zip(1_000..) {
        driver.heap = Some(heap(allocations * 7));
    }
    summarise(&mut report);
    report
}

/// Cut short after two rounds; the last driver had no run yet.
pub(crate) fn partial() -> Report {
    let mut report = report(2, &DRIVERS[4..8]);
    report.rounds = 8;
    report.partial = true;
    report.drivers[3].samples.clear();
    summarise(&mut report);
    report
}

/// A scenario that turns requests away, loses a page and has some abandoned, with
/// the lag of event loops. No server delayed it so, and `report --from` refuses
/// the file.
pub(crate) fn stormy() -> Report {
    let mut report = report(6, &DRIVERS[2..]);
    "stormy".clone_into(&mut report.workload.name);
    report.workload.slots = "10:reject".parse().expect("slots");
    report.workload.faults = "404=1%,stall=1%".parse().expect("faults");
    report.workload.attempts = 20;
    report.workload.timeout = "500ms".parse().expect("a time");
    report.ideal_wall_ns = 550_000_000;
    report.ideal_bound = Bound::Slots;
    let mut random = ChaCha8Rng::seed_from_u64(report.seed);
    for driver in &mut report.drivers {
        let in_loop = !["thread-pool", "rayon"].contains(&driver.model.as_str());
        for run in &mut driver.samples {
            storm(run, &mut random);
            run.sample.loop_lag = in_loop.then(|| loop_lag(&mut random));
        }
    }
    summarise(&mut report);
    report
}

fn storm(run: &mut Run, random: &mut ChaCha8Rng) {
    let rejected = near(800.0, 0.2, random);
    run.sample.wall_ns *= 5;
    (run.sample.pages, run.sample.errors) = (199, 1);
    run.sample.bytes = 199 * 15_360;
    run.sample.first_lost = vec![114];
    run.sample.first_error = Some("page 114: the server answered with status 404".to_owned());
    (run.sample.timeouts, run.sample.retries) = (3, rejected + 3);
    (run.ledger.rejected, run.ledger.clients_gone) = (rejected, 3);
    run.ledger.requests = 203 + rejected;
    run.ledger.faults = [("404".to_owned(), 1), ("stall".to_owned(), 3)].into();
}

fn loop_lag(random: &mut ChaCha8Rng) -> LoopLag {
    let p99_ns = near(1_600_000.0, 0.5, random);
    LoopLag {
        ticks: 100,
        p99_ns,
        max_ns: p99_ns + 400_000,
    }
}

/// The widest numbers that the tables must have room for. No machine measured
/// them, and `report --from` refuses the file.
pub(crate) fn extreme() -> Report {
    let drivers = [
        simulated("tokio-current/reqwest", 123_456.0, 98_765.4, 5_432.1, 5_000),
        simulated(
            "thread-per-page/ureq",
            123_460.0,
            123_456.7,
            12_345.6,
            5_001,
        ),
        simulated("mio/raw", 0.8, 0.04, 0.9, 1),
    ];
    let mut report = report(8, &drivers);
    report.workload.pages = 100_000;
    report.workload.concurrency = 5_000;
    for run in report.drivers.iter_mut().flat_map(|row| &mut row.samples) {
        // As much a page as for the 200 that it was made for.
        run.sample.pages *= 500;
        run.sample.cpu_ns = run.sample.cpu_ns.map(|cpu_ns| cpu_ns * 500);
    }
    report.drivers[1].flags = vec![Flag::Noisy(None), Flag::ServerLate(None)];
    summarise(&mut report);
    report
}

/// No driver stands.
pub(crate) fn nothing() -> Report {
    let mut report = troubled();
    report.drivers.retain(|driver| driver.status != Status::Ok);
    summarise(&mut report);
    report
}

/// One driver, one round.
pub(crate) fn alone() -> Report {
    let mut report = report(1, &DRIVERS[5..6]);
    summarise(&mut report);
    report
}

fn fallen(driver: &mut DriverReport, status: Status, reason: &str) {
    driver.status = status;
    driver.reason = Some(reason.to_owned());
}

fn without_memory(sample: &mut Sample) {
    sample.peak_rss_bytes = None;
    sample.rss_before_bytes = None;
    sample.threads_peak = None;
}

fn heap(allocations: u64) -> Heap {
    Heap {
        pages: 200,
        allocations,
        allocated_bytes: allocations * 512,
        heap_peak_bytes: 700_000,
    }
}

fn report(rounds: u32, drivers: &[Simulated]) -> Report {
    let workload = serde_json::json!({
        "name": "quick",
        "why": "A first look: small enough to wait for, slow enough that waiting well is what counts.",
        "pages": 200, "concurrency": 20, "latency": "20ms", "parse": "titles",
    });
    let versions = [
        ("hyper", "1.12.0"),
        ("rustc", "1.95.0"),
        ("tokio", "1.54.1"),
    ];
    Report {
        schema: SCHEMA.to_owned(),
        taken_at: "2026-11-03T09:30:00Z".to_owned(),
        partial: false,
        workload: serde_json::from_value(workload).expect("the workload is one"),
        ideal_wall_ns: 200_000_000,
        ideal_bound: Bound::Delays,
        seed: 20_261_103,
        rounds,
        server_threads: 1,
        runtime_threads: 2,
        host: host(),
        versions: BTreeMap::from(versions.map(|(name, version)| (name.into(), version.into()))),
        drivers: drivers
            .iter()
            .map(|simulated| driver(simulated, rounds))
            .collect(),
    }
}

fn host() -> Machine {
    Machine {
        os: "Linux".to_owned(),
        arch: "x86_64".to_owned(),
        kernel: "6.18.0".to_owned(),
        cpu: "Imagined CPU @ 2.40GHz".to_owned(),
        cores: 2,
        memory_bytes: Some(8_000_000_000),
        virtual_machine: Some(true),
    }
}

fn driver(simulated: &Simulated, rounds: u32) -> DriverReport {
    let (model, client) = simulated.name.split_once('/').expect("model/client");
    let seed = simulated.name.bytes().map(u64::from).sum();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    DriverReport {
        name: simulated.name.to_owned(),
        model: model.to_owned(),
        client: client.to_owned(),
        status: Status::Ok,
        reason: None,
        flags: Vec::new(),
        samples: (1..=rounds)
            .map(|round| run(simulated, round, &mut random))
            .collect(),
        heap: None,
        summary: None,
    }
}

/// `value` times about 1, in whole units, so that no machine rounds it
/// differently.
fn near(value: f64, spread: f64, random: &mut ChaCha8Rng) -> u64 {
    let factor = 1.0 + spread * (random.random::<f64>() - 0.5);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let whole = (value * factor) as u64;
    whole
}

fn run(simulated: &Simulated, round: u32, random: &mut ChaCha8Rng) -> Run {
    let wall_ns = near(simulated.wall_ms * 1e6, 0.012, random);
    let mut run = Run {
        round,
        sample: sample(simulated, wall_ns, random),
        ledger: ledger(wall_ns, random),
        noise: Noise {
            steal_share: Some(0.0),
            others_share: Some(random.random_range(1.0..20.0) / 1_700.0),
        },
        outside: None,
        rejected: None,
    };
    run.ledger.in_flight_peak = if simulated.name.starts_with("sequential") {
        1
    } else {
        20
    };
    run.ledger.connections = run.ledger.in_flight_peak;
    run
}

fn sample(simulated: &Simulated, wall_ns: u64, random: &mut ChaCha8Rng) -> Sample {
    let cpu_ns = near(simulated.cpu_us * 200.0 * 1e3, 0.08, random);
    Sample {
        wall_ns,
        start_ns: near(400_000.0 + 90_000.0 * simulated.threads as f64, 0.3, random),
        cpu_ns: Some(cpu_ns),
        user_ns: Some(cpu_ns / 3),
        sys_ns: Some(cpu_ns - cpu_ns / 3),
        peak_rss_bytes: Some(near(simulated.memory_mb * 1e6, 0.01, random)),
        rss_before_bytes: Some(4_600_000.min(near(simulated.memory_mb * 9e5, 0.0, random))),
        threads_peak: Some(simulated.threads),
        voluntary_switches: Some(near(900.0, 0.2, random)),
        involuntary_switches: Some(near(12.0, 0.9, random)),
        pages: 200,
        bytes: 200 * 15_360,
        titles: 2_400,
        retries: 0,
        timeouts: 0,
        given_up: 0,
        stop_ns: None,
        loop_lag: None,
        log: None,
        stored: None,
        store_full_ns: None,
        errors: 0,
        first_error: None,
        first_lost: Vec::new(),
        digest: "9f2c41d07be85a36".to_owned(),
        page_latency: page_latency(
            simulated.wall_ms
                / if simulated.threads == 1 && simulated.wall_ms > 1e3 {
                    200.0
                } else {
                    10.0
                },
            random,
        ),
    }
}

fn page_latency(page_ms: f64, random: &mut ChaCha8Rng) -> PageLatency {
    let at = |share: f64, random: &mut ChaCha8Rng| near(page_ms * share * 1e6, 0.02, random);
    let (p50_ns, p90_ns, p99_ns) = (at(0.99, random), at(1.02, random), at(1.1, random));
    // No page is faster than its delay.
    let p50_ns = if page_ms > 1.0 {
        p50_ns.max(20_000_000)
    } else {
        p50_ns
    };
    PageLatency {
        mean_ns: (120 * p50_ns + 70 * p90_ns + 10 * p99_ns) / 200,
        p50_ns,
        p90_ns,
        p99_ns,
        max_ns: p99_ns,
        histogram: vec![(p50_ns, 120), (p90_ns, 70), (p99_ns, 10)],
    }
}

fn ledger(wall_ns: u64, random: &mut ChaCha8Rng) -> Ledger {
    Ledger {
        requests: 200,
        answers: 200,
        connections_open: 20,
        bytes_sent: 200 * 15_360,
        in_flight_mean: 4_000.0 / (wall_ns as f64 / 1e6),
        span_ns: wall_ns - wall_ns / 500,
        held_mean_ns: 20_060_000,
        delay_mean_ns: 20_000_000,
        late_mean_ns: near(45_000.0, 0.4, random),
        late_p99_ns: near(180_000.0, 0.4, random),
        late_max_ns: near(400_000.0, 0.4, random),
        server_cpu_ns: Some(near((wall_ns as f64 * 0.3).min(9_000_000.0), 0.1, random)),
        server_threads: 1,
        ..Ledger::default()
    }
}
