//! The processes of this machine, as `/proc` lists them.

use std::collections::BTreeSet;
use std::fs;

use super::super::entry::Entry;
use super::MARKER;

/// The markers of the programs that started a process, from its environment.
pub(super) fn markers(process: Entry) -> Vec<String> {
    let environment = fs::read(format!("/proc/{}/environ", process.id)).unwrap_or_default();
    let variables = environment.split(|byte| *byte == 0);
    let values = variables.filter_map(|variable| {
        let variable = std::str::from_utf8(variable).ok()?;
        variable.strip_prefix(MARKER)?.strip_prefix('=')
    });
    values
        .flat_map(|value| value.split(' ').map(str::to_owned))
        .collect()
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
    fn descendants_are_found_at_any_depth_and_in_any_order() {
        let entry = |id, parent| Entry {
            id,
            began_ticks: 0,
            parent,
            group: 0,
            session: 0,
            state: 'S',
            ended_children_ns: 0,
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
