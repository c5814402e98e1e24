//! One process, as `/proc/PID/stat` describes it.

use std::fs;

/// `/proc` counts CPU time in hundredths of a second on every architecture.
const TICK_NS: u64 = 10_000_000;

/// One process. `id` and `began_ticks` together name it for ever: the kernel
/// gives the number of an ended process to another one, but not its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) id: u32,
    pub(crate) began_ticks: u64,
    pub(crate) parent: u32,
    pub(crate) group: u32,
    pub(crate) session: u32,
    /// The kernel's letter for what it does, for example `S` for sleeping.
    pub(crate) state: char,
    /// CPU time of the children that have ended and whose end it has asked for.
    pub(crate) ended_children_ns: u64,
}

impl Entry {
    /// The process with this number, if there is one.
    pub(crate) fn of(id: u32) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{id}/stat")).ok()?)
    }

    fn parse(stat: &str) -> Option<Self> {
        // The name is in parentheses and may contain some, and spaces.
        let (head, tail) = stat.rsplit_once(") ")?;
        let fields: Vec<&str> = tail.split_whitespace().collect();
        let number = |place: usize| -> Option<u64> { fields.get(place)?.parse().ok() };
        let id = |place: usize| -> Option<u32> { fields.get(place)?.parse().ok() };
        Some(Self {
            id: head.split(' ').next()?.parse().ok()?,
            state: fields.first()?.chars().next()?,
            parent: id(1)?,
            group: id(2)?,
            // The session of a process of another container is shown as 0 or -1.
            session: id(3).unwrap_or_default(),
            ended_children_ns: (number(13)? + number(14)?) * TICK_NS,
            began_ticks: number(19)?,
        })
    }

    /// It has ended and its parent has not asked how.
    pub(crate) fn is_zombie(self) -> bool {
        matches!(self.state, 'Z' | 'X')
    }

    /// A signal or a debugger has stopped it.
    pub(crate) fn is_stopped(self) -> bool {
        matches!(self.state, 'T' | 't')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_and_spaces_is_skipped() {
        let stat = "12 (a) S (b)) Z 3 4 5 0 -1 0 0 0 0 0 1 2 3 4 20 0 1 0 1676 0 0";
        let entry = Entry {
            id: 12,
            began_ticks: 1676,
            parent: 3,
            group: 4,
            session: 5,
            state: 'Z',
            ended_children_ns: 70_000_000,
        };
        assert_eq!(Entry::parse(stat), Some(entry));
        assert!(entry.is_zombie() && !entry.is_stopped());
        for wrong in ["", "12 (a", "12 (a) S 1"] {
            assert_eq!(Entry::parse(wrong), None);
        }
    }
}
