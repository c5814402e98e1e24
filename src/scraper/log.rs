//! Log lines on standard error, for people or for programs, above a progress
//! bar where there is one.

use std::fmt;
use std::io::{self, IsTerminal, Write};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::fmt::escape;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// For people: time, level, words.
    Human,
    /// For programs: one JSON object a line.
    Json,
}

/// Where log lines and progress go.
#[derive(Debug, Clone)]
pub struct Log {
    bar: Option<ProgressBar>,
    form: Form,
    colour: bool,
}

impl Log {
    /// Log lines from now on, for the whole process; and a progress bar, if
    /// standard error is a terminal. Nothing at all when `quiet`.
    pub fn start(form: Form, colour: bool, quiet: bool) -> anyhow::Result<Self> {
        let shown = io::stderr().is_terminal() && !quiet;
        let log = Self {
            bar: shown.then(bar),
            form,
            colour,
        };
        let lines = tracing_subscriber::fmt()
            .with_max_level(if quiet {
                LevelFilter::OFF
            } else {
                LevelFilter::INFO
            })
            .with_target(false)
            .with_ansi(colour)
            .with_writer(log.clone());
        let set = match form {
            Form::Human => lines.try_init(),
            Form::Json => lines.json().flatten_event(true).try_init(),
        };
        set.map_err(|error| anyhow::anyhow!("{error}"))
            .context("log lines cannot be written")?;
        Ok(log)
    }

    fn safe(&self, line: &str) -> String {
        match self.form {
            Form::Human => escape::message(line, self.colour) + "\n",
            Form::Json => escape::json(line),
        }
    }

    pub(super) fn has_bar(&self) -> bool {
        self.bar.is_some()
    }

    /// Moves the bar: pages fetched or failed, of those discovered.
    pub(super) fn progress(&self, found: u64, fetched: u64, retries: u64, failed: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(found);
            bar.set_position(fetched + failed);
            bar.set_message(format!("{retries} retries, {failed} failed"));
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar() -> ProgressBar {
    let style = "{wide_bar} {pos}/{len} pages, {rate}, {msg}";
    let rate = |state: &ProgressState, to: &mut dyn fmt::Write| {
        // Writing to a String cannot fail.
        let _ = write!(to, "{:.0} per second", state.per_sec());
    };
    let style = ProgressStyle::with_template(style).map(|style| style.with_key("rate", rate));
    let bar = ProgressBar::new(1);
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line(self)
    }
}

/// A log line on its way.
#[derive(Debug)]
pub struct Line<'a>(&'a Log);

impl Write for Line<'_> {
    /// A whole line: what it quotes of a site or a system is made safe here.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line = self.0.safe(&String::from_utf8_lossy(bytes));
        let write = || io::stderr().write_all(line.as_bytes());
        match &self.0.bar {
            // Removed for the line, and drawn again below it.
            Some(bar) => bar.suspend(write)?,
            None => write()?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
