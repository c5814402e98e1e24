//! What a page costs: making it, checking it, reading it.
//!
//! The numbers that decide whether a workload measures waiting or parsing. If
//! reading titles takes 50 µs, one core reads 20,000 pages a second at most,
//! whatever the model. `scraper`, which builds a tree first, is there as the
//! reference that most people know.
//!
//! ```text
//! cargo bench --bench page
//! ```

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use regatta::site::page::{self, Reader, verify};
use regatta::site::workload::Parse;
use scraper::{Html, Selector};

/// Enough pages that the branch predictor cannot learn one by ticker.
const PAGES: u64 = 200;

/// Runs `work` on page after page, and counts in pages.
fn each_page(criterion: &mut Criterion, name: &str, work: impl Fn(u64, &[u8])) {
    let pages: Vec<_> = (0..PAGES).map(page::build).collect();
    let mut group = criterion.benchmark_group("page");
    group.throughput(Throughput::Elements(1));
    let mut numbers = (0..PAGES).cycle();
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            let number = numbers.next().unwrap_or(0);
            work(number, &pages[usize::try_from(number).unwrap_or(0)]);
        });
    });
    group.finish();
}

fn benches(criterion: &mut Criterion) {
    each_page(criterion, "build", |number, _| {
        black_box(page::build(black_box(number)));
    });
    each_page(criterion, "build and facts", |number, _| {
        black_box(page::facts(black_box(number)));
    });
    each_page(criterion, "verify", |number, body| {
        verify(number, black_box(body)).expect("right");
    });
    for (name, parse) in [
        ("read titles", Parse::Titles),
        ("read summary", Parse::Summary),
    ] {
        let reader = Reader::new(parse);
        each_page(criterion, name, |_, body| {
            black_box(reader.read(black_box(body)).expect("readable"));
        });
    }
    let reading = page::facts(7);
    each_page(criterion, "digest summary", |number, _| {
        black_box(page::digest(number, 0, black_box(&reading)));
    });
    let selector = Selector::parse("h2.article-title").expect("valid CSS");
    each_page(criterion, "scraper reads titles", |_, body| {
        let text = std::str::from_utf8(body).expect("UTF-8");
        let html = Html::parse_document(black_box(text));
        let titles = html.select(&selector).map(|title| title.text().collect());
        black_box(titles.collect::<Vec<String>>());
    });
}

fn quick() -> Criterion {
    Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .without_plots()
}

criterion_group! {
    name = page_benches;
    config = quick();
    targets = benches
}
criterion_main!(page_benches);
