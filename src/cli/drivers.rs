//! `regatta drivers`: every driver, what it is made of, and whether it can
//! run here.

use std::fmt::Write;
use std::process::ExitCode;

use crate::clients::Plan;
use crate::drivers::{self, Driver};
use crate::versions;

/// What `regatta drivers` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only these: names or patterns such as 'tokio*/*', comma-separated
    #[arg(long = "driver", value_delimiter = ',', default_value = "all")]
    driver: Vec<String>,
}

/// Lists them.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut text = String::new();
    for driver in drivers::select(&args.driver)? {
        entry(&mut text, driver)?;
    }
    text.push_str(
        "* in the report unless --driver says otherwise; `--driver all` runs every one,\n  \
         and `--driver 'cheat/*'` the cheats that Regatta refuses\n",
    );
    super::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn entry(text: &mut String, driver: &Driver) -> std::fmt::Result {
    let mark = if drivers::DEFAULT.contains(&driver.name.as_str()) {
        '*'
    } else {
        ' '
    };
    writeln!(text, "{mark} {:<22} {}", driver.name, made_of(driver))?;
    writeln!(text, "    {}", driver.model.waits)?;
    if let Err(error) = can_start(driver) {
        writeln!(text, "    cannot run here: {error:#}")?;
    }
    Ok(())
}

fn made_of(driver: &Driver) -> String {
    let names = driver.model.crates.iter().chain(driver.client.crates);
    let pieces: Vec<String> = names
        .map(|name| {
            format!(
                "{name} {}",
                versions::of(name).unwrap_or_else(|| "?".to_owned())
            )
        })
        .collect();
    if pieces.is_empty() {
        "std alone".to_owned()
    } else {
        pieces.join(", ")
    }
}

/// Starts it with one page in flight, which connects to nothing. Cheats are
/// taken at their word: one of them does connect.
fn can_start(driver: &Driver) -> anyhow::Result<()> {
    if driver.model.name == "cheat" {
        return Ok(());
    }
    let plan = Plan {
        server: ([127, 0, 0, 1], 9).into(),
        concurrency: 1,
        threads: crate::measure::host::cores(),
        keep_alive: true,
    };
    driver.start(&plan).map(drop)
}
