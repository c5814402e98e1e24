//! A blocking closure for each page, all at once.

use tokio::task::JoinSet;

use crate::given::{Job, Results, blocking};

pub async fn scrape(job: Job, results: Results) {
    let client = blocking::Client::new(job.server);
    let mut tasks = JoinSet::new();
    for number in 0..job.pages {
        let (client, results) = (client.clone(), results.clone());
        tasks.spawn_blocking(move || results.record(number, client.fetch(number)));
    }
    tasks.join_all().await;
}
