//! Saved files as JSON, to be edited.

use std::path::{Path, PathBuf};

use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;

/// A file of this repository.
pub(crate) fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

pub(crate) fn json(name: &str) -> Value {
    let text = std::fs::read_to_string(file(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// How often a property is tried: `fallback`, unless `REGATTA_MUTATIONS` says
/// otherwise.
pub(crate) fn tries(fallback: u32) -> u32 {
    let asked = std::env::var("REGATTA_MUTATIONS").ok();
    asked
        .and_then(|count| count.parse().ok())
        .unwrap_or(fallback)
}

/// Numbers at random, the same ones in every run.
pub(crate) struct Rng(TestRunner);

impl Rng {
    pub(crate) fn new() -> Self {
        Self(TestRunner::deterministic())
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        let strategy = 0..end.max(1);
        let tree = proptest::strategy::Strategy::new_tree(&strategy, &mut self.0);
        tree.unwrap().current()
    }
}

/// A pointer to every value in `value` for which `wanted` holds.
pub(crate) fn places(value: &Value, wanted: fn(&Value) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    walk(value, &mut String::new(), wanted, &mut found);
    found
}

fn walk(value: &Value, at: &mut String, wanted: fn(&Value) -> bool, found: &mut Vec<String>) {
    if wanted(value) {
        found.push(at.clone());
    }
    let children: Vec<(String, &Value)> = match value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| (index.to_string(), item))
            .collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(key, field)| (key.replace('~', "~0").replace('/', "~1"), field))
            .collect(),
        _ => Vec::new(),
    };
    for (key, child) in children {
        let length = at.len();
        at.push('/');
        at.push_str(&key);
        walk(child, at, wanted, found);
        at.truncate(length);
    }
}
