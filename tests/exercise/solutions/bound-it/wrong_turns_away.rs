//! Whoever finds no permit gives his page up.

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
            if let Ok(_permit) = permits.try_acquire() {
                account.visit(number, client.fetch(number).await);
            }
        });
    }
    tasks.join_all().await;
}
