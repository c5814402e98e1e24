//! `regatta prices` as a user meets it, on example histories.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use regatta::store::{self, Reach, Record};
use rusqlite::Connection;
use tabled::grid::util::string::get_string_width;

const DAY_MS: u64 = 86_400_000;
const BEGIN_MS: u64 = 1_790_000_000_000;

/// A database in which `/page/2` was sold off over a month, `/page/10` has two
/// prices, `/page/3` was seen once and `/page/4` never had a price.
fn database(place: &Path) -> PathBuf {
    let file = place.join("news.db");
    let spec = format!("sqlite:{}", file.display()).parse().unwrap();
    let mut store = store::open(&spec, Reach::Loopback).unwrap();
    let seen = |url: &str, day: u64, prices: &[u64]| Record {
        url: url.to_owned(),
        seen_at_ms: BEGIN_MS + day * DAY_MS,
        prices_cents: prices.to_vec(),
        ..Record::default()
    };
    let sold_off = [
        (0, 129_900),
        (3, 129_900),
        (9, 99_900),
        (10, 109_900),
        (30, 74_950),
    ];
    let mut records: Vec<Record> = sold_off
        .iter()
        .map(|&(day, cents)| seen("/page/2", day, &[cents]))
        .collect();
    records.push(seen("/page/10", 0, &[500, 0]));
    records.push(seen("/page/10", 30, &[500, 5]));
    records.push(seen("/page/3", 7, &[1]));
    records.push(seen("/page/4", 7, &[]));
    let long = "http://127.0.0.1:8080/a/long/way/to/a/page/that/is/hard/to/find/and/has/a/price";
    records.push(seen(long, 1, &[123_456_789]));
    store.write(&records).unwrap();
    file
}

fn prices(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_regatta"));
    command.arg("prices").args(args).output().unwrap()
}

fn shown(args: &[&str]) -> String {
    let output = prices(args);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout).unwrap()
}

fn error(args: &[&str]) -> String {
    let output = prices(args);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

fn assert_fits(text: &str, width: usize) {
    for line in text.lines() {
        assert!(get_string_width(line) <= width, "{line:?} in\n{text}");
    }
}

#[test]
fn the_list_and_the_history_look_as_agreed() {
    let place = tempfile::tempdir().unwrap();
    let file = database(place.path());
    let file = file.to_str().unwrap();
    for width in ["80", "140"] {
        let list = shown(&[file, "--width", width]);
        let sold_off = shown(&[file, "--width", width, "--url", "/page/2"]);
        let width_of = width.parse().unwrap();
        assert_fits(&list, width_of);
        assert_fits(&sold_off, width_of);
        insta::assert_snapshot!(format!("prices_list_{width}"), list);
        insta::assert_snapshot!(format!("prices_history_{width}"), sold_off);
    }
    let two = shown(&[file, "--width", "60", "--ascii", "--url", "/page/10"]);
    assert!(two.is_ascii());
    assert_fits(&two, 60);
    insta::assert_snapshot!("prices_two_ascii_60", two);
    insta::assert_snapshot!("prices_once_80", shown(&[file, "--url", "/page/3"]));
}

/// A record of one visit to that page, with a price.
fn one_price(url: &str) -> Record {
    Record {
        url: url.to_owned(),
        prices_cents: vec![4_204_468],
        ..Record::default()
    }
}

#[test]
fn an_address_is_kept_whole_where_some_columns_fit_beside_it() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("news.db");
    let spec = format!("sqlite:{}", file.display()).parse().unwrap();
    let url = "http://regatta.localhost/a/page/of/some/length";
    let mut store = store::open(&spec, Reach::Loopback).unwrap();
    store.write(&[one_price(url)]).unwrap();
    let list = shown(&[file.to_str().unwrap(), "--width", "80"]);
    assert_fits(&list, 80);
    assert!(list.contains(&format!("\n{url} ")), "{list}");
    assert!(
        list.contains("change") && !list.contains("highest"),
        "{list}"
    );
}

/// The last price of each page, by a query that has nothing to do with ours.
#[test]
fn the_list_says_what_a_plain_query_says() {
    let place = tempfile::tempdir().unwrap();
    let file = database(place.path());
    let list = shown(&[file.to_str().unwrap(), "--width", "200"]);
    let database = Connection::open(&file).unwrap();
    let query = "select url, max(seen_at), price_cents from prices where place = 1 group by url";
    let mut query = database.prepare(query).unwrap();
    let rows = query
        .query_map((), |row| Ok((row.get(0)?, row.get(2)?)))
        .unwrap();
    let mut pages = 0;
    for row in rows {
        let (url, cents): (String, i64) = row.unwrap();
        let dollars = regatta::site::page::dollars(cents.cast_unsigned());
        let line = list
            .lines()
            .find(|line| line.starts_with(&format!("{url} ")));
        assert_eq!(
            line.unwrap().split_whitespace().nth(2),
            Some(dollars.as_str())
        );
        pages += 1;
    }
    assert_eq!(pages, 4);
}

