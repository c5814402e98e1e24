//! An observer receives each attempt: a store, a log, a progress bar.

use std::fmt::Debug;
use std::time::Duration;

use crate::clients::FetchError;
use crate::site::page::Reading;

/// Receives each attempt, on any thread. It must not block, because event loops
/// call it.
pub trait Observer: Debug + Send + Sync {
    /// An attempt has ended.
    fn visited(&self, visit: &Visit<'_>);

    /// Whether it has no room for now. No further page is handed out
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
    /// Time since the ticket was handed out.
    pub latency: Duration,
    /// How it ended.
    pub outcome: Outcome<'a>,
}

/// How an attempt ended.
#[derive(Debug)]
pub enum Outcome<'a> {
    /// The page was fetched and has this content.
    Fetched(&'a Reading),
    /// It will be tried again after this time.
    Again(&'a FetchError, Duration),
    /// It is given up, with the kind and the text of the error.
    Failed(&'a str, &'a str),
}
