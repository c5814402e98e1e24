//! A blocking closure for each page, and all of them at once.

use tokio::task::JoinSet;

use crate::course::{Account, Job, blocking};

pub async fn scrape(job: Job, account: Account) {
    let client = blocking::Client::new(job.server);
    let mut tasks = JoinSet::new();
    for number in 0..job.pages {
        let (client, account) = (client.clone(), account.clone());
        tasks.spawn_blocking(move || account.visit(number, client.fetch(number)));
    }
    tasks.join_all().await;
}
