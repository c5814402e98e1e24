//! Ten threads fetch and send their pages to the task.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

use tokio::sync::mpsc;

use crate::given::{Job, Results, blocking};

pub async fn scrape(job: Job, results: Results) {
    let client = blocking::Client::new(job.server);
    let cursor = Arc::new(AtomicU64::new(0));
    let (sender, mut pages) = mpsc::channel(job.concurrency);
    for _ in 0..job.concurrency {
        let (client, cursor, sender) = (client.clone(), cursor.clone(), sender.clone());
        thread::spawn(move || {
            loop {
                let number = cursor.fetch_add(1, Relaxed);
                if number >= job.pages
                    || sender
                        .blocking_send((number, client.fetch(number)))
                        .is_err()
                {
                    break;
                }
            }
        });
    }
    drop(sender);
    while let Some((number, page)) = pages.recv().await {
        results.record(number, page);
    }
}
