//! The processes of this machine, as `/proc` lists them.

use std::collections::BTreeSet;
use std::fs;

/// One process. `id` and `began_ticks` together name it for ever: the kernel
/// gives the number of an ended process to another one, but not its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub(crate) id: u32,
    pub(crate) began_ticks: u64,
    pub(crate) parent: u32,
    pub(crate) group: u32,
    pub(crate) session: u32,
    /// It has ended and its parent has not asked how.
    pub(crate) is_zombie: bool,
    /// A signal or a debugger has stopped it.
    pub(crate) is_stopped: bool,
}

impl Entry {
    /// The process with this number, if there is one.
    pub(crate) fn of(id: u32) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{id}/stat")).ok()?)
    }

    fn parse(stat: &str) -> Option<Self> {
        // The name is in parentheses and may contain some.
        let (head, tail) = stat.rsplit_once(") ")?;
        let fields: Vec<&str> = tail.split(' ').collect();
        let number = |place: usize| fields.get(place)?.parse().ok();
        Some(Self {
            id: head.split(' ').next()?.parse().ok()?,
            is_zombie: matches!(fields.first(), Some(&("Z" | "X"))),
            is_stopped: matches!(fields.first(), Some(&("T" | "t"))),
            parent: number(1)?,
            group: number(2)?,
            // The session of a process of another container is shown as 0 or -1.
            session: number(3).unwrap_or_default(),
            began_ticks: fields.get(19)?.parse().ok()?,
        })
    }

    /// The markers of the programs that started it, from its environment.
    pub(super) fn markers(self) -> Vec<String> {
        let environment = fs::read(format!("/proc/{}/environ", self.id)).unwrap_or_default();
        let variables = environment.split(|byte| *byte == 0);
        let values = variables.filter_map(|variable| {
            let variable = std::str::from_utf8(variable).ok()?;
            variable.strip_prefix(super::MARKER)?.strip_prefix('=')
        });
        values
            .flat_map(|value| value.split(' ').map(str::to_owned))
            .collect()
    }
}

/// All processes; none where there is no `/proc`.
pub(super) fn all() -> Vec<Entry> {
    let Ok(processes) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let ids = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    ids.filter_map(Entry::of).collect()
}

/// The processes that `id` started, and those that these started, as far as
/// they are still below it. Takes a millisecond, because all of `/proc` is read.
#[allow(dead_code, reason = "for what measures a program from outside")]
pub(crate) fn descendants(id: u32) -> Vec<Entry> {
    below(&all(), &BTreeSet::from([id]))
}

/// Those of `all` that are below `roots`, without the roots.
pub(super) fn below(all: &[Entry], roots: &BTreeSet<u32>) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut parents = roots.clone();
    while !parents.is_empty() {
        let children = all.iter().filter(|entry| parents.contains(&entry.parent));
        let children: Vec<Entry> = children.copied().collect();
        // Nothing is its own ancestor, but the list is not of one moment.
        let is_new = |entry: &Entry| !roots.contains(&entry.id) && !found.contains(entry);
        let children: Vec<Entry> = children.into_iter().filter(is_new).collect();
        parents = children.iter().map(|entry| entry.id).collect();
        found.extend(children);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_and_spaces_is_skipped() {
        let stat = "12 (a) S (b)) Z 3 4 5 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1676 0 0";
        let entry = Entry {
            id: 12,
            began_ticks: 1676,
            parent: 3,
            group: 4,
            session: 5,
            is_zombie: true,
            is_stopped: false,
        };
        assert_eq!(Entry::parse(stat), Some(entry));
        assert_eq!(Entry::parse(""), None);
        assert_eq!(Entry::parse("12 (a"), None);
    }

    #[test]
    fn descendants_are_found_at_any_depth_and_in_any_order() {
        let entry = |id, parent| Entry {
            id,
            began_ticks: 0,
            parent,
            group: 0,
            session: 0,
            is_zombie: false,
            is_stopped: false,
        };
        // 7 and 8 are each other's parents, as no process is.
        let all = [
            entry(5, 4),
            entry(4, 2),
            entry(2, 1),
            entry(3, 1),
            entry(7, 8),
            entry(8, 7),
        ];
        let ids = |root| -> BTreeSet<u32> {
            let found = below(&all, &BTreeSet::from([root]));
            found.iter().map(|entry| entry.id).collect()
        };
        assert_eq!(ids(1), BTreeSet::from([2, 3, 4, 5]));
        assert_eq!(ids(2), BTreeSet::from([4, 5]));
        assert_eq!(ids(5), BTreeSet::new());
        assert_eq!(ids(7), BTreeSet::from([8]));
    }
}
