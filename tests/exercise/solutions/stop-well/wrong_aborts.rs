//! The stop aborts all tasks and their requests in flight.

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
            let _permit = permits.acquire().await.expect("it is never closed");
            results.record(number, client.fetch(number).await);
        });
    }
    job.stop.wait().await;
    tasks.abort_all();
    while tasks.join_next().await.is_some() {}
}
