//! Ten tasks are spawned, and nobody waits for them.

use crate::course::{Account, Client, Job};

pub async fn scrape(job: Job, account: Account) {
    let client = Client::new(job.server);
    for number in 0..job.pages {
        let (client, account) = (client.clone(), account.clone());
        tokio::spawn(async move { account.visit(number, client.fetch(number).await) });
    }
}
