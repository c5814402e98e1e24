//! What a store costs: records per second, and that as a ratio to JSON Lines.
//!
//! The stores take turns batch by batch, so that they meet the same disk; the
//! ratio is the median over the turns. It is not criterion's kind of bench: a
//! disk's time has no distribution that would hold an hour later, but two
//! stores side by side on it can be compared.
//!
//! ```text
//! cargo bench --bench store
//! REGATTA_BENCH_POSTGRES=postgres://ann@localhost/bench cargo bench --features postgres --bench store
//! ```
//!
//! The database named there is filled with generated pages; name an empty one.

use std::path::Path;
use std::time::Instant;

use regatta::site::page;
use regatta::store::{self, Reach, Record, Store};

/// As many records as the writer puts into a batch when it is behind.
const BATCH: u64 = 256;
/// Batches to each store that are not counted: files are made, caches filled.
const WARM_UP: u64 = 3;

/// One store in the race.
struct Entry {
    name: String,
    store: Box<dyn Store>,
    /// What each batch took, in seconds.
    batches_s: Vec<f64>,
}

fn main() -> anyhow::Result<()> {
    // Under the target directory, which is on a disk; /tmp may be memory.
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mut entries = entries(place.path())?;
    let only_a_test = std::env::args().any(|arg| arg == "--test");
    let turns = if only_a_test { 1 } else { 60 };
    for turn in 0..WARM_UP + turns {
        let records = records(turn);
        for entry in &mut entries {
            let begun = Instant::now();
            entry.store.write(&records)?;
            entry.batches_s.push(begun.elapsed().as_secs_f64());
        }
    }
    show(&entries);
    Ok(())
}

fn entries(place: &Path) -> anyhow::Result<Vec<Entry>> {
    let file = |name: &str| place.join(name).display().to_string();
    let mut specs = vec![
        ("json lines", format!("jsonl:{}", file("bench.jsonl"))),
        ("sqlite", format!("sqlite:{}", file("bench.db"))),
    ];
    if let Ok(url) = std::env::var("REGATTA_BENCH_POSTGRES") {
        specs.push(("postgresql", url));
    }
    let entry = |(name, spec): (&str, String)| {
        Ok(Entry {
            name: name.to_owned(),
            store: store::open(&spec.parse()?, Reach::Loopback)?,
            batches_s: Vec::new(),
        })
    };
    specs.into_iter().map(entry).collect()
}

/// The pages that a scrape would have found in this turn.
fn records(turn: u64) -> Vec<Record> {
    let numbers = turn * BATCH..(turn + 1) * BATCH;
    let record = |number| {
        let reading = page::facts(number);
        let prices = reading.prices.iter().filter_map(|text| page::cents(text));
        Record {
            url: page::path(number),
            seen_at_ms: 1_790_000_000_000 + turn,
            prices_cents: prices.collect(),
            title: reading.title,
            titles: reading.titles,
            headings: reading.headings,
            links: reading.links.len() as u64,
            error: None,
            truncated: None,
        }
    };
    numbers.map(record).collect()
}

fn show(entries: &[Entry]) {
    let warm = usize::try_from(WARM_UP).unwrap_or(0);
    println!("store        records/s  µs/record  × json lines");
    for entry in entries {
        let median_s = median(entry.batches_s[warm..].to_vec());
        let beside = entry.batches_s[warm..]
            .iter()
            .zip(&entries[0].batches_s[warm..]);
        let ratio = median(beside.map(|(ours, theirs)| theirs / ours).collect());
        println!(
            "{:<11} {:>10.0}  {:>9.1}  {ratio:>12.2}",
            entry.name,
            BATCH as f64 / median_s,
            median_s * 1e6 / BATCH as f64,
        );
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
