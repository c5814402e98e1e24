//! A store beside a run: it keeps the records of the pages, and the run ends
//! when all of them are durable.

use std::sync::Arc;

use crate::scrape::{Scrape, StoreSink};
use crate::store::{self, Reach, Spec, Stored, Writer};

/// A store that is being written to.
#[derive(Debug)]
pub(super) struct Storing {
    sink: Arc<StoreSink>,
    writer: Writer,
}

impl Storing {
    /// Opens the store, which must be on this machine.
    pub(super) fn open(spec: &Spec, host: &str) -> anyhow::Result<Self> {
        let store = store::open(spec, Reach::Loopback)?;
        let (sink, writer) = StoreSink::start(std::iter::once(host), store, usize::MAX)?;
        Ok(Self { sink, writer })
    }

    /// Before the scrape is shared.
    pub(super) fn observe(&self, scrape: &mut Scrape) {
        scrape.observed_by(self.sink.clone());
    }

    /// After it is.
    pub(super) fn attach(&self, scrape: &Arc<Scrape>) {
        self.sink.attach(scrape);
    }

    /// Waits until everything is durable.
    pub(super) fn finish(self) -> anyhow::Result<Stored> {
        self.writer.finish()
    }
}
