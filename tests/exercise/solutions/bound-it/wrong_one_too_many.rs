//! One task per page; the eleventh is spawned before one of the ten has ended.

use tokio::task::JoinSet;

use crate::given::{Client, Job, Results};

pub async fn scrape(job: Job, results: Results) {
    let client = Client::new(job.server);
    let mut tasks = JoinSet::new();
    for number in 0..job.pages {
        if tasks.len() > job.concurrency {
            tasks.join_next().await;
        }
        let (client, results) = (client.clone(), results.clone());
        tasks.spawn(async move { results.record(number, client.fetch(number).await) });
    }
    tasks.join_all().await;
}
