//! One task per page; the program waits for each before it spawns the next.

use crate::given::{Client, Job, Results};

pub async fn scrape(job: Job, results: Results) {
    let client = Client::new(job.server);
    for number in 0..job.pages {
        let client = client.clone();
        let page = tokio::spawn(async move { client.fetch(number).await });
        results.record(number, page.await.expect("no task panics"));
    }
}
