//! Ten tasks, each of which fetches all pages.

use tokio::task::JoinSet;

use crate::given::{Client, Job, Results};

pub async fn scrape(job: Job, results: Results) {
    let client = Client::new(job.server);
    let mut tasks = JoinSet::new();
    for _ in 0..job.concurrency {
        let (client, results) = (client.clone(), results.clone());
        tasks.spawn(async move {
            for number in 0..job.pages {
                results.record(number, client.fetch(number).await);
            }
        });
    }
    tasks.join_all().await;
}
