//! A site whose every page is hostile: what each does is in a table
//! (`hostile/table.rs`), with what must come of it. Whatever the driver, each
//! page has one record, nothing panics or hangs, and memory stays bounded.
//!
//! Some drivers, one of each client and kind of model, run here; all of them
//! with `REGATTA_EVERY_DRIVER=1`.
#![cfg(target_os = "linux")]

mod table;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Child;
use std::sync::Arc;
use std::thread;

use regatta::drivers;
use regatta::store::Record;

use crate::records;
use crate::scrape;
use crate::support::eventually;
use crate::support::raw_server::{RawServer, Then, write_answer};
use table::{Expected, Site};

const SOME: [&str; 6] = [
    "thread-pool/ureq",
    "thread-per-page/raw",
    "tokio/reqwest",
    "tokio-current/hyper",
    "smol/raw",
    "mio/raw",
];

/// What `--max-memory` is by default, and a fifth of that for what the
/// allocator keeps.
const MOST_KB: u64 = 300_000;

fn serve(sites: Arc<Vec<Site>>) -> RawServer {
    RawServer::start(move |request, stream| {
        let path = request.head.split(' ').nth(1).unwrap_or_default();
        if let Some(number) = path.strip_prefix("/hostile/") {
            return sites[number.parse::<usize>().unwrap()].answer(stream);
        }
        let links = |count| (0..count).map(|site| format!("<a href=/hostile/{site}></a>"));
        let body: String = match path {
            "/" => links(sites.len()).collect(),
            _ => String::new(),
        };
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        write_answer(stream, &head, body.as_bytes())?;
        Ok(Then::Keep)
    })
}

/// Waits for its end, and looks how much memory it takes.
fn peak_kb(child: &mut Child) -> Option<u64> {
    let status = format!("/proc/{}/status", child.id());
    let mut peak_kb = 0;
    eventually(|| {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now_kb = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        peak_kb = peak_kb.max(now_kb.unwrap_or(0));
        child.try_wait().unwrap()
    })?;
    Some(peak_kb)
}

fn complaints(driver: &str, server: &RawServer, sites: &[Site], directory: &Path) -> Vec<String> {
    let file = directory.join(driver.replace('/', "-"));
    let (url, store) = (
        format!("--url=http://{}/", server.address()),
        format!("--store=jsonl:{}", file.display()),
    );
    let args = [
        "--attempts=1",
        "--timeout=3s",
        "--depth=1",
        "--driver",
        driver,
        &url,
        &store,
    ];
    let log = fs::File::create(file.with_extension("log")).unwrap();
    let mut child = scrape(&args).stderr(log).spawn().unwrap();
    let Some(peak_kb) = peak_kb(&mut child) else {
        let _ = child.kill();
        let _ = child.wait();
        return vec![format!("{driver}: it hangs")];
    };
    let output = child.wait_with_output().unwrap();
    let said = fs::read_to_string(file.with_extension("log")).unwrap();
    let mut wrong = Vec::new();
    if output.status.code() != Some(4) || said.contains("panicked") {
        wrong.push(format!("{:?}: {said}", output.status));
    }
    if peak_kb > MOST_KB {
        wrong.push(format!("{peak_kb} KB"));
    }
    let mut seen: BTreeMap<String, Vec<Record>> = BTreeMap::new();
    for record in records(&file) {
        seen.entry(record.url.clone()).or_default().push(record);
    }
    for (number, site) in sites.iter().enumerate() {
        let url = format!("http://{}/hostile/{number}", server.address());
        match seen.get(&url).map(Vec::as_slice) {
            Some([record]) if site.expected.allows(record) => {}
            other => {
                let errors = other.map(|all| all.iter().map(|record| record.error.clone()));
                let errors = errors.map(Iterator::collect::<Vec<_>>);
                wrong.push(format!(
                    "{}: expected {:?}, got {errors:?}",
                    site.name, site.expected
                ));
            }
        }
    }
    wrong
        .iter()
        .map(|what| format!("{driver}: {what}"))
        .collect()
}

#[test]
fn a_hundred_hostile_pages_end_as_they_must_with_every_driver() {
    let sites = Arc::new(table::sites());
    assert!(sites.len() >= 100, "{} sites", sites.len());
    let names: std::collections::BTreeSet<_> = sites.iter().map(|site| &site.name).collect();
    assert_eq!(names.len(), sites.len(), "each has a name of its own");
    let server = serve(sites.clone());
    let directory = tempfile::tempdir().unwrap();
    let every = std::env::var_os("REGATTA_EVERY_DRIVER").is_some();
    let drivers: Vec<&str> = if every {
        drivers::all()
            .iter()
            .map(|driver| driver.name.as_str())
            .collect()
    } else {
        SOME.to_vec()
    };
    // A few at a time: each has twenty pages in flight.
    let mut wrong = Vec::new();
    for some in drivers.chunks(3) {
        thread::scope(|scope| {
            let begin = |&driver| {
                let (sites, server, directory) = (&sites, &server, directory.path());
                scope.spawn(move || complaints(driver, server, sites, directory))
            };
            let children: Vec<_> = some.iter().map(begin).collect();
            wrong.extend(children.into_iter().flat_map(|ended| ended.join().unwrap()));
        });
    }
    assert!(
        wrong.is_empty(),
        "{} sites:\n{}",
        sites.len(),
        wrong.join("\n")
    );
}

#[test]
fn expectations_can_fail() {
    let page = Record::default();
    let failed = Record {
        error: Some("the answer is not readable".to_owned()),
        ..Record::default()
    };
    assert!(Expected::Page.allows(&page) && !Expected::Page.allows(&failed));
    assert!(!Expected::Fails.allows(&page) && Expected::Fails.allows(&failed));
}
