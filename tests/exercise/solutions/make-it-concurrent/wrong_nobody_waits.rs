//! Ten tasks are spawned, but the program does not wait for them.

use crate::given::{Client, Job, Results};

pub async fn scrape(job: Job, results: Results) {
    let client = Client::new(job.server);
    for number in 0..job.pages {
        let (client, results) = (client.clone(), results.clone());
        tokio::spawn(async move { results.record(number, client.fetch(number).await) });
    }
}
