//! Each thread has its share of the pages, and the first page of the next.

use tokio::task::JoinSet;

use crate::given::{Job, Results, blocking};

pub async fn scrape(job: Job, results: Results) {
    let client = blocking::Client::new(job.server);
    let share = job.pages.div_ceil(job.concurrency as u64);
    let mut tasks = JoinSet::new();
    for worker in 0..job.concurrency as u64 {
        let (client, results) = (client.clone(), results.clone());
        tasks.spawn_blocking(move || {
            let first = worker * share;
            for number in first..=first + share {
                results.record(number, client.fetch(number));
            }
        });
    }
    tasks.join_all().await;
}
