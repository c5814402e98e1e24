//! Ten threads fetch, and tell the task what they had.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

use tokio::sync::mpsc;

use crate::course::{Account, Job, blocking};

pub async fn scrape(job: Job, account: Account) {
    let client = blocking::Client::new(job.server);
    let cursor = Arc::new(AtomicU64::new(0));
    let (had, mut pages) = mpsc::channel(job.concurrency);
    for _ in 0..job.concurrency {
        let (client, cursor, had) = (client.clone(), cursor.clone(), had.clone());
        thread::spawn(move || {
            loop {
                let number = cursor.fetch_add(1, Relaxed);
                if number >= job.pages || had.blocking_send((number, client.fetch(number))).is_err()
                {
                    break;
                }
            }
        });
    }
    drop(had);
    while let Some((number, page)) = pages.recv().await {
        account.visit(number, page);
    }
}
