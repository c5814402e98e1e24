//! The processes that Regatta starts: the server, and a worker for each run.
//!
//! A measured program must not share its CPU time or its memory with the program
//! that measures it, so the same binary runs in several processes. None is left
//! behind: dropping its handle ends each with all that it started ([`tree`]), and
//! on Linux each ends itself when the process that started it is gone, for any
//! reason. Elsewhere each ends with its standard input.

mod child;
mod entry;
mod failure;
pub(crate) mod guard;
mod health;
mod server;
pub(crate) mod tree;
mod watch;
mod worker;
mod written;

use std::path::{Path, PathBuf};

use anyhow::Context;

pub use failure::Failure;
pub use server::ServerProcess;
pub use worker::{Monitor, Response, Worker};
pub use written::once_written;

/// A build of Regatta that can run as server or worker.
#[derive(Debug, Clone)]
pub struct Program(PathBuf);

impl Program {
    /// The program that is running.
    pub fn this() -> anyhow::Result<Self> {
        Ok(Self(
            std::env::current_exe().context("failed to find the path of this program")?,
        ))
    }

    /// The program at `path`.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl std::fmt::Display for Program {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.display().fmt(formatter)
    }
}
