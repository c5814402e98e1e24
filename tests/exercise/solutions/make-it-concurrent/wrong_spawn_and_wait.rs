//! A task a page, and each is waited for before the next is spawned.

use crate::course::{Account, Client, Job};

pub async fn scrape(job: Job, account: Account) {
    let client = Client::new(job.server);
    for number in 0..job.pages {
        let client = client.clone();
        let page = tokio::spawn(async move { client.fetch(number).await });
        account.visit(number, page.await.expect("no task panics"));
    }
}
