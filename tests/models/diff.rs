//! The diff of two model files is a lesson: it shows how the models differ and
//! nothing else.

use std::fs;
use std::path::Path;

fn model(name: &str) -> String {
    let file = format!("src/drivers/models/{name}.rs");
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

/// Lines that only the one has, and lines that only the other has.
fn changed(one: &str, other: &str) -> (usize, usize) {
    let (one, other) = (model(one), model(other));
    let lines = |text: &str| -> Vec<String> { text.lines().map(str::to_owned).collect() };
    let (one, other) = (lines(&one), lines(&other));
    // The length of the longest common subsequence, as `diff` finds it.
    let mut common = vec![0; other.len() + 1];
    for line in &one {
        let above = common.clone();
        for (place, against) in other.iter().enumerate() {
            common[place + 1] = if line == against {
                above[place] + 1
            } else {
                above[place + 1].max(common[place])
            };
        }
    }
    (
        one.len() - common[other.len()],
        other.len() - common[other.len()],
    )
}

#[test]
fn fewer_than_forty_lines_change_between_two_models() {
    let pairs = [
        ("sequential", "thread_pool"),
        ("thread_pool", "rayon"),
        ("thread_pool", "tokio"),
        ("tokio", "tokio_current"),
        ("tokio", "smol"),
        ("smol", "async_std"),
    ];
    for (one, other) in pairs {
        let (removed, added) = changed(one, other);
        assert!(
            removed < 40 && added < 40,
            "{one} -> {other}: {removed} removed, {added} added"
        );
    }
}

/// The lines of a function, without its signature.
fn body(model_name: &str, function: &str) -> String {
    let text = model(model_name);
    let from = text.find(&format!("fn {function}")).unwrap();
    let lines = text[from..].lines().skip(1);
    lines
        .take_while(|line| *line != "}")
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_loop_of_a_worker_is_the_same_in_all_blocking_models_and_in_all_async_ones() {
    for kind in [
        ["sequential", "thread_pool", "rayon"],
        ["tokio", "smol", "async_std"],
    ] {
        let bodies = kind.map(|name| body(name, "worker"));
        assert_eq!(bodies[0].lines().count(), 10, "{}", bodies[0]);
        assert!(
            bodies.iter().all(|other| *other == bodies[0]),
            "{bodies:#?}"
        );
    }
}

#[test]
fn functions_have_the_same_names_and_order_in_every_model() {
    let order = ["start", "scrape", "root", "worker"];
    let files = [
        "sequential",
        "thread_per_page",
        "thread_pool",
        "rayon",
        "tokio",
        "smol",
        "async_std",
    ];
    for name in files.into_iter().chain(["tokio_current"]) {
        let text = model(name);
        let functions = text.lines().filter_map(|line| {
            let (_, after) = line.split_once("fn ")?;
            order.iter().position(|known| after.starts_with(known))
        });
        let places: Vec<usize> = functions.collect();
        let all = text
            .lines()
            .filter(|line| line.trim_start().contains("fn ") && line.ends_with('{'));
        assert_eq!(all.count(), places.len(), "{name} has another function");
        assert!(places.is_sorted(), "{name}: {places:?}");
    }
}
