//! The PostgreSQL store, against a real server that the tests start.

mod server;

use regatta::store::{self, Reach, Record, Store};

use self::server::Server;
use super::{FIRST_VISIT_MS, record, said, scribe, visits};
use crate::support::ports::free_port;

fn open(url: &str) -> Box<dyn Store> {
    store::open(&url.parse().unwrap(), Reach::Loopback).unwrap()
}

fn refusal(url: &str) -> String {
    match store::open(&url.parse().unwrap(), Reach::Loopback) {
        Ok(_) => panic!("{url} was opened"),
        Err(error) => format!("{error:#}"),
    }
}

/// What a query answers, all in one text.
fn answer(server: &Server, database: &str, sql: &str) -> String {
    let row = server.client(database).query_one(sql, &[]).unwrap();
    row.get(0)
}

const COUNTS: &str = "select concat_ws(' ', (select count(*) from pages), \
     (select count(*) from articles), (select count(*) from prices))";

#[test]
fn psql_reads_what_was_written() {
    let test = "psql_reads_what_was_written";
    let Some(server) = Server::shared(test) else {
        return;
    };
    let url = server.database("psql_reads");
    open(&url).write(&visits(3, FIRST_VISIT_MS)).unwrap();
    for (sql, expected) in [
        (
            "select url, title from articles where url like '/page/1#%' order by id",
            "/page/1#article-1|A1\n/page/1#article-2|B1",
        ),
        (
            "select title = E'Page 2: \"winds\" & ''waves'' ⛵\\n', headings, links, error, seen_at \
             from pages where url = '/page/2'",
            "t|[\"News\"]|12||1790000000000",
        ),
        (
            "select * from prices where url = '/page/0'",
            "/page/0|1|1790000000000|100",
        ),
        ("select version from regatta_schema", "1"),
    ] {
        let Some(psql) = said(test, &server.program("psql"), &["-XAtc", sql, &url]) else {
            return;
        };
        assert_eq!(psql, expected);
    }
}

#[test]
fn a_rerun_adds_prices_and_neither_pages_nor_articles() {
    let test = "postgres: a_rerun_adds_prices_and_neither_pages_nor_articles";
    let Some(server) = Server::shared(test) else {
        return;
    };
    let url = server.database("rerun");
    for seen_at in [FIRST_VISIT_MS, FIRST_VISIT_MS + 1, FIRST_VISIT_MS + 1] {
        open(&url).write(&visits(5, seen_at)).unwrap();
    }
    assert_eq!(answer(&server, "rerun", COUNTS), "5 10 10");
}

#[test]
fn the_row_of_a_page_says_what_the_last_visit_found() {
    let test = "postgres: the_row_of_a_page_says_what_the_last_visit_found";
    let Some(server) = Server::shared(test) else {
        return;
    };
    let url = server.database("last_visit");
    let gone = Record {
        url: "/page/1".to_owned(),
        seen_at_ms: FIRST_VISIT_MS + 9,
        error: Some("404 Not Found".to_owned()),
        ..Record::default()
    };
    let mut store = open(&url);
    let batch = [
        record(1, FIRST_VISIT_MS),
        gone,
        record(1, FIRST_VISIT_MS + 3),
    ];
    store.write(&batch).unwrap();
    store.write(&[record(1, FIRST_VISIT_MS + 4)]).unwrap();
    let row = "select concat_ws(' ', coalesce(title, 'none'), error, seen_at) from pages";
    let row = answer(&server, "last_visit", row);
    assert_eq!(row, "none 404 Not Found 1790000000009");
    assert_eq!(answer(&server, "last_visit", COUNTS), "1 2 3");
}

#[test]
fn a_text_with_a_nul_is_kept_as_html_reads_it() {
    let test = "a_text_with_a_nul_is_kept_as_html_reads_it";
    let Some(server) = Server::shared(test) else {
        return;
    };
    let url = server.database("nul");
    let odd = Record {
        title: Some("a\0b".to_owned()),
        headings: vec!["c\0d".to_owned()],
        ..record(1, FIRST_VISIT_MS)
    };
    open(&url).write(&[odd]).unwrap();
    let row = "select concat_ws(' ', title, headings) from pages";
    assert_eq!(answer(&server, "nul", row), "a\u{fffd}b [\"c\\u0000d\"]");
}

#[test]
fn a_database_of_another_program_or_version_is_refused_and_left_as_it_is() {
    let test = "postgres: a_database_of_another_program_or_version_is_refused";
    let Some(server) = Server::shared(test) else {
        return;
    };
    let url = server.database("others");
    let make = "create table pages (n integer)";
    server.client("others").batch_execute(make).unwrap();
    let error = refusal(&url);
    assert!(
        error.contains("of another program") && error.contains("createdb"),
        "{error}"
    );
    let tables = "select string_agg(tablename, ' ') from pg_tables where schemaname = 'public'";
    assert_eq!(answer(&server, "others", tables), "pages");

    let url = server.database("newer");
    drop(open(&url));
    let update = "update regatta_schema set version = 7";
    server.client("newer").batch_execute(update).unwrap();
    let error = refusal(&url);
    assert!(error.contains("tables of version 7"), "{error}");
}

