//! A task that finds no permit skips its page.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::given::{Client, Job, Results};

pub async fn scrape(job: Job, results: Results) {
    let client = Client::new(job.server);
    let permits = Arc::new(Semaphore::new(job.concurrency));
    let mut tasks = JoinSet::new();
    for number in 0..job.pages {
        let (client, results, permits) = (client.clone(), results.clone(), permits.clone());
        tasks.spawn(async move {
            if let Ok(_permit) = permits.try_acquire() {
                results.record(number, client.fetch(number).await);
            }
        });
    }
    tasks.join_all().await;
}
