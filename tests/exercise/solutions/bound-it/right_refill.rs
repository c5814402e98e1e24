//! A task a page; before the eleventh is spawned, one of the ten has ended.

use tokio::task::JoinSet;

use crate::course::{Account, Client, Job};

pub async fn scrape(job: Job, account: Account) {
    let client = Client::new(job.server);
    let mut tasks = JoinSet::new();
    for number in 0..job.pages {
        if tasks.len() == job.concurrency {
            tasks.join_next().await;
        }
        let (client, account) = (client.clone(), account.clone());
        tasks.spawn(async move { account.visit(number, client.fetch(number).await) });
    }
    tasks.join_all().await;
}
