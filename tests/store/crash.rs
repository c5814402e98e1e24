//! `kill -9` in the middle of writing, twenty times into the same store: what
//! was acknowledged is there, the file opens, and a rerun completes it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use regatta::store::Record;
use rusqlite::Connection;

use super::scribe;
use super::{FIRST_VISIT_MS, open, said, spec};

const KILLS: u64 = 20;
const RECORDS: u64 = 4000;

/// How many records of each visit are there, and which: page by visit.
type Found = BTreeMap<u64, Vec<u64>>;

/// Kills writer after writer and looks after each; then lets one finish.
fn torment(kind: &str, file: &Path, look: impl Fn() -> Found) {
    let mut random = ChaCha8Rng::seed_from_u64(4);
    let spec = spec(kind, file).to_string();
    let mut interrupted = 0;
    for visit in 0..KILLS {
        let bytes = moment(&mut random);
        let ending = scribe::kill_after(scribe::command(&[], &spec, RECORDS, visit), bytes);
        interrupted += u64::from(ending.stored.is_none());
        assert!(ending.failed.is_none(), "{ending:?}");
        let pages = look().remove(&visit).unwrap_or_default();
        assert!(
            pages.len() as u64 >= ending.acknowledged,
            "{} of {} acknowledged in visit {visit}",
            pages.len(),
            ending.acknowledged
        );
        let first: Vec<u64> = (0..pages.len() as u64).collect();
        assert_eq!(pages, first, "the first so many, each once");
    }
    // On a busy machine many have finished before the signal comes.
    assert!(interrupted > 0, "none was killed in the middle");
    let ending = scribe::run(scribe::command(&[], &spec, RECORDS, KILLS));
    assert_eq!(ending.stored, Some(RECORDS), "{ending:?}");
    let pages: Vec<u64> = (0..RECORDS).collect();
    assert_eq!(look()[&KILLS], pages);
}

/// After how many bytes of its output a scribe is killed: often early, now
/// and then late.
fn moment(random: &mut ChaCha8Rng) -> usize {
    let most: usize = if random.random_bool(0.5) { 200 } else { 2000 };
    random.random_range(1..most)
}

#[test]
fn a_json_lines_file_survives_kill_9_at_any_moment() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("news.jsonl");
    torment("jsonl", &file, || {
        let mut found = Found::new();
        let text = fs::read_to_string(&file).unwrap_or_default();
        for line in text.lines() {
            let record: Record = serde_json::from_str(line).unwrap();
            let page = record.url.rsplit('/').next().unwrap().parse().unwrap();
            let visit = record.seen_at_ms - FIRST_VISIT_MS;
            found.entry(visit).or_default().push(page);
        }
        assert!(text.is_empty() || text.ends_with('\n'));
        found
    });
    open("jsonl", &file).unwrap();
}

#[test]
fn a_sqlite_database_survives_kill_9_at_any_moment() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("news.db");
    torment("sqlite", &file, || {
        let mut found = Found::new();
        let database = Connection::open(&file).unwrap();
        let check: String = database
            .query_row("pragma integrity_check", (), |row| row.get(0))
            .unwrap();
        assert_eq!(check, "ok");
        let select = "select url, seen_at from prices";
        let mut select = match database.prepare(select) {
            Ok(select) => select,
            // Killed before there were tables: nothing was acknowledged.
            Err(error) if error.to_string().contains("no such table") => return found,
            Err(error) => panic!("{error}"),
        };
        let mut rows = select.query(()).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let (url, seen_at): (String, u64) = (
                row.get(0).unwrap(),
                row.get::<_, i64>(1).unwrap().cast_unsigned(),
            );
            let pages = found.entry(seen_at - FIRST_VISIT_MS).or_default();
            pages.push(url.rsplit('/').next().unwrap().parse().unwrap());
        }
        for pages in found.values_mut() {
            pages.sort_unstable();
        }
        found
    });
    let name = file.to_str().unwrap();
    let test = "a_sqlite_database_survives_kill_9_at_any_moment";
    if let Some(check) = said(test, "sqlite3", &[name, "pragma integrity_check"]) {
        assert_eq!(check, "ok");
    }
    let counts = "select (select count(*) from pages), (select count(*) from articles)";
    let database = Connection::open(&file).unwrap();
    let counts: (i64, i64) = database
        .query_row(counts, (), |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!(counts, (4000, 8000), "a rerun adds no duplicates");
}
