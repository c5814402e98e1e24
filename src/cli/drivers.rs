//! `regatta drivers`: every driver, the crates it uses, and whether it can run
//! here.

use std::fmt::Write;
use std::process::ExitCode;

use super::exit::OrUsage;
use super::output;
use crate::clients::Plan;
use crate::drivers::{self, Driver, Kind, ModelInfo};
use crate::harness::versions;

/// What `regatta drivers` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only these: names or patterns such as 'tokio*/*', with commas
    #[arg(
        long = "driver",
        value_name = "LIST",
        value_delimiter = ',',
        default_values = ["all", "fixed/*", "trap/*"]
    )]
    driver: Vec<String>,
    /// Print a JSON list with one object for each driver
    #[arg(long)]
    json: bool,
}

/// Lists them.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let selected = drivers::select(&args.driver).or_usage()?;
    if args.json {
        let drivers: Vec<_> = selected.into_iter().map(object).collect();
        output::print_json(&(serde_json::to_string_pretty(&drivers)? + "\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = String::new();
    for group in selected.chunk_by(|one, other| alike(one, other)) {
        heading(&mut text, group[0])?;
        for driver in group {
            entry(&mut text, driver)?;
        }
        text.push('\n');
    }
    text.push_str(
        "* runs when --driver is not given; `--driver all` runs every model, `--driver trap` the\n  \
         wrong programs, `--driver fixed` the same without the mistake, and `--driver cheat` the\n  \
         cheats that Regatta rejects\n",
    );
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Whether they share a heading. Each cheat has its own, because each does
/// something else.
fn alike(one: &Driver, other: &Driver) -> bool {
    match (one.kind(), other.kind()) {
        (Kind::Trap { .. }, Kind::Trap { .. }) | (Kind::Fixed { .. }, Kind::Fixed { .. }) => true,
        (one, other) => one == other,
    }
}

fn heading(text: &mut String, driver: &Driver) -> std::fmt::Result {
    let what = match driver.kind() {
        Kind::Trap { .. } => "wrong programs, measured beside right ones",
        Kind::Fixed { .. } => "traps without the mistake",
        Kind::Model { .. } | Kind::Cheat { .. } => return model(text, &driver.model),
    };
    writeln!(text, "{}: {what}", driver.model.name)
}

fn model(text: &mut String, model: &ModelInfo) -> std::fmt::Result {
    let of_std = match model.kind {
        Kind::Cheat { .. } => "to be rejected",
        _ => "the standard library",
    };
    let made_of = made_of(model.crates).unwrap_or_else(|| of_std.to_owned());
    writeln!(text, "{}: {made_of}", model.name)?;
    writeln!(text, "  {}", model.kind.summary())
}

fn object(driver: &'static Driver) -> serde_json::Value {
    let crates = driver.model.crates.iter().chain(driver.client.crates);
    let crates = crates.map(|&name| (name.to_owned(), versions::of(name).into()));
    let crates: serde_json::Map<String, serde_json::Value> = crates.collect();
    serde_json::json!({
        "name": driver.name,
        "model": driver.model.name,
        "client": driver.client.name,
        "summary": driver.kind().summary(),
        "lesson": driver.kind().lesson(),
        "crates": crates,
        "default": drivers::DEFAULT.contains(&driver.name.as_str()),
        "unavailable": can_start(driver).err().map(|error| format!("{error:#}")),
    })
}

fn entry(text: &mut String, driver: &Driver) -> std::fmt::Result {
    let by_default = drivers::DEFAULT.contains(&driver.name.as_str());
    let mark = if by_default { '*' } else { ' ' };
    let crates = match driver.kind().lesson() {
        Some(_) => driver.model.crates,
        None => driver.client.crates,
    };
    let made_of = made_of(crates).unwrap_or_default();
    let able = match can_start(driver) {
        Ok(()) => "runs here".to_owned(),
        Err(error) => format!("cannot run here: {error:#}"),
    };
    let line = format!("  {mark} {:<25} {able:<9} {made_of}", driver.name);
    writeln!(text, "{}", line.trim_end())?;
    if let Some(lesson) = driver.kind().lesson() {
        writeln!(text, "      {} (lesson {lesson})", driver.kind().summary())?;
    }
    Ok(())
}

/// Crates with their versions; `None` when there are none.
fn made_of(crates: &[&str]) -> Option<String> {
    let version = |name: &str| versions::of(name).unwrap_or_else(|| "?".to_owned());
    let pieces = crates
        .iter()
        .map(|name| format!("{name} {}", version(name)));
    let pieces: Vec<String> = pieces.collect();
    (!pieces.is_empty()).then(|| pieces.join(", "))
}

/// Starts it with one page in flight, which connects to nothing. Cheats are not
/// tried, because one of them does connect.
fn can_start(driver: &Driver) -> anyhow::Result<()> {
    if driver.is_cheat() {
        return Ok(());
    }
    let plan = Plan::to(([127, 0, 0, 1], 9).into(), 1, crate::measure::host::cores());
    driver.start(&plan).map(drop)
}
