//! Stores that somebody had before: what is whole in them is kept, what is not
//! a store is left as it is, and what is written to them is read again.

use std::fs;
use std::path::Path;

use regatta::store::{History, Reach, Record, Spec, open};

use super::run::{Target, must};

const WORDS: [&str; 12] = [
    "{\"url\":",
    "{\"url\":\"/page/1\",",
    "\"seen_at_ms\":",
    "\"prices_cents\":[1,2]",
    "\"error\":null}",
    "}\n",
    "SQLite format 3\0",
    "create table",
    "pages",
    "prices",
    "user_version",
    "\u{0}\u{0}\u{0}\u{0}",
];

fn visit() -> Record {
    Record {
        url: "/page/1".to_owned(),
        seen_at_ms: 1_790_000_000_000,
        titles: vec!["A".to_owned()],
        prices_cents: vec![5],
        ..Record::default()
    }
}

fn write(kind: &str, file: &Path) -> anyhow::Result<()> {
    let spec: Spec = format!("{kind}:{}", file.display()).parse()?;
    open(&spec, Reach::Loopback)?.write(&[visit()])
}

#[test]
fn json_lines() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("a.jsonl");
    Target::new("json_lines", &WORDS).hold(move |input| {
        let _place = &place;
        fs::write(&file, input).unwrap();
        let written = write("jsonl", &file);
        let after = fs::read(&file).unwrap();
        if written.is_err() {
            return assert_eq!(after, input, "refused and changed");
        }
        let line = serde_json::to_string(&visit()).unwrap() + "\n";
        let before = after
            .strip_suffix(line.as_bytes())
            .expect("the visit is the last line");
        // All lines that were whole are there as they were.
        let whole = input
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |at| at + 1);
        assert_eq!(before[..whole], input[..whole], "lines were changed");
        let last = &before[whole..];
        let kept = [&input[whole..], &b"\n"[..]].concat();
        assert!(last.is_empty() || last == kept, "the last line was changed");
    });
}

#[test]
fn sqlite() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("a.db");
    let target = Target {
        // The pages that SQLite keeps in memory.
        base_bytes: 16 << 20,
        ..Target::new("sqlite", &WORDS)
    };
    let seed = place.path().join("seed.db");
    for _ in 0..3 {
        must("a new store", write("sqlite", &seed));
    }
    let fresh = fs::read(&seed).unwrap();
    target.hold(move |input| {
        for ending in ["", "-wal", "-shm", "-journal"] {
            let _ = fs::remove_file(place.path().join(format!("a.db{ending}")));
        }
        // A seed of one line says how a fresh store is damaged: a database is
        // twenty pages of zeros, and changes would mostly be lost in them.
        fs::write(&file, damaged(&fresh, input)).unwrap();
        let before = fs::read(&file).unwrap();
        let opened = History::open(&file);
        if let Ok(history) = &opened {
            let _ = history.tracks();
            let _ = history.of("/page/1");
        }
        drop(opened);
        assert_eq!(fs::read(&file).unwrap(), before, "reading changed it");
        // Whether a visit to a damaged database is found again depends on what
        // is damaged, which nobody sees without reading all of it.
        if write("sqlite", &file).is_ok() {
            must("written and not opened", History::open(&file));
        }
    });
}

/// Lays `input` over a fresh store: its first two bytes say where.
fn damaged(fresh: &[u8], input: &[u8]) -> Vec<u8> {
    let [high, low, rest @ ..] = input else {
        return input.to_vec();
    };
    let mut bytes = fresh.to_vec();
    let at = usize::from(u16::from_be_bytes([*high, *low]));
    if at == usize::from(u16::MAX) {
        return rest.to_vec();
    }
    let at = at % bytes.len();
    let end = bytes.len().min(at + rest.len());
    bytes.splice(at..end, rest.iter().copied());
    bytes
}
