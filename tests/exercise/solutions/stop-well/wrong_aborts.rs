//! At the stop all tasks are aborted, with what they have in flight.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::course::{Account, Client, Job};

pub async fn scrape(job: Job, account: Account) {
    let client = Client::new(job.server);
    let permits = Arc::new(Semaphore::new(job.concurrency));
    let mut tasks = JoinSet::new();
    for number in 0..job.pages {
        let (client, account, permits) = (client.clone(), account.clone(), permits.clone());
        tasks.spawn(async move {
            let _permit = permits.acquire().await.expect("it is never closed");
            account.visit(number, client.fetch(number).await);
        });
    }
    job.stop.comes().await;
    tasks.abort_all();
    while tasks.join_next().await.is_some() {}
}
