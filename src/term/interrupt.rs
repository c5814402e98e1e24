//! Ctrl-C: the first asks the program to stop well, a second ends it at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use anyhow::Context;

/// The exit code of a program that was interrupted, as shells know it.
pub const EXIT_CODE: u8 = 130;

/// Whether the user wants to stop.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens to SIGINT and SIGTERM (Ctrl-C elsewhere) from now on. Once a
    /// process.
    pub fn listen(&self) -> anyhow::Result<()> {
        self.listen_with(|| ())
    }

    /// The same; the first time `first` is called, from a thread of its own.
    pub fn listen_with(&self, first: impl Fn() + Send + 'static) -> anyhow::Result<()> {
        let set = self.clone();
        ctrlc::set_handler(move || {
            if set.0.swap(true, SeqCst) {
                std::process::exit(i32::from(EXIT_CODE));
            }
            first();
        })
        .context("Ctrl-C cannot be listened to")
    }

    /// Whether it was asked for.
    pub fn is_set(&self) -> bool {
        self.0.load(SeqCst)
    }
}
