//! The lines above a table: what was scraped, on what machine, and how often.

use super::{Machine, Report};
use crate::fmt;
use crate::site::workload::{Bound, Kept, Parse, Workload};
use crate::stats::median;

/// How the line begins that says that a report is not whole.
pub(super) const PARTIAL: &str = "PARTIAL";

/// The lines of the heading, unwrapped; the first is the title.
pub(super) fn heading(report: &Report) -> Vec<String> {
    let mut lines = vec![
        format!("{}: {}", name(report), fmt::plain(&report.workload.why)),
        scenario(report),
    ];
    lines.extend(terms(&report.workload));
    lines.extend([machine(&report.host), schedule(report)]);
    lines.extend(lateness(report));
    if report.partial {
        lines.push(format!(
            "{PARTIAL}: the experiment was cut short; the table has what was measured until then."
        ));
    }
    lines
}

fn name(report: &Report) -> &str {
    Some(report.workload.name.as_str())
        .filter(|name| !name.is_empty())
        .unwrap_or("unnamed workload")
}

fn scenario(report: &Report) -> String {
    let workload = &report.workload;
    let read = match workload.parse {
        Parse::None => "nothing parsed",
        Parse::Titles => "titles parsed",
        Parse::Summary => "summary parsed",
    };
    let stored = match workload.store {
        Kept::None => String::new(),
        store => format!(" and stored ({})", store.word()),
    };
    format!(
        "{} × {}, {} in flight, {read}{stored}; {}",
        fmt::plural(workload.pages, "page"),
        workload.latency,
        fmt::count(workload.concurrency as u64),
        ideal(report.ideal_wall_ns, report.ideal_bound),
    )
}

fn ideal(ideal_ns: u64, bound: Bound) -> String {
    if ideal_ns == 0 {
        return "no ideal wall time".to_owned();
    }
    let by = match bound {
        Bound::Delays => "",
        Bound::Slots => " (limited by slots)",
        Bound::Rate => " (limited by the rate)",
        Bound::Retries => " (limited by retries)",
        Bound::Timeout => " (limited by the timeout)",
        Bound::Links => " (limited by links and delays)",
    };
    format!("ideal wall time {}{by}", fmt::in_ms(ideal_ns))
}

/// What the server does beside answering, and what its clients do about it.
fn terms(workload: &Workload) -> Option<String> {
    let a_second = |rate: u32| format!("{} a second", fmt::plural(rate.into(), "request"));
    let terms = [
        (!workload.faults.is_none()).then(|| format!("faults {}", workload.faults)),
        (!workload.slots.is_none()).then(|| format!("server slots {}", workload.slots)),
        (workload.allowed_rate > 0).then(|| format!("allowed {}", a_second(workload.allowed_rate))),
        workload
            .depth
            .map(|depth| format!("pages found by links, {depth} deep")),
        (workload.rate > 0).then(|| format!("at most {}", a_second(workload.rate))),
        (workload.attempts > 1).then(|| {
            let attempts = fmt::plural(workload.attempts.into(), "attempt");
            format!("{attempts}, back-off {}", workload.back_off)
        }),
        (!workload.timeout.is_zero()).then(|| format!("timeout {}", workload.timeout)),
    ];
    let terms: Vec<String> = terms.into_iter().flatten().collect();
    (!terms.is_empty()).then(|| terms.join("; "))
}

fn machine(host: &Machine) -> String {
    let mut facts = vec![format!("{} {} {}", host.os, host.kernel, host.arch)];
    facts.push(host.cpu.clone());
    facts.push(fmt::plural(host.cores, "core"));
    if let Some(bytes) = host.memory_bytes {
        facts.push(fmt::size(bytes as f64));
    }
    if host.virtual_machine == Some(true) {
        facts.push("virtual machine".to_owned());
    }
    facts.retain(|fact| !fact.trim().is_empty());
    fmt::plain(&facts.join(", "))
}

/// By how much the server missed its delays. Some lateness is in every wall
/// time, so it is stated once; only a row that sets itself apart has a flag.
fn lateness(report: &Report) -> Option<String> {
    let runs = report.standing().into_iter();
    let runs = runs.flat_map(|(driver, _)| &driver.samples);
    let delayed = runs.filter(|run| run.rejected.is_none() && run.ledger.delay_mean_ns > 0);
    let late: Vec<f64> = delayed.map(|run| run.ledger.late_mean_ns as f64).collect();
    let late_ns = median(&late).filter(|&late_ns| late_ns > 0.0)?;
    Some(format!(
        "server lateness {} an answer (median of the runs), part of every wall time",
        fmt::duration(late_ns)
    ))
}

fn schedule(report: &Report) -> String {
    format!(
        "{}, seed {}, {}; threads: server {}, runtimes {}",
        fmt::plural(report.rounds.into(), "round"),
        report.seed,
        fmt::plain(&report.taken_at),
        report.server_threads,
        report.runtime_threads,
    )
}
