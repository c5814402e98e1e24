//! Ctrl-C: the first asks the program to stop well, a second ends it at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};

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

    /// The same; the first time `first` is called, from a separate thread.
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

    /// The same for a program that ends well after the second, too: `each` is
    /// called with 1 and with 2, from a thread of its own, and must not block.
    /// A third ends it at once.
    pub fn listen_each(&self, each: impl Fn(u32) + Send + 'static) -> anyhow::Result<()> {
        let (set, count) = (self.clone(), AtomicU32::new(0));
        ctrlc::set_handler(move || {
            set.0.store(true, SeqCst);
            match count.fetch_add(1, SeqCst) + 1 {
                nth @ 1..=2 => each(nth),
                _ => std::process::exit(i32::from(EXIT_CODE)),
            }
        })
        .context("Ctrl-C cannot be listened to")
    }

    /// Whether it was asked for.
    pub fn is_set(&self) -> bool {
        self.0.load(SeqCst)
    }
}
