//! Four threads, as if waiting needed cores.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use tokio::task::JoinSet;

use crate::given::{Job, Results, blocking};

pub async fn scrape(job: Job, results: Results) {
    let client = blocking::Client::new(job.server);
    let cursor = Arc::new(AtomicU64::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..4 {
        let (client, results, cursor) = (client.clone(), results.clone(), cursor.clone());
        tasks.spawn_blocking(move || {
            loop {
                let number = cursor.fetch_add(1, Relaxed);
                if number >= job.pages {
                    break;
                }
                results.record(number, client.fetch(number));
            }
        });
    }
    tasks.join_all().await;
}
