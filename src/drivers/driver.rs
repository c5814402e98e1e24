//! What a driver is: a model with a client, what is known of it before it
//! runs, and how it is started.

use std::sync::Arc;

use crate::clients::{AsyncClient, BlockingClient, ClientInfo, Net, Plan};
use crate::scrape::Scrape;

type Start = Box<dyn Fn(&Plan) -> anyhow::Result<Box<dyn Started>> + Send + Sync>;

/// A model with a client.
pub struct Driver {
    /// Its name, `model/client`.
    pub name: String,
    /// How it waits.
    pub model: ModelInfo,
    /// How it speaks HTTP.
    pub client: ClientInfo,
    start: Start,
}

/// What a driver is there for, and what `regatta drivers` says of it in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A right program that is compared with others.
    Model {
        /// How it waits.
        waits: &'static str,
    },
    /// A wrong program, measured beside right ones.
    Trap {
        /// What is wrong: what it does, as a verb and its object.
        wrong: &'static str,
        /// The lesson that shows it.
        lesson: &'static str,
    },
    /// A trap without its mistake.
    Fixed {
        /// What it does in place of the mistake, as a verb and its object.
        fix: &'static str,
        /// The lesson that shows it.
        lesson: &'static str,
    },
    /// A dishonest program, which must be rejected.
    Cheat {
        /// What it does, as a verb and its object.
        how: &'static str,
    },
}

/// What traps have in place of a model's name: `trap/unbounded`.
pub const TRAP: &str = "trap";
/// The same for fixed programs.
pub const FIXED: &str = "fixed";
/// The same for cheats.
pub const CHEAT: &str = "cheat";

impl Kind {
    /// What is said of it in a line.
    #[must_use]
    pub fn summary(self) -> &'static str {
        match self {
            Self::Model { waits } => waits,
            Self::Trap { wrong, .. } => wrong,
            Self::Fixed { fix, .. } => fix,
            Self::Cheat { how } => how,
        }
    }

    /// The lesson that shows it, if it was written for one.
    #[must_use]
    pub fn lesson(self) -> Option<&'static str> {
        match self {
            Self::Trap { lesson, .. } | Self::Fixed { lesson, .. } => Some(lesson),
            Self::Model { .. } | Self::Cheat { .. } => None,
        }
    }

    /// The first part of its name, where that is not a model's name.
    #[must_use]
    pub fn group(self) -> Option<&'static str> {
        match self {
            Self::Model { .. } => None,
            Self::Trap { .. } => Some(TRAP),
            Self::Fixed { .. } => Some(FIXED),
            Self::Cheat { .. } => Some(CHEAT),
        }
    }
}

/// A model as the tables and `regatta drivers` name it.
#[derive(Debug, Clone, Copy)]
pub struct ModelInfo {
    /// As in `model/client`.
    pub name: &'static str,
    /// The crates whose versions matter to its figures; none is the standard
    /// library alone.
    pub crates: &'static [&'static str],
    /// What it is there for.
    pub kind: Kind,
    /// Whether it has one page in flight whatever it is allowed.
    pub one_at_a_time: bool,
    /// Whether a connection carries one page after another.
    pub keep_alive: bool,
    /// How it gives up a page in flight.
    pub cancel_mode: CancelMode,
}

impl std::fmt::Debug for Driver {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.name)
    }
}

impl Driver {
    /// A driver that `start` starts.
    pub fn new(
        model: ModelInfo,
        client: ClientInfo,
        start: impl Fn(&Plan) -> anyhow::Result<Box<dyn Started>> + Send + Sync + 'static,
    ) -> Self {
        let name = format!("{}/{}", model.name, client.name);
        Self {
            name,
            model,
            client,
            start: Box::new(start),
        }
    }

    /// What it is there for.
    pub fn kind(&self) -> Kind {
        self.model.kind
    }

    /// Whether it is wrong on purpose, and takes no place among the others.
    pub fn is_trap(&self) -> bool {
        matches!(self.kind(), Kind::Trap { .. })
    }

    /// Whether it is dishonest on purpose, and must be rejected.
    pub fn is_cheat(&self) -> bool {
        matches!(self.kind(), Kind::Cheat { .. })
    }

    /// Starts it: runtime, threads and client are there when this returns,
    /// and no connection is open yet.
    pub fn start(&self, plan: &Plan) -> anyhow::Result<Box<dyn Started>> {
        let plan = Plan {
            keep_alive: self.model.keep_alive,
            ..plan.clone()
        };
        (self.start)(&plan)
    }

    /// The most threads that it starts for `concurrency` pages in flight, with a
    /// runtime of `threads`. Whatever waits in a thread needs one for each page;
    /// so may a lesson's program, which hands work to threads beside its runtime.
    pub fn most_threads(&self, concurrency: usize, threads: usize) -> usize {
        let waits_in_threads = self.model.cancel_mode == CancelMode::ShutDown;
        if waits_in_threads || !matches!(self.kind(), Kind::Model { .. }) {
            threads.saturating_add(self.in_flight(concurrency))
        } else {
            threads
        }
    }

    /// How many pages it may have in flight where the workload allows
    /// `concurrency`.
    pub fn in_flight(&self, concurrency: usize) -> usize {
        if self.model.one_at_a_time {
            1
        } else {
            concurrency
        }
    }
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
    /// Makes what lives longer than a scrape.
    fn start<C: BlockingClient>(plan: &Plan, client: C) -> anyhow::Result<Box<dyn Started>>;
}

/// A model over async clients.
pub trait AsyncModel {
    /// How its runtime opens a connection.
    type Net: Net;
    /// Makes what lives longer than a scrape.
    fn start<C: AsyncClient>(plan: &Plan, client: C) -> anyhow::Result<Box<dyn Started>>;
}

/// A program of a lesson, trap or fixed, as a driver: it is model and client
/// in one.
#[derive(Debug, Clone, Copy)]
pub struct LessonProgram {
    /// As in `trap/name`.
    pub name: &'static str,
    /// Whether it is a trap or a fixed one.
    pub kind: Kind,
    /// The crates that it is made of.
    pub crates: &'static [&'static str],
    /// Whether its client may open more connections than are in flight.
    pub pool_races: bool,
    /// How it gives up a page in flight.
    pub cancel_mode: CancelMode,
    /// Makes what lives longer than a scrape.
    pub start: fn(&Plan) -> anyhow::Result<Box<dyn Started>>,
}

impl From<LessonProgram> for Driver {
    fn from(program: LessonProgram) -> Self {
        let model = ModelInfo {
            name: program.kind.group().unwrap_or_default(),
            kind: program.kind,
            crates: program.crates,
            // The mistake is what limits a trap; it is allowed what others are.
            one_at_a_time: false,
            keep_alive: true,
            cancel_mode: program.cancel_mode,
        };
        let client = ClientInfo {
            name: program.name,
            crates: &[],
            pool_races: program.pool_races,
        };
        Self::new(model, client, program.start)
    }
}
