//! The pages in flight arrive, but they are not recorded.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::given::{Client, Job, Results};

pub async fn scrape(job: Job, results: Results) {
    let client = Client::new(job.server);
    let cursor = Arc::new(AtomicU64::new(0));
    let (sender, mut pages) = mpsc::unbounded_channel();
    let accountant = tokio::spawn(async move {
        while let Some((number, page)) = pages.recv().await {
            results.record(number, page);
        }
    });
    let mut tasks = JoinSet::new();
    for _ in 0..job.concurrency {
        let (client, cursor, sender) = (client.clone(), cursor.clone(), sender.clone());
        tasks.spawn(async move {
            while !job.stop.is_sent() {
                let number = cursor.fetch_add(1, Relaxed);
                if number >= job.pages {
                    break;
                }
                // The receiver may be gone.
                let _ = sender.send((number, client.fetch(number).await));
            }
        });
    }
    job.stop.wait().await;
    accountant.abort();
    tasks.join_all().await;
}
