//! Whether the server runs while a worker is waited for. If it does not, the
//! worker is not to blame.

#[cfg(target_os = "linux")]
use super::entry::Entry;

/// The state of a server process, looked at from outside.
#[derive(Debug, Clone, Copy)]
pub(super) struct Health {
    id: u32,
}

impl Health {
    /// Of the process with this number.
    pub(super) fn of(id: u32) -> Self {
        Self { id }
    }

    /// What is wrong with it, in words.
    #[cfg(target_os = "linux")]
    pub(super) fn look(self) -> Result<(), String> {
        if self.has_ended() {
            return Err("the server ended".to_owned());
        }
        match Entry::of(self.id) {
            Some(server) if server.is_stopped() => Err(format!(
                "the server was stopped by a signal or a debugger; `kill -CONT {}` lets it go on",
                self.id
            )),
            _ => Ok(()),
        }
    }

    /// Whether it has ended. It is reaped when its handle is dropped and keeps its
    /// number until then.
    #[cfg(target_os = "linux")]
    pub(super) fn has_ended(self) -> bool {
        Entry::of(self.id).is_none_or(Entry::is_zombie)
    }

    /// Only its control port says more on this platform.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn look(self) -> Result<(), String> {
        let _ = self.id;
        Ok(())
    }

    /// Only its control port says more on this platform.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn has_ended(self) -> bool {
        self.look().is_err()
    }
}
