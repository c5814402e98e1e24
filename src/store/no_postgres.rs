//! In the place of `postgres.rs`, in a build without it.

use super::{PostgresUrl, Reach, Store};

/// Says which build has it.
pub(super) fn open(url: &PostgresUrl, _: Reach) -> anyhow::Result<Box<dyn Store>> {
    anyhow::bail!(
        "cannot open {url}: this Regatta was built without PostgreSQL; build with --features \
         postgres, or name sqlite:news.db"
    )
}
