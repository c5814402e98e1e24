//! The ledger as Prometheus reads it: text exposition format, version 0.0.4.
//!
//! Written here and not by a crate: those own the counters, or write the
//! newer `OpenMetrics`, and the format is three kinds of lines.

use std::fmt::{Display, Write as _};

use super::super::latency_buckets::{self, BOUNDS_NS};
use super::super::window::Window;
use crate::measure::sample::Ledger;

/// The type of the text.
pub(super) const TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Everything that is counted in `window`, of which `ledger` was read.
pub(super) fn text(window: &Window, ledger: &Ledger) -> String {
    let mut text = Text(String::new());
    for (name, help, count) in counters(ledger) {
        text.counter(name, help, count);
    }
    if let Some(cpu_ns) = ledger.server_cpu_ns {
        text.counter(
            "server_cpu_seconds",
            "CPU time of the server",
            seconds(cpu_ns),
        );
    }
    text.faults(ledger);
    for (name, help, count) in gauges(window, ledger) {
        text.gauge(name, help, count);
    }
    text.latency(window);
    text.0
}

/// Name, meaning and value of each.
type Metric = (&'static str, &'static str, u64);

fn counters(ledger: &Ledger) -> [Metric; 9] {
    [
        ("requests", "Requests for pages", ledger.requests),
        (
            "answers",
            "Answers written to their last byte",
            ledger.answers,
        ),
        (
            "body_bytes",
            "Bytes of the bodies of answers",
            ledger.bytes_sent,
        ),
        (
            "other_requests",
            "Requests for anything but a page of the scenario",
            ledger.other_requests,
        ),
        ("connections", "Connections accepted", ledger.connections),
        (
            "queued",
            "Requests that had to wait for a slot",
            ledger.queued,
        ),
        (
            "rejected",
            "Requests answered 503 because all slots were taken",
            ledger.rejected,
        ),
        (
            "rate_limited",
            "Requests answered 429 because their client made too many a second",
            ledger.rate_limited,
        ),
        (
            "clients_gone",
            "Requests that their clients abandoned",
            ledger.clients_gone,
        ),
    ]
}

fn gauges(window: &Window, ledger: &Ledger) -> [Metric; 3] {
    [
        (
            "connections_open",
            "Connections that are open now",
            ledger.connections_open,
        ),
        (
            "requests_in_flight",
            "Requests since the last reset that wait for their answer now",
            window.waiting(),
        ),
        (
            "requests_in_flight_peak",
            "Most requests that waited at once since the last reset",
            ledger.in_flight_peak,
        ),
    ]
}

fn seconds(ns: u64) -> f64 {
    ns as f64 / 1e9
}

struct Text(String);

impl Text {
    fn counter(&mut self, name: &str, help: &str, value: impl Display) {
        let name = format!("regatta_{name}_total");
        self.head(&name, &format!("{help}, since the last reset."), "counter");
        self.line(&name, value);
    }

    fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        let name = format!("regatta_{name}");
        self.head(&name, &format!("{help}."), "gauge");
        self.line(&name, value);
    }

    fn faults(&mut self, ledger: &Ledger) {
        let name = "regatta_faults_total";
        let help = "Requests that met a fault of the scenario, by its kind, since the last reset.";
        self.head(name, help, "counter");
        for (kind, count) in &ledger.faults {
            self.line(format_args!("{name}{{kind=\"{kind}\"}}"), count);
        }
    }

    fn latency(&mut self, window: &Window) {
        let name = "regatta_request_held_seconds";
        let help = "From the head of a request to the last byte of its answer, of the answers \
                    since the last reset.";
        self.head(name, help, "histogram");
        let (counts, all) = latency_buckets::up_to_each_bound(
            &window.counters.iter().map(|counters| &counters.latency),
        );
        for (&bound_ns, count) in BOUNDS_NS.iter().zip(counts) {
            let bound = seconds(bound_ns);
            self.line(format_args!("{name}_bucket{{le=\"{bound}\"}}"), count);
        }
        self.line(format_args!("{name}_bucket{{le=\"+Inf\"}}"), all);
        self.line(format_args!("{name}_sum"), seconds(window.held_sum_ns()));
        self.line(format_args!("{name}_count"), all);
    }

    fn head(&mut self, name: &str, help: &str, kind: &str) {
        self.line("# HELP", format_args!("{name} {help}"));
        self.line("# TYPE", format_args!("{name} {kind}"));
    }

    fn line(&mut self, name: impl Display, value: impl Display) {
        writeln!(self.0, "{name} {value}").expect("text takes all that it is given");
    }
}
