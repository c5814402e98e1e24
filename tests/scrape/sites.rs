//! Our own site, and sites that we did not write.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use regatta::scraper::ScrapeEnd as End;

use crate::ends;
use crate::records;
use crate::run;
use crate::sql;
use crate::support::eventually;
use crate::support::ports::free_port;

#[test]
fn the_built_in_site_is_scraped_into_a_database_and_a_rerun_adds_only_its_prices() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("news.db");
    let store = format!("sqlite:{}", file.display());
    let args = ["--pages=40", "--latency=1ms", "--store", &store];
    let first = ends(&args, End::Complete);
    assert_eq!((first.pages, first.stored), (41, 41), "40, and the index");
    let articles = sql(&file, "select count(*) from articles");
    assert_eq!(articles, first.titles.to_string());
    ends(&args, End::Complete);
    assert_eq!(sql(&file, "select count(*) from pages"), "41");
    assert_eq!(sql(&file, "select count(*) from articles"), articles);
    let prices = sql(&file, "select count(*) from prices");
    assert_eq!(prices, (2 * first.prices).to_string());
}

#[test]
fn every_driver_finds_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let found = |driver: &str| {
        let file = directory.path().join(driver.replace('/', "-"));
        let store = format!("jsonl:{}", file.display());
        let args = [
            "--pages=60",
            "--latency=2ms",
            "--driver",
            driver,
            "--store",
            &store,
        ];
        ends(&args, End::Complete);
        let read = records(&file).into_iter();
        let read: BTreeSet<_> = read.map(|record| (record.url, record.titles)).collect();
        read
    };
    let first = found("mio/raw");
    assert_eq!(first.len(), 61);
    for driver in regatta::drivers::all() {
        assert_eq!(found(&driver.name), first, "{}", driver.name);
    }
}

/// Python's own server for a directory, on a port of its choice.
struct Python(Child, u16);

impl Python {
    fn serve(directory: &Path) -> Option<Self> {
        let port = free_port();
        let server = Command::new("python3")
            .args(["-m", "http.server", "--bind", "127.0.0.1", "--directory"])
            .arg(directory)
            .arg(port.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(server) = server else {
            eprintln!("SKIPPED: python3 is not installed; its server stands for other sites");
            return None;
        };
        eventually(|| std::net::TcpStream::connect(("127.0.0.1", port)).ok())
            .expect("python's server answers");
        Some(Self(server, port))
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn page(directory: &Path, path: &str, body: &str) {
    let file = directory.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, format!("<!doctype html><title>{path}</title>{body}")).unwrap();
}

#[test]
fn a_site_that_we_did_not_write_is_scraped_by_its_rules() {
    let site = tempfile::tempdir().unwrap();
    let root = site.path();
    page(
        root,
        "index.html",
        r#"<a href="news/one.html">1</a> <a href="/private/x.html">x</a>
           <a href="mailto:me@example.org">mail</a> <a href="http://example.org/">away</a>
           <a href="gone.html">gone</a> <a href="./news/../news/one.html#top">1 again</a>"#,
    );
    page(
        root,
        "news/one.html",
        r#"<h2 class="article-title">First &amp; last</h2><span class="price">$1,234.50</span>
           <a href="../">home</a> <a href="two.html?a=1">2</a>"#,
    );
    page(root, "news/two.html", "<h1>Two</h1>");
    page(root, "private/x.html", "not for robots");
    fs::write(
        root.join("robots.txt"),
        "User-agent: *\nDisallow: /private/\n",
    )
    .unwrap();
    let Some(python) = Python::serve(root) else {
        return;
    };
    let url = format!("http://127.0.0.1:{}/", python.1);
    let file = root.join("found.jsonl");
    let store = format!("jsonl:{}", file.display());
    for driver in ["thread-pool/ureq", "tokio/reqwest", "smol/hyper", "mio/raw"] {
        let _ = fs::remove_file(&file);
        let args = [
            "--url",
            &url,
            "--driver",
            driver,
            "--store",
            &store,
            "--back-off=1ms",
        ];
        let summary = ends(&args, End::SomeFailed);
        assert_eq!(
            (summary.pages, summary.forbidden),
            (3, 1),
            "{driver}: {summary:?}"
        );
        assert_eq!(summary.failed["status 404"], 1, "{driver}: {summary:?}");
        let records = records(&file);
        let one = records
            .iter()
            .find(|record| record.url.ends_with("/one.html"))
            .unwrap();
        assert_eq!(one.titles, ["First & last"]);
        assert_eq!(one.prices_cents, [123_450]);
        let all: BTreeSet<&str> = records
            .iter()
            .map(|record| record.url.strip_prefix(&url).unwrap())
            .collect();
        let expected = ["", "gone.html", "news/one.html", "news/two.html?a=1"];
        assert_eq!(all, BTreeSet::from(expected), "{driver}");
    }
}

#[test]
fn another_host_is_visited_only_when_told() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    page(there.path(), "index.html", "<h1>There</h1>");
    let Some(second) = Python::serve(there.path()) else {
        return;
    };
    let other = format!("http://127.0.0.1:{}/", second.1);
    let body = format!(r#"<a href="{other}">there</a>"#);
    page(here.path(), "index.html", &body);
    let Some(first) = Python::serve(here.path()) else {
        return;
    };
    let url = format!("http://127.0.0.1:{}/", first.1);
    for driver in [
        "thread-pool/raw",
        "thread-pool/ureq",
        "tokio/reqwest",
        "tokio/hyper",
        "mio/raw",
    ] {
        let alone = ends(&["--url", &url, "--driver", driver], End::Complete);
        assert_eq!(alone.pages, 1, "{driver}");
        let both = ends(
            &["--url", &url, "--also", &other, "--driver", driver],
            End::Complete,
        );
        assert_eq!(both.pages, 2, "{driver}");
    }
}

#[test]
fn log_lines_are_json_objects_when_asked_for() {
    let args = [
        "--pages=20",
        "--latency=1ms",
        "--log=json",
        "--verbose",
        "--seed=1",
    ];
    let output = run(&[&args[..], &["--faults=500=20%", "--back-off=1ms"]].concat());
    let mut lines = Vec::new();
    (&output.stderr[..]).read_to_end(&mut lines).unwrap();
    let lines = String::from_utf8(lines).unwrap();
    let values: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let said = |message: &str| {
        values
            .iter()
            .filter(|line| line["message"] == message)
            .count()
    };
    assert!(said("page") >= 15, "{lines}");
    assert!(said("retrying") > 0, "{lines}");
    let again = values
        .iter()
        .find(|line| line["message"] == "retrying")
        .unwrap();
    assert_eq!(again["why"], "the server answered with status 500");
}
