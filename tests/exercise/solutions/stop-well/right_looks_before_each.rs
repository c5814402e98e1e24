//! Ten tasks, each of which looks whether to stop before it begins a page.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use tokio::task::JoinSet;

use crate::course::{Account, Client, Job};

pub async fn scrape(job: Job, account: Account) {
    let client = Client::new(job.server);
    let cursor = Arc::new(AtomicU64::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..job.concurrency {
        let (client, account, cursor) = (client.clone(), account.clone(), cursor.clone());
        tasks.spawn(async move {
            while !job.stop.has_come() {
                let number = cursor.fetch_add(1, Relaxed);
                if number >= job.pages {
                    break;
                }
                account.visit(number, client.fetch(number).await);
            }
        });
    }
    tasks.join_all().await;
}
