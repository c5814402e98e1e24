//! The processes that Regatta starts of itself: the server, and a worker a
//! driver.
//!
//! A measured program must not share its CPU time or its memory with its
//! measurer, so the same program plays all parts in processes of their own.
//! None is left behind: each is ended when its handle is dropped, and on
//! Linux ends itself when the process that started it is gone, however that
//! ended. Elsewhere they end with their standard input.

mod process;
mod server;
mod worker;

use std::path::PathBuf;

use anyhow::Context;

pub use server::Server;
pub use worker::{Failure, LookIn, Outcome, Worker};

/// A build of Regatta that can play a part.
#[derive(Debug, Clone)]
pub struct Program(PathBuf);

impl Program {
    /// The program that is running.
    pub fn this() -> anyhow::Result<Self> {
        Ok(Self(
            std::env::current_exe().context("this program cannot find itself")?,
        ))
    }

    /// The program at `path`.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }
}

impl std::fmt::Display for Program {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.display().fmt(formatter)
    }
}
