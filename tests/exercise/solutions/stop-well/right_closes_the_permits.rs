//! A task a page; the stop closes the semaphore, and whoever waits for a permit
//! goes home. Whoever has one comes back with his page.

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
            if let Ok(_permit) = permits.acquire().await {
                account.visit(number, client.fetch(number).await);
            }
        });
    }
    let stopping = tokio::spawn(async move {
        job.stop.comes().await;
        permits.close();
    });
    tasks.join_all().await;
    stopping.abort();
}
