//! Ten tasks, each of which goes through all pages.

use tokio::task::JoinSet;

use crate::course::{Account, Client, Job};

pub async fn scrape(job: Job, account: Account) {
    let client = Client::new(job.server);
    let mut tasks = JoinSet::new();
    for _ in 0..job.concurrency {
        let (client, account) = (client.clone(), account.clone());
        tasks.spawn(async move {
            for number in 0..job.pages {
                account.visit(number, client.fetch(number).await);
            }
        });
    }
    tasks.join_all().await;
}
