//! `regatta workloads`: what each workload is for, and its numbers.

use std::fmt::Write;
use std::process::ExitCode;

use super::exit::OrUsage;
use super::output;
use crate::fmt::hanging;
use crate::site::workload::{Workload, load};

/// What `regatta workloads` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Describe this one in full: a name, or a file that ends in .toml
    #[arg(value_name = "NAME|FILE")]
    name: Option<String>,
    /// Print a JSON list with one object for each workload
    #[arg(long)]
    json: bool,
}

/// Lists them, or describes one.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let workloads: Vec<Workload> = match &args.name {
        Some(name) => vec![load::load(name).or_usage()?],
        None => load::names().map(load::load).collect::<Result<_, _>>()?,
    };
    let text = if args.json {
        crate::fmt::escape::json(&serde_json::to_string_pretty(&workloads)?) + "\n"
    } else if args.name.is_some() {
        in_full(&workloads[0])
    } else {
        list(&workloads)
    };
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn list(workloads: &[Workload]) -> String {
    let mut text = String::new();
    for workload in workloads {
        let _ = writeln!(text, "{}: {}", workload.name, numbers(workload));
        let _ = writeln!(text, "{}\n", hanging("    ", &workload.why, width()));
    }
    text + "`regatta workloads NAME` describes one in full; `regatta --workload NAME` runs it\n"
}

/// The keys that every workload has, in a line.
fn numbers(workload: &Workload) -> String {
    format!(
        "{} pages, {} in flight, latency {}",
        workload.pages, workload.concurrency, workload.latency
    )
}

fn in_full(workload: &Workload) -> String {
    let mut text = format!(
        "{}\n{}\n\n",
        workload.name,
        hanging("", &workload.why, width())
    );
    for (key, value) in keys(workload) {
        let _ = writeln!(text, "{key:<13} {value}");
    }
    let name = &workload.name;
    let _ = writeln!(text, "\nrun it: regatta --workload {name}");
    let _ = writeln!(text, "serve it: regatta serve --workload {name}");
    text
}

/// Every key with its value, the absent ones with what that means.
fn keys(workload: &Workload) -> [(&'static str, String); 13] {
    use clap::ValueEnum;
    let unlimited = |number: u32| match number {
        0 => "no limit".to_owned(),
        number => format!("{number} requests/s"),
    };
    let time = |time: crate::site::workload::Span| {
        if time.is_zero() {
            "none".to_owned()
        } else {
            time.to_string()
        }
    };
    let parse = workload.parse.to_possible_value();
    let depth = workload.depth;
    [
        ("pages", workload.pages.to_string()),
        ("concurrency", workload.concurrency.to_string()),
        ("latency", workload.latency.to_string()),
        (
            "parse",
            parse.map_or_else(String::new, |parse| parse.get_name().to_owned()),
        ),
        ("faults", workload.faults.to_string()),
        ("slots", workload.slots.to_string()),
        ("allowed-rate", unlimited(workload.allowed_rate)),
        ("attempts", workload.attempts.to_string()),
        ("back-off", time(workload.back_off)),
        ("timeout", time(workload.timeout)),
        ("rate", unlimited(workload.rate)),
        (
            "depth",
            depth.map_or_else(|| "pages are known".to_owned(), |depth| depth.to_string()),
        ),
        ("store", workload.store.word().to_owned()),
    ]
}

/// Long lines are hard to read.
fn width() -> usize {
    output::width().min(100)
}