#[test]
fn what_cannot_be_opened_says_why_and_what_to_do_and_shows_no_password() {
    let test = "what_cannot_be_opened_says_why_and_what_to_do_and_shows_no_password";
    let Some(server) = Server::shared(test) else {
        return;
    };
    let port = server.port;
    let make = "create user bob password 'right'; create user eve";
    server.client("postgres").batch_execute(make).unwrap();
    let nobody = free_port();
    for (url, why, to_do) in [
        (
            server.url("nowhere"),
            "\"nowhere\" does not exist",
            "createdb",
        ),
        (
            format!("postgres://ann:swordfish@127.0.0.1:{nobody}/news"),
            "no PostgreSQL is running there",
            "start it",
        ),
        (
            "postgres://ann@%2Fnot%2Fhere/news".to_owned(),
            "no PostgreSQL is running there",
            "start it",
        ),
        (
            format!("postgres://bob:swordfish@127.0.0.1:{port}/postgres"),
            "password authentication failed",
            "name a user who may log in",
        ),
        (
            format!("postgres://eve@127.0.0.1:{port}/postgres"),
            "permission denied",
            "createdb --owner",
        ),
        (
            "postgres://ann:swordfish@192.0.2.1/news".to_owned(),
            "another machine",
            "--allow-remote",
        ),
        (
            "postgres://localhost/news?hostaddr=192.0.2.1".to_owned(),
            "another machine",
            "--allow-remote",
        ),
        (
            "postgres://localhost,example.org/news".to_owned(),
            "another machine",
            "--allow-remote",
        ),
        (
            "postgres://ann:swordfish@localhost:many/news".to_owned(),
            "invalid URL",
            "expected postgres://",
        ),
    ] {
        let error = refusal(&url);
        assert!(error.contains(why) && error.contains(to_do), "{error}");
        assert!(!error.contains("swordfish"), "{error}");
    }
    store::open(&server.url("postgres").parse().unwrap(), Reach::Anywhere).unwrap();
}

#[test]
fn a_socket_is_on_this_machine() {
    let Some(server) = Server::shared("a_socket_is_on_this_machine") else {
        return;
    };
    server.database("socket");
    let mut store = open(&server.socket_url("socket"));
    store.write(&visits(1, FIRST_VISIT_MS)).unwrap();
}

#[test]
fn two_writers_take_turns() {
    let Some(server) = Server::shared("postgres: two_writers_take_turns") else {
        return;
    };
    let url = server.database("turns");
    std::thread::scope(|scope| {
        for visit in 0..2 {
            let url = &url;
            scope.spawn(move || {
                let mut pages = visits(60, FIRST_VISIT_MS + visit);
                // In opposite orders: without turns each would hold rows that
                // the other waits for.
                if visit == 1 {
                    pages.reverse();
                }
                let mut store = open(url);
                for batch in pages.chunks(20) {
                    store.write(batch).unwrap();
                }
            });
        }
    });
    assert_eq!(answer(&server, "turns", COUNTS), "60 120 120");
}

#[test]
fn what_was_acknowledged_is_there_when_the_server_has_crashed() {
    let test = "what_was_acknowledged_is_there_when_the_server_has_crashed";
    let Some(server) = Server::start(test) else {
        return;
    };
    let url = server.database("crash");
    let mut store = open(&url);
    for batch in visits(100, FIRST_VISIT_MS).chunks(10) {
        store.write(batch).unwrap();
    }
    server.crash();
    let error = store.write(&visits(1, 0)).unwrap_err().to_string();
    assert!(error.contains("run this again"), "{error}");
    assert!(
        error.ends_with("records acknowledged before are kept"),
        "{error}"
    );
    server.restart();
    assert_eq!(answer(&server, "crash", COUNTS), "100 200 100");
}

#[test]
fn kill_9_loses_nothing_that_was_acknowledged() {
    let test = "postgres: kill_9_loses_nothing_that_was_acknowledged";
    let Some(server) = Server::shared(test) else {
        return;
    };
    let url = server.database("killed");
    for visit in 0..5 {
        let bytes = 40 + 150 * usize::try_from(visit).unwrap();
        let ending = scribe::kill_after(scribe::command(&[], &url, 400, visit), bytes);
        let seen_at = FIRST_VISIT_MS + visit;
        let count = format!("select count(*)::text from prices where seen_at = {seen_at}");
        drop(open(&url));
        let found: u64 = answer(&server, "killed", &count).parse().unwrap();
        assert!(found >= ending.acknowledged, "{found} of {ending:?}");
    }
    let ending = scribe::run(scribe::command(&[], &url, 400, 9));
    assert_eq!(ending.stored, Some(400), "{ending:?}");
    assert!(answer(&server, "killed", COUNTS).starts_with("400 800 "));
}
