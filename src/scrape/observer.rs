//! Whoever wants to hear of each visit: a store, a log, a progress bar.

use std::fmt::Debug;
use std::time::Duration;

use crate::clients::FetchError;
use crate::site::page::Reading;

/// Hears of each visit, from any thread, and must not block: it is called
/// from event loops.
pub trait Watch: Debug + Send + Sync {
    /// A page was had, or was not.
    fn visited(&self, visit: &Visit<'_>);

    /// Whether it has enough to do for now. No further page is handed out
    /// until this says no and [`super::Scrape::look_again`] was called.
    fn is_full(&self) -> bool {
        false
    }
}

/// One attempt at a page.
#[derive(Debug)]
pub struct Visit<'a> {
    /// The page, as in the request line.
    pub path: &'a str,
    /// Which host of the plan it is on.
    pub host: usize,
    /// How often it was tried before.
    pub attempt: u32,
    /// From handing it out to now.
    pub latency: Duration,
    /// What became of it.
    pub outcome: Outcome<'a>,
}

/// What became of an attempt.
#[derive(Debug)]
pub enum Outcome<'a> {
    /// The page was had, and says this.
    Fetched(&'a Reading),
    /// It will be tried again after so long.
    Again(&'a FetchError, Duration),
    /// It is given up: what kind of error it was, and what it says.
    Failed(&'a str, &'a str),
}
