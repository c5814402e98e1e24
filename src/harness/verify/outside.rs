//! What a driver says that it used, compared with what the harness saw of its
//! processes. Where nothing can be seen there is no rule.

use super::Verdict;
use crate::measure::sample::{Outside, Run, Sample};

/// CPU time that a worker may use for a job beside the scrape: it reads the job,
/// prepares it, starts the driver and writes its answer.
const BESIDE_NS: u64 = if cfg!(debug_assertions) {
    8_000_000
} else {
    2_000_000
};
/// The same for each page, and for each place in flight.
const BESIDE_PAGE_NS: u64 = if cfg!(debug_assertions) {
    10_000
} else {
    1_000
};
/// Two readings of one clock, or of one counter of memory.
const CLOCK_NS: u64 = 1_000_000;
/// The memory that a worker may use after the scrape, to write its answer, and
/// the error of the kernel's counters.
const BESIDE_BYTES: u64 = 2 << 20;
const BESIDE_SHARE: f64 = 0.05;

/// Whether the worker did its work itself, and says what it took.
pub(super) fn usage(run: &Run) -> Verdict {
    let Some(outside) = &run.outside else {
        return Ok(());
    };
    if outside.child_processes > 0 {
        return Err(format!(
            "has {} beside its own",
            match outside.child_processes {
                1 => "1 process".to_owned(),
                count => format!("{count} processes"),
            }
        ));
    }
    cpu(&run.sample, outside)?;
    idle(&run.sample, outside)?;
    memory(&run.sample, outside)
}

fn cpu(sample: &Sample, outside: &Outside) -> Verdict {
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
    let hidden_ns = seen_ns.saturating_sub(says_ns);
    if hidden_ns > beside_ns(sample) {
        return Err(format!(
            "says it used {} of CPU time, but its process used {seen}",
            milliseconds(says_ns)
        ));
    }
    Ok(())
}

fn idle(sample: &Sample, outside: &Outside) -> Verdict {
    let idle_ns = outside.idle_cpu_ns.unwrap_or_default();
    if idle_ns <= beside_ns(sample) {
        return Ok(());
    }
    Err(format!(
        "used {} of CPU time between its last answer and this job",
        milliseconds(idle_ns)
    ))
}

fn beside_ns(sample: &Sample) -> u64 {
    BESIDE_NS + BESIDE_PAGE_NS * sample.pages
}

fn memory(sample: &Sample, outside: &Outside) -> Verdict {
    let Some(seen) = outside.peak_rss_bytes else {
        return Ok(());
    };
    let Some(says) = sample.peak_rss_bytes else {
        return Err(format!("reports no memory, but had {}", megabytes(seen)));
    };
    let apart = |bytes: u64| BESIDE_BYTES as f64 + bytes as f64 * BESIDE_SHARE;
    let (seen_f, says_f) = (seen as f64, says as f64);
    if seen_f > says_f + apart(seen) {
        return Err(format!(
            "says it had {} of memory at most, but its process had {}",
            megabytes(says),
            megabytes(seen)
        ));
    }
    if says_f > seen_f + apart(seen) {
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
