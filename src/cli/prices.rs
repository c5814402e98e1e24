//! `regatta prices`: what became of the prices that scrapes have found.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;

use crate::scraper::prices::{self, Style};
use crate::store::{History, Track};

/// As many pages are named to somebody who asked for another.
const NAMED: usize = 5;

/// What `regatta prices` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The SQLite store that scrapes have written to, such as news.db
    file: PathBuf,
    /// Show this page's prices, visit by visit, and draw them: its address, or
    /// its path where one host alone has it
    #[arg(long, value_name = "PAGE")]
    url: Option<String>,
    /// Columns to write for, in place of the terminal's own or 80
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(40..=1000))]
    width: Option<u16>,
    /// Draw with ASCII characters only
    #[arg(long)]
    ascii: bool,
}

/// Shows them.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let history = History::open(&args.file)?;
    let style = Style {
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

fn list(history: &History, args: &Args, style: &Style) -> anyhow::Result<String> {
    let tracks = history.tracks()?;
    if tracks.is_empty() {
        bail!(
            "no page in {} had a price yet; scrape some that have",
            args.file.display()
        );
    }
    Ok(prices::list(&tracks, style))
}

fn page(history: &History, url: &str, style: &Style) -> anyhow::Result<String> {
    let tracks = history.tracks()?;
    let url = whole_address(&tracks, url)?;
    let visits = history.of(url)?;
    if visits.is_empty() {
        bail!("{url} never had a price; {}", those_that_had(&tracks));
    }
    Ok(prices::history(url, &visits, style))
}

/// The page that is meant by a path alone; anything else is what it says.
fn whole_address<'a>(tracks: &'a [Track], url: &'a str) -> anyhow::Result<&'a str> {
    let known = tracks.iter().map(|track| track.url.as_str());
    let meant = known.filter(|known| known.strip_suffix(url).is_some_and(is_host));
    let mut meant: Vec<&str> = meant.collect();
    // A page has a track for each of its prices.
    meant.dedup();
    match meant[..] {
        [] => Ok(url),
        [one] => Ok(one),
        _ => bail!("{url} is on several hosts; name one: {}", meant.join(", ")),
    }
}

/// Whether this is an address up to its path: `http://127.0.0.1:8080`.
fn is_host(text: &str) -> bool {
    let host = text.split_once("://").map(|(_, host)| host);
    host.is_some_and(|host| !host.is_empty() && !host.contains('/'))
}

/// The first few pages with a price, and how many more there are.
fn those_that_had(tracks: &[Track]) -> String {
    let mut pages: Vec<String> = tracks
        .iter()
        .map(|track| prices::plain(&track.url))
        .collect();
    pages.dedup();
    match pages.len() {
        0 => "no page had one yet".to_owned(),
        1..=NAMED => format!("these had one: {}", pages.join(", ")),
        more => format!(
            "{more} pages had one, such as {}; without --url they are listed",
            pages[..NAMED].join(", ")
        ),
    }
}
