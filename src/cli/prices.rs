//! `regatta prices`: how the prices that scrapes stored changed over time.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;

use super::headings::OUTPUT;
use super::values::whole;
use crate::scraper::prices::{self, ChartStyle};
use crate::store::{History, Track};

/// Pages that an error names at most.
const NAMED: usize = 5;

/// What `regatta prices` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// SQLite store that `regatta scrape --store sqlite:FILE` wrote
    file: PathBuf,
    /// Show the prices of one page, visit by visit, with a chart: its URL, or its
    /// path if only one host has it
    #[arg(long, value_name = "PAGE")]
    url: Option<String>,
    /// Width of the text in columns; the terminal's, or 80, if not given
    #[arg(long, value_name = "COLUMNS", value_parser = whole::<u16>(40..=1000, 100), help_heading = OUTPUT)]
    width: Option<u16>,
    /// Draw with ASCII characters only
    #[arg(long, help_heading = OUTPUT)]
    ascii: bool,
}

/// Prints them.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let history = History::open(&args.file)?;
    let style = ChartStyle {
        width: args.width.map_or_else(super::output::width, usize::from),
        ascii: args.ascii,
        colour: super::output::colour(),
    };
    let text = match &args.url {
        None => list(&history, args, &style)?,
        Some(url) => page(&history, url, &style)?,
    };
    super::output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn list(history: &History, args: &Args, style: &ChartStyle) -> anyhow::Result<String> {
    let tracks = history.tracks()?;
    if tracks.is_empty() {
        bail!(
            "no page in {} has a price yet; scrape pages with prices, for example `regatta scrape --store sqlite:news.db`",
            args.file.display()
        );
    }
    Ok(prices::list(&tracks, style))
}

fn page(history: &History, url: &str, style: &ChartStyle) -> anyhow::Result<String> {
    let tracks = history.tracks()?;
    let url = whole_address(&tracks, url)?;
    let visits = history.of(url)?;
    if visits.is_empty() {
        bail!(
            "{url} has no price in this store; {}",
            pages_with_prices(&tracks)
        );
    }
    Ok(prices::history(url, &visits, style))
}

/// The URL of the page that a path alone means; anything else is returned as it is.
fn whole_address<'a>(tracks: &'a [Track], url: &'a str) -> anyhow::Result<&'a str> {
    let known = tracks.iter().map(|track| track.url.as_str());
    let meant = known.filter(|known| known.strip_suffix(url).is_some_and(is_host));
    let mut meant: Vec<&str> = meant.collect();
    // A page has a track for each of its prices.
    meant.dedup();
    match meant[..] {
        [] => Ok(url),
        [one] => Ok(one),
        _ => bail!(
            "{url} is on several hosts; expected one of {}",
            meant.join(", ")
        ),
    }
}

/// Whether this is an address up to its path: `http://127.0.0.1:8080`.
fn is_host(text: &str) -> bool {
    let host = text.split_once("://").map(|(_, host)| host);
    host.is_some_and(|host| !host.is_empty() && !host.contains('/'))
}

/// The first few pages with a price, and how many more there are.
fn pages_with_prices(tracks: &[Track]) -> String {
    let mut pages: Vec<String> = tracks
        .iter()
        .map(|track| prices::plain(&track.url))
        .collect();
    pages.dedup();
    match pages.len() {
        0 => "no page has one yet".to_owned(),
        1..=NAMED => format!("these have one: {}", pages.join(", ")),
        more => format!(
            "{more} pages have one, for example {}; without --url all are listed",
            pages[..NAMED].join(", ")
        ),
    }
}
