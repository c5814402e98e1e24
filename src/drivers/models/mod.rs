//! How a program waits for many things at once: one model a file.
//!
//! Each model does the same few things in the same order, so that two files
//! side by side (`diff thread_pool.rs tokio.rs`) show the difference and
//! nothing else: `start` makes what lives longer than a scrape (threads, a
//! runtime, fetchers), `scrape` lets the workers loose, and `worker` is one
//! worker's whole life: ask for the next step, take it, until there is none.
//!
//! What to fetch, when, and what becomes of a page are not a model's concern:
//! [`crate::frontier`] and [`crate::scrape`] decide that, once for all.

pub mod async_std;
pub mod mio;
pub mod rayon;
pub mod sequential;
pub mod smol;
pub mod thread_per_page;
pub mod thread_pool;
pub mod tokio;
pub mod tokio_current;

use std::sync::Arc;

use crate::clients::{AsyncClient, BlockingClient, Net, Plan};
use crate::scrape::Scrape;

/// A model as the tables and `regatta drivers` name it.
#[derive(Debug)]
pub struct ModelInfo {
    /// As in `model/client`.
    pub name: &'static str,
    /// The crates whose versions matter to its figures; none is the standard
    /// library alone.
    pub crates: &'static [&'static str],
    /// How it waits, in a line.
    pub waits: &'static str,
    /// Whether it has one page in flight whatever it is allowed.
    pub one_at_a_time: bool,
    /// Whether a connection carries one page after another.
    pub keep_alive: bool,
    /// How it gives up a page in flight.
    pub cancel_mode: CancelMode,
}

/// How a model gives up a page that is in flight, when a scrape is aborted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CancelMode {
    /// The future that waits for it is dropped.
    Dropped,
    /// The event loop closes its connection.
    Closed,
    /// The thread that waits for it cannot be reached, so another one shuts
    /// its socket down.
    ShutDown,
}

impl CancelMode {
    /// In a word or two.
    pub fn words(self) -> &'static str {
        match self {
            Self::Dropped => "dropped",
            Self::Closed => "closed",
            Self::ShutDown => "shut down",
        }
    }
}

/// A driver whose threads, runtime and client are there.
pub trait Started {
    /// Scrapes the whole scenario and returns when every worker has stopped.
    /// A started driver can do so again.
    fn scrape(&mut self, scrape: &Arc<Scrape>) -> anyhow::Result<()>;
}

/// A model over blocking clients.
pub trait BlockingModel {
    /// How it is listed.
    const INFO: ModelInfo;
    /// Makes what lives longer than a scrape.
    fn start<C: BlockingClient>(plan: &Plan, client: C) -> anyhow::Result<Box<dyn Started>>;
}

/// A model over async clients.
pub trait AsyncModel {
    /// How its runtime opens a connection.
    type Net: Net;
    /// How it is listed.
    const INFO: ModelInfo;
    /// Makes what lives longer than a scrape.
    fn start<C: AsyncClient>(plan: &Plan, client: C) -> anyhow::Result<Box<dyn Started>>;
}
