//! One task per page; the stop closes the semaphore. Tasks without a permit end,
//! and tasks with a permit finish their page.

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
            if let Ok(_permit) = permits.acquire().await {
                results.record(number, client.fetch(number).await);
            }
        });
    }
    let stopping = tokio::spawn(async move {
        job.stop.wait().await;
        permits.close();
    });
    tasks.join_all().await;
    stopping.abort();
}
