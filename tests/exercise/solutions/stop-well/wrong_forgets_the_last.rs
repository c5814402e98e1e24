//! What is in flight comes back, and nobody puts it into the account any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::course::{Account, Client, Job};

pub async fn scrape(job: Job, account: Account) {
    let client = Client::new(job.server);
    let cursor = Arc::new(AtomicU64::new(0));
    let (had, mut pages) = mpsc::unbounded_channel();
    let accountant = tokio::spawn(async move {
        while let Some((number, page)) = pages.recv().await {
            account.visit(number, page);
        }
    });
    let mut tasks = JoinSet::new();
    for _ in 0..job.concurrency {
        let (client, cursor, had) = (client.clone(), cursor.clone(), had.clone());
        tasks.spawn(async move {
            while !job.stop.has_come() {
                let number = cursor.fetch_add(1, Relaxed);
                if number >= job.pages {
                    break;
                }
                // Nobody may listen any more.
                let _ = had.send((number, client.fetch(number).await));
            }
        });
    }
    job.stop.comes().await;
    accountant.abort();
    tasks.join_all().await;
}
