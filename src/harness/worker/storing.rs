//! A store beside a run: it keeps the records of the pages, and the run ends
//! when all of them are durable.

use std::sync::Arc;

use crate::scrape::{Keep, Scrape};
use crate::store::{self, Reach, Spec, Stored, Writer};

/// A store that is being written to.
#[derive(Debug)]
pub(super) struct Storing {
    keep: Arc<Keep>,
    writer: Writer,
}

impl Storing {
    /// Opens the store, which must be on this machine.
    pub(super) fn open(spec: &Spec, host: &str) -> anyhow::Result<Self> {
        let store = store::open(spec, Reach::Loopback)?;
        let (keep, writer) = Keep::start(std::iter::once(host), store)?;
        Ok(Self { keep, writer })
    }

    /// Before the scrape is shared.
    pub(super) fn watch(&self, scrape: &mut Scrape) {
        scrape.watched_by(self.keep.clone());
    }

    /// After it is.
    pub(super) fn watches(&self, scrape: &Arc<Scrape>) {
        self.keep.watches(scrape);
    }

    /// Waits until everything is durable.
    pub(super) fn finish(self) -> anyhow::Result<Stored> {
        self.writer.finish()
    }
}
