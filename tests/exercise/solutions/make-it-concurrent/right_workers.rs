//! Ten tasks take their pages from one cursor.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use tokio::task::JoinSet;

use crate::given::{Client, Job, Results};

pub async fn scrape(job: Job, results: Results) {
    let client = Client::new(job.server);
    let cursor = Arc::new(AtomicU64::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..job.concurrency {
        let (client, results, cursor) = (client.clone(), results.clone(), cursor.clone());
        tasks.spawn(async move {
            loop {
                let number = cursor.fetch_add(1, Relaxed);
                if number >= job.pages {
                    break;
                }
                results.record(number, client.fetch(number).await);
            }
        });
    }
    tasks.join_all().await;
}
