//! The SQLite database: its tables, reruns, and databases that are not ours.

use std::fs;
use std::path::Path;

use regatta::store::Record;
use rusqlite::Connection;

use super::{FIRST_VISIT_MS, hex, open, record, refusal, said, visits};

/// The first column of the only row.
fn one(file: &Path, sql: &str) -> String {
    let database = Connection::open(file).unwrap();
    let value: rusqlite::types::Value = database.query_row(sql, (), |row| row.get(0)).unwrap();
    match value {
        rusqlite::types::Value::Integer(number) => number.to_string(),
        rusqlite::types::Value::Text(text) => text,
        other => format!("{other:?}"),
    }
}

#[test]
fn sqlite3_and_python_read_what_was_written() {
    let test = "sqlite3_and_python_read_what_was_written";
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("news.db");
    let mut store = open("sqlite", &file).unwrap();
    store.write(&visits(3, FIRST_VISIT_MS)).unwrap();
    let name = file.to_str().unwrap();
    // The store is still open: readers do not have to wait for its end.
    for (sql, expected) in [
        ("pragma integrity_check", "ok"),
        ("pragma user_version", "1"),
        ("pragma journal_mode", "wal"),
        (
            "select id, url, title from articles where url like '/page/1#%'",
            "3|/page/1#article-1|A1\n4|/page/1#article-2|B1",
        ),
        (
            "select url, headings, links, error is null, seen_at from pages where id = 3",
            "/page/2|[\"News\"]|12|1|1790000000000",
        ),
        (
            "select url, place, seen_at, price_cents from prices limit 1",
            "/page/0|1|1790000000000|100",
        ),
    ] {
        if let Some(answer) = said(test, "sqlite3", &[name, sql]) {
            assert_eq!(answer, expected, "{sql}");
        }
    }
    let program = "import sqlite3, sys\ndb = sqlite3.connect(sys.argv[1])\n\
                   rows = db.execute('select title from pages where url = ?', ('/page/2',))\n\
                   print(rows.fetchone()[0].encode().hex())";
    if let Some(title) = said(test, "python3", &["-c", program, name]) {
        assert_eq!(title, hex(&record(2, 0).title.unwrap()));
    }
}

#[test]
fn a_rerun_adds_prices_and_neither_pages_nor_articles() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("news.db");
    for seen_at in [FIRST_VISIT_MS, FIRST_VISIT_MS + 1, FIRST_VISIT_MS + 1] {
        let mut store = open("sqlite", &file).unwrap();
        store.write(&visits(5, seen_at)).unwrap();
    }
    assert_eq!(one(&file, "select count(*) from pages"), "5");
    assert_eq!(one(&file, "select count(*) from articles"), "10");
    assert_eq!(one(&file, "select count(*) from prices"), "10");
    assert_eq!(one(&file, "select max(id) from articles"), "10");
}

#[test]
fn the_row_of_a_page_says_what_the_last_visit_found() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("news.db");
    let gone = Record {
        url: "/page/1".to_owned(),
        seen_at_ms: FIRST_VISIT_MS + 9,
        error: Some("404 Not Found".to_owned()),
        ..Record::default()
    };
    let mut store = open("sqlite", &file).unwrap();
    // Twice in one batch, and an older visit that is written late.
    let batch = [
        record(1, FIRST_VISIT_MS),
        gone,
        record(1, FIRST_VISIT_MS + 3),
    ];
    store.write(&batch).unwrap();
    let row = "select coalesce(title, 'none') || ' ' || error || ' ' || seen_at from pages";
    assert_eq!(one(&file, row), "none 404 Not Found 1790000000009");
    assert_eq!(one(&file, "select count(*) from prices"), "2");
    assert_eq!(one(&file, "select count(*) from articles"), "2");
}

#[test]
fn a_database_of_another_program_or_version_is_refused_and_left_as_it_is() {
    let place = tempfile::tempdir().unwrap();
    let foreign = place.path().join("foreign.db");
    let database = Connection::open(&foreign).unwrap();
    database
        .execute_batch("create table pages (n); insert into pages values (1)")
        .unwrap();
    drop(database);
    let newer = place.path().join("newer.db");
    drop(open("sqlite", &newer).unwrap());
    let database = Connection::open(&newer).unwrap();
    database.pragma_update(None, "user_version", 7).unwrap();
    drop(database);
    let numbered = place.path().join("numbered.db");
    let database = Connection::open(&numbered).unwrap();
    database.pragma_update(None, "user_version", 1).unwrap();
    drop(database);
    let none = place.path().join("letter.txt");
    fs::write(&none, "Dear Ann,\n".repeat(1000)).unwrap();
    for (file, why) in [
        (foreign, "a database of another program"),
        (newer, "tables of version 7"),
        (numbered, "a database of another program"),
        (none, "not a database"),
    ] {
        let before = fs::read(&file).unwrap();
        let error = refusal("sqlite", &file);
        assert!(error.contains(why), "{error}");
        assert!(error.contains("name another file"), "{error}");
        assert_eq!(fs::read(&file).unwrap(), before, "{error}");
    }
    let left: Vec<_> = fs::read_dir(place.path()).unwrap().collect();
    assert_eq!(left.len(), 4, "{left:?}");
}

#[test]
fn a_second_writer_waits_for_the_first() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("news.db");
    let mut stores = [
        open("sqlite", &file).unwrap(),
        open("sqlite", &file).unwrap(),
    ];
    std::thread::scope(|scope| {
        for (visit, store) in (0..).zip(&mut stores) {
            scope.spawn(move || {
                for batch in visits(100, FIRST_VISIT_MS + visit).chunks(10) {
                    store.write(batch).unwrap();
                }
            });
        }
    });
    assert_eq!(one(&file, "select count(*) from pages"), "100");
    assert_eq!(one(&file, "select count(*) from prices"), "200");
}
