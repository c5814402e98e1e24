//! What a driver says that it used, compared with what the harness saw of its
//! processes. Where nothing can be seen there is no rule.

use super::{Expected, Verdict};
use crate::measure::sample::{Noise, Outside, Run, Sample};

/// CPU time that a worker may use for a job beside the scrape: it reads the job,
/// prepares it, starts the driver and writes its answer. METHODOLOGY has what
/// was measured.
const BESIDE_NS: u64 = scaled(2_000_000);
/// The same for a driver that is warm.
const BESIDE_WARM_NS: u64 = scaled(1_500_000);
/// The same for each place in flight, and for each page.
const BESIDE_PLACE_NS: u64 = scaled(150_000);
const BESIDE_PAGE_NS: u64 = scaled(500);
/// The same as a share of all its CPU time: a virtual machine whose host is busy
/// is slower without saying so, and then everything takes longer.
const BESIDE_OF_ALL: f64 = 0.3;

/// An unoptimised build takes longer.
const fn scaled(ns: u64) -> u64 {
    if cfg!(debug_assertions) { 3 * ns } else { ns }
}

/// So many threads are started as fast as any.
const FEW: u64 = 24;
/// Two readings of one clock, or of one counter of memory.
const CLOCK_NS: u64 = 1_000_000;
/// The memory that a worker may use after the scrape, to write its answer, and
/// the error of the kernel's counters.
const BESIDE_BYTES: u64 = 1 << 20;
const BESIDE_SHARE: f64 = 0.03;

/// Whether the worker did its work itself, and says what it took.
pub(super) fn usage(run: &Run, expected: &Expected) -> Verdict {
    let Some(outside) = &run.outside else {
        return Ok(());
    };
    let quiet_ns = beside_ns(&run.sample, outside, expected);
    let beside_ns = quiet_ns as f64 * (1.0 + busy(&run.noise));
    cpu(&run.sample, outside, beside_ns, expected.cpu_of_each)?;
    if expected.cpu_of_each {
        idle(outside, beside_ns)?;
    }
    memory(&run.sample, outside)
}

fn cpu(sample: &Sample, outside: &Outside, beside_ns: f64, of_each: bool) -> Verdict {
    let Some(seen_ns) = outside.cpu_ns else {
        return Ok(());
    };
    let seen = milliseconds(seen_ns);
    let Some(says_ns) = sample.cpu_ns else {
        return Err(format!("reports no CPU time, but used {seen}"));
    };
    if says_ns > seen_ns + CLOCK_NS {
        return Err(format!(
            "says it used {} of CPU time, but used only {seen}",
            milliseconds(says_ns)
        ));
    }
    if says_ns == 0 {
        return Err(format!("reports a CPU time of 0, but used {seen}"));
    }
    let hidden_ns = seen_ns.saturating_sub(says_ns);
    let allowed_ns = beside_ns + BESIDE_OF_ALL * seen_ns as f64;
    if of_each && hidden_ns as f64 > allowed_ns {
        return Err(format!(
            "says it used {} of CPU time, but {} used {seen}",
            milliseconds(says_ns),
            processes(outside)
        ));
    }
    Ok(())
}

fn idle(outside: &Outside, beside_ns: f64) -> Verdict {
    let idle_ns = outside.idle_cpu_ns.unwrap_or_default();
    if idle_ns as f64 <= beside_ns {
        return Ok(());
    }
    Err(format!(
        "used {} of CPU time between its last answer and this job",
        milliseconds(idle_ns)
    ))
}

/// The share of the machine that others used. Beside them the same work takes
/// up to twice the CPU time: its data is not in the caches.
fn busy(noise: &Noise) -> f64 {
    let others = noise.others_share.unwrap_or_default();
    let share = others + noise.steal_share.unwrap_or_default();
    share.clamp(0.0, 1.0)
}

/// Starting many threads or many connections' buffers may take all the cores
/// for the time that the start took.
fn beside_ns(sample: &Sample, outside: &Outside, expected: &Expected) -> u64 {
    let pages_ns = BESIDE_PAGE_NS * sample.pages;
    if !outside.fresh {
        return BESIDE_WARM_NS + pages_ns;
    }
    let few = expected.in_flight.min(FEW);
    let start_ns = if expected.in_flight > FEW {
        sample.start_ns.saturating_mul(outside.cores)
    } else {
        0
    };
    (BESIDE_NS + BESIDE_PLACE_NS * few + pages_ns).saturating_add(start_ns)
}

fn processes(outside: &Outside) -> String {
    match outside.child_processes {
        0 => "its process".to_owned(),
        1 => "it and a child process".to_owned(),
        count => format!("it and {count} child processes"),
    }
}

fn memory(sample: &Sample, outside: &Outside) -> Verdict {
    let Some(seen) = outside.peak_rss_bytes else {
        return Ok(());
    };
    let Some(says) = sample.peak_rss_bytes else {
        return Err(format!("reports no memory, but had {}", megabytes(seen)));
    };
    // What a child has may or may not be part of what it says.
    let least = seen as f64 * (1.0 - BESIDE_SHARE) - BESIDE_BYTES as f64;
    let most = (seen + outside.child_rss_bytes) as f64 * (1.0 + BESIDE_SHARE) + BESIDE_BYTES as f64;
    if (says as f64) < least {
        return Err(format!(
            "says it had {} of memory at most, but its process had {}",
            megabytes(says),
            megabytes(seen)
        ));
    }
    if says as f64 > most {
        return Err(format!(
            "says it had {} of memory, but its process never had more than {}",
            megabytes(says),
            megabytes(seen)
        ));
    }
    Ok(())
}

fn milliseconds(ns: u64) -> String {
    format!("{:.1} ms", ns as f64 / 1e6)
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
