//! Stores: where what a scrape found is kept.
//!
//! Every model feeds the same bounded queue, and one thread writes from it, so
//! that a store costs each of them the same and a slow one slows all of them
//! down the same way:
//!
//! ```text
//! visit ──► Intake ──► queue ──► writer thread ──► Store
//!             ▲  bounded            │ a batch at a time
//!   is_full() └───── on_room() ─────┘
//! ```
//!
//! | file | what is in it |
//! |---|---|
//! | `record.rs` | what one visit found |
//! | `spec.rs` | which store, as it is named on a command line |
//! | `json_lines.rs`, `sqlite.rs`, `postgres.rs` | one store each |
//! | `queue.rs`, `writer.rs` | the queue and its one writer |
//! | `history.rs` | prices read back |
//!
//! One promise holds for all of them: what [`Store::write`] returned from is
//! acknowledged, and survives `kill -9` and a loss of power, as far as the
//! disk does what it says. A batch costs one push to the disk, however many
//! records are in it. `docs/STORES.md` has the formats and the small print.

mod failure;
mod history;
mod json_lines;
mod place;
#[cfg_attr(not(feature = "postgres"), path = "no_postgres.rs")]
mod postgres;
mod queue;
mod record;
mod spec;
mod sqlite;
mod writer;

use json_lines::JsonLines;
use sqlite::Sqlite;

pub use history::{History, Seen, Track};
pub use queue::Intake;
pub use record::Record;
pub use spec::{PostgresUrl, Spec, SpecError};
pub use writer::{Stored, Writer};

/// Where records are kept.
pub trait Store: Send {
    /// Writes `batch`. It is durable when this returns: it survives `kill -9`
    /// and a loss of power. After an error some of the batch may be there, and
    /// all of the batches before are.
    fn write(&mut self, batch: &[Record]) -> anyhow::Result<()>;
}

/// Whether a store may be on another machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// On this machine only.
    Loopback,
    /// Anywhere.
    Anywhere,
}

/// Opens the store, and makes it where there is none.
///
/// What is there already is kept and added to. A file or a database that is
/// not a store of Regatta's is refused, and nothing in it is altered.
pub fn open(spec: &Spec, reach: Reach) -> anyhow::Result<Box<dyn Store>> {
    match spec {
        Spec::None => Ok(Box::new(Nothing)),
        Spec::JsonLines(file) => Ok(Box::new(JsonLines::open(file)?)),
        Spec::Sqlite(file) => Ok(Box::new(Sqlite::open(file)?)),
        Spec::Postgres(url) => postgres::open(url, reach),
    }
}

/// The store that keeps nothing.
struct Nothing;

impl Store for Nothing {
    fn write(&mut self, _: &[Record]) -> anyhow::Result<()> {
        Ok(())
    }
}
