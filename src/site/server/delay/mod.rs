//! Waiting until an answer is due: never early, and late by as little as the
//! machine allows.
//!
//! tokio's timer counts whole milliseconds and rounds up: a page of 50 ms
//! leaves after 51 to 52. On Linux each serving thread has a timer descriptor
//! instead (`linux.rs`). Elsewhere tokio's timer stands in (`portable.rs`): the
//! scenario is the same, its answers are up to 2 ms late, and the ledger says so.

#[cfg(target_os = "linux")]
mod linux;
// Built for tests everywhere, so that the fallback is tested where it is not used.
#[cfg(any(test, not(target_os = "linux")))]
mod portable;

#[cfg(target_os = "linux")]
pub(super) use linux::{Delay, Delays};
#[cfg(not(target_os = "linux"))]
pub(super) use portable::{Delay, Delays};

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::time::Duration;

    use super::super::clock::now_ns;
    use super::{linux, portable};

    fn run(test: impl Future<Output = ()>) {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(test);
    }

    #[test]
    fn a_delay_is_never_early() {
        run(async {
            let (precise, portable) = (
                linux::Delays::start().unwrap(),
                portable::Delays::start().unwrap(),
            );
            for delay_ns in [1, 1_000, 999_999, 1_000_001, 5_000_000] {
                let due_ns = now_ns() + delay_ns;
                precise.until(due_ns).await;
                assert!(now_ns() >= due_ns);
                let due_ns = now_ns() + delay_ns;
                portable.until(due_ns).await;
                assert!(now_ns() >= due_ns);
            }
        });
    }

    #[test]
    fn delays_end_in_the_order_they_are_due() {
        run(async {
            let delays = linux::Delays::start().unwrap();
            let start_ns = now_ns();
            let ended = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
            // Asked for in a scrambled order; 7 and 20 have no common factor.
            let tasks: Vec<_> = (0..20_u64)
                .map(|n| {
                    let (place, ended) = (n * 7 % 20, ended.clone());
                    let delay = delays.until(start_ns + 20_000_000 + place * 1_000_000);
                    tokio::spawn(async move {
                        delay.await;
                        ended.lock().unwrap().push(place);
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
            assert_eq!(*ended.lock().unwrap(), (0..20).collect::<Vec<_>>());
        });
    }

    #[test]
    fn a_dropped_delay_leaves_nothing_behind() {
        run(async {
            let delays = linux::Delays::start().unwrap();
            let gone = tokio::spawn(delays.until(now_ns() + 60_000_000_000));
            let stays = tokio::spawn(delays.until(now_ns() + 20_000_000));
            while delays.pending() < 2 {
                tokio::task::yield_now().await;
            }
            gone.abort();
            assert!(gone.await.unwrap_err().is_cancelled());
            assert_eq!(delays.pending(), 1);
            tokio::time::timeout(Duration::from_mins(1), stays)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(delays.pending(), 0);
        });
    }
}