#[test]
fn reading_alters_nothing_and_leaves_nothing_behind() {
    let place = tempfile::tempdir().unwrap();
    let file = database(place.path());
    let before = std::fs::read(&file).unwrap();
    shown(&[file.to_str().unwrap()]);
    assert_eq!(std::fs::read(&file).unwrap(), before);
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1);
}

#[test]
fn prices_are_shown_while_a_scrape_writes() {
    let place = tempfile::tempdir().unwrap();
    let file = database(place.path());
    let spec = format!("sqlite:{}", file.display()).parse().unwrap();
    let mut store = store::open(&spec, Reach::Loopback).unwrap();
    store.write(&[one_price("/page/new")]).unwrap();
    assert!(shown(&[file.to_str().unwrap()]).contains("/page/new"));
}

#[test]
fn a_page_without_a_price_is_told_which_pages_have_one() {
    let place = tempfile::tempdir().unwrap();
    let file = database(place.path());
    let file = file.to_str().unwrap();
    let said = error(&[file, "--url", "/page/4"]);
    assert!(said.contains("/page/4 has no price"), "{said}");
    assert!(said.contains("/page/2, /page/3, /page/10"), "{said}");
}

#[test]
fn a_file_that_is_no_store_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    assert!(error(&[&at("none.db")]).contains("--store sqlite:news.db"));
    assert!(!place.path().join("none.db").exists());
    assert!(error(&[&at("")]).contains("that is a directory"));
    std::fs::write(at("letter.txt"), "Dear Ann,\n".repeat(100)).unwrap();
    assert!(error(&[&at("letter.txt")]).contains("not a database"));
    std::fs::write(at("empty.db"), "").unwrap();
    assert!(error(&[&at("empty.db")]).contains("nothing was stored in it yet"));
    let other = Connection::open(at("other.db")).unwrap();
    other.execute_batch("create table prices (n)").unwrap();
    assert!(error(&[&at("other.db")]).contains("another program"));
    let ours = format!("sqlite:{}", at("ours.db")).parse().unwrap();
    drop(store::open(&ours, Reach::Loopback).unwrap());
    assert!(error(&[&at("ours.db")]).contains("has a price yet"));
}

/// In a terminal, which `script` makes one for us.
#[cfg(target_os = "linux")]
#[test]
fn no_color_is_respected() {
    let place = tempfile::tempdir().unwrap();
    let file = database(place.path());
    let command = format!(
        "{} prices {} --url /page/2",
        env!("CARGO_BIN_EXE_regatta"),
        file.display()
    );
    let in_a_terminal = |unwanted: &str| {
        let mut script = Command::new("script");
        script
            .args(["-qec", &command, "/dev/null"])
            .env("NO_COLOR", unwanted);
        let output = script.output().ok()?;
        Some(String::from_utf8(output.stdout).unwrap())
    };
    let (Some(colourful), Some(plain)) = (in_a_terminal(""), in_a_terminal("1")) else {
        eprintln!("SKIPPED no_color_is_respected: there is no script here");
        return;
    };
    assert!(colourful.contains("\u{1b}[36m") && colourful.contains("\u{1b}[1m"));
    assert!(
        plain.contains("/page/2") && !plain.contains('\u{1b}'),
        "{plain:?}"
    );
}

#[test]
fn a_path_is_enough_where_one_host_alone_has_it() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("news.db");
    let spec = format!("sqlite:{}", file.display()).parse().unwrap();
    let mut store = store::open(&spec, Reach::Loopback).unwrap();
    let seen = |url: &str| Record {
        url: url.to_owned(),
        seen_at_ms: BEGIN_MS,
        prices_cents: vec![500, 700],
        ..Record::default()
    };
    let pages = [
        "http://a.test/page/7",
        "http://a.test/b/page/7",
        "http://a.test/both",
    ];
    let records: Vec<Record> = pages.iter().map(|url| seen(url)).collect();
    store.write(&records).unwrap();
    store.write(&[seen("http://b.test/both")]).unwrap();
    let file = file.to_str().unwrap();
    let shown = shown(&[file, "--url", "/page/7"]);
    assert!(
        shown.contains("http://a.test/page/7, price 2 of 2"),
        "{shown}"
    );
    let error = error(&[file, "--url", "/both"]);
    let both = "http://a.test/both, http://b.test/both";
    assert!(error.contains(both), "{error}");
}
