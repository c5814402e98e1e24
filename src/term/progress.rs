//! What the user sees while it runs: a bar in a terminal, plain lines where
//! the output goes to a file or a pipe. Always on standard error, so that
//! standard output holds the report and nothing else.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::say;
use crate::fmt;

/// How progress is shown.
#[derive(Debug)]
pub enum Progress {
    /// A bar with what runs now and the time left.
    Bar(ProgressBar),
    /// A line a round.
    Lines,
    /// Nothing.
    Silent,
}

impl Progress {
    /// A bar if standard error is a terminal, lines if not, nothing if asked.
    pub fn new(quiet: bool) -> Self {
        if quiet {
            return Self::Silent;
        }
        if !std::io::stderr().is_terminal() {
            return Self::Lines;
        }
        let style = ProgressStyle::with_template("{wide_bar} {pos:>3} % {msg}");
        let bar = ProgressBar::new(100);
        Self::Bar(bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())))
    }

    /// Something that happens once.
    pub fn note(&self, words: &str) {
        match self {
            Self::Bar(bar) => bar.set_message(fmt::plain(words)),
            Self::Lines => say::line(words),
            Self::Silent => {}
        }
    }

    /// A round begins.
    pub fn round(&self, name: &str, drivers: usize, left: Duration) {
        if let Self::Lines = self {
            let left = left.as_secs_f64();
            let plural = if drivers == 1 { "driver" } else { "drivers" };
            say::line(&format!(
                "{name}: {drivers} {plural}, about {left:.0} s left"
            ));
        }
    }

    /// A driver runs.
    pub fn running(&self, round: &str, driver: &str, elapsed: Duration, left: Duration) {
        if let Self::Bar(bar) = self {
            let done = elapsed.as_secs_f64() / (elapsed + left).as_secs_f64().max(0.001);
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            bar.set_position((done * 100.0) as u64);
            let driver = fmt::plain(driver);
            bar.set_message(format!(
                "{left:>3.0?} left  {round}  {driver:<21}",
                left = Seconds(left)
            ));
        }
    }

    /// Takes the bar away.
    pub fn end(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

struct Seconds(Duration);

impl std::fmt::Debug for Seconds {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:>3.0} s", self.0.as_secs_f64())
    }
}
