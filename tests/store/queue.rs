//! The queue and its writer, with test stores that are slow, stuck or broken.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use event_listener::{Event, Listener};
use regatta::store::{Intake, Record, Store, Writer};

use super::record;
use super::support::{eventually, watched};

/// A store that does what a closure does.
struct Told<F>(F);

impl<F: FnMut(&[Record]) -> anyhow::Result<()> + Send> Store for Told<F> {
    fn write(&mut self, batch: &[Record]) -> anyhow::Result<()> {
        (self.0)(batch)
    }
}

fn told(write: impl FnMut(&[Record]) -> anyhow::Result<()> + Send + 'static) -> Box<dyn Store> {
    Box::new(Told(write))
}

/// A store that says how long each batch is and then waits for leave.
fn gated() -> (Box<dyn Store>, Receiver<usize>, Sender<()>) {
    let (say, batches) = channel();
    let (leave, wait) = channel();
    let store = told(move |batch| {
        say.send(batch.len())?;
        Ok(wait.recv()?)
    });
    (store, batches, leave)
}

#[test]
fn a_push_never_waits_for_a_store_that_is_stuck() {
    let (store, batches, leave) = gated();
    let (intake, writer) = Writer::start(store, 4, || {}).unwrap();
    intake.push(record(0, 0));
    assert_eq!(batches.recv().unwrap(), 1);
    // The writer is inside the store now, and stays there.
    for page in 1..1000 {
        intake.push(record(page, 0));
    }
    assert!(intake.is_full());
    assert_eq!(intake.acknowledged(), 0);
    drop(leave);
    assert!(writer.finish().is_err());
}

#[test]
fn everything_that_waits_is_one_batch_up_to_256() {
    let (store, batches, leave) = gated();
    let (intake, writer) = Writer::start(store, 1000, || {}).unwrap();
    intake.push(record(0, 0));
    assert_eq!(batches.recv().unwrap(), 1);
    for page in 1..=600 {
        intake.push(record(page, 0));
    }
    for _ in 0..4 {
        leave.send(()).unwrap();
    }
    let stored = writer.finish().unwrap();
    let sizes: Vec<usize> = batches.iter().collect();
    assert_eq!(sizes, [256, 256, 88]);
    assert_eq!(
        (stored.records, stored.batches, stored.dropped),
        (601, 4, 0)
    );
    assert!(stored.busy > stored.full, "{stored:?}");
}

#[test]
fn records_are_held_until_they_are_durable_and_room_is_told_once() {
    let (store, batches, leave) = gated();
    let rooms = Arc::new(AtomicU64::new(0));
    let on_room = {
        let rooms = rooms.clone();
        move || {
            rooms.fetch_add(1, SeqCst);
        }
    };
    let (intake, writer) = Writer::start(store, 2, on_room).unwrap();
    intake.push(record(0, 0));
    assert_eq!(batches.recv().unwrap(), 1);
    // What is being written counts: one more fills it.
    assert!(!intake.is_full());
    intake.push(record(1, 0));
    assert!(intake.is_full());
    // A page in flight comes in on top.
    intake.push(record(2, 0));
    leave.send(()).unwrap();
    assert_eq!(batches.recv().unwrap(), 2);
    // Two of two are held still, so nobody was told of room.
    assert_eq!((intake.acknowledged(), rooms.load(SeqCst)), (1, 0));
    assert!(intake.is_full());
    leave.send(()).unwrap();
    assert!(eventually(|| (rooms.load(SeqCst) == 1).then_some(())).is_some());
    assert!(!intake.is_full());
    let stored = writer.finish().unwrap();
    assert_eq!((stored.records, rooms.load(SeqCst)), (3, 1));
    assert!(!stored.full.is_zero());
}

/// A visitor as the frontier makes it: no page while the queue is full.
struct Visitors {
    intake: Intake,
    room: Arc<Event>,
    pushed: AtomicUsize,
    most_held: AtomicUsize,
}

impl Visitors {
    fn visit(&self, record: Record) {
        let pushed = self.pushed.fetch_add(1, SeqCst) + 1;
        self.intake.push(record);
        let durable = usize::try_from(self.intake.acknowledged()).unwrap();
        self.most_held
            .fetch_max(pushed.saturating_sub(durable), SeqCst);
    }

    fn wait_blocking(&self) {
        while self.intake.is_full() {
            let listener = self.room.listen();
            if self.intake.is_full() {
                listener.wait();
            }
        }
    }

    async fn wait_async(&self) {
        while self.intake.is_full() {
            let listener = self.room.listen();
            if self.intake.is_full() {
                listener.await;
            }
        }
    }
}

/// Lets `scrape` loose on a queue of `capacity` and returns the pages in the
/// order in which they were stored, and the most that were held at once.
fn scrape(capacity: usize, scrape: impl FnOnce(Arc<Visitors>)) -> (Vec<Record>, usize) {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let store = {
        let kept = kept.clone();
        told(move |batch| {
            kept.lock().unwrap().extend_from_slice(batch);
            thread::yield_now();
            Ok(())
        })
    };
    let room = Arc::new(Event::new());
    let on_room = {
        let room = room.clone();
        move || {
            room.notify(usize::MAX);
        }
    };
    let (intake, writer) = Writer::start(store, capacity, on_room).unwrap();
    let visitors = Arc::new(Visitors {
        intake,
        room,
        pushed: AtomicUsize::new(0),
        most_held: AtomicUsize::new(0),
    });
    scrape(visitors.clone());
    let stored = writer.finish().unwrap();
    let kept = std::mem::take(&mut *kept.lock().unwrap());
    assert_eq!(stored.records, kept.len() as u64);
    (kept, visitors.most_held.load(SeqCst))
}

const VISITORS: u64 = 8;
const PAGES: u64 = 500;

/// Every visitor's pages are there once, in its own order.
fn assert_complete(kept: &[Record]) {
    let mut by_visitor: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for record in kept {
        let pages = by_visitor.entry(record.seen_at_ms).or_default();
        pages.push(record.url.clone());
    }
    let pages: Vec<String> = (0..PAGES).map(|page| format!("/page/{page}")).collect();
    assert_eq!(by_visitor.len() as u64, VISITORS);
    assert!(by_visitor.values().all(|found| *found == pages));
}

#[test]
fn threads_are_held_back_alike_and_no_wake_up_is_lost() {
    watched(|| {
        for capacity in [1, 2, 7, 64, 1, 1] {
            let (kept, most_held) = scrape(capacity, |visitors| {
                thread::scope(|scope| {
                    for visitor in 0..VISITORS {
                        let visitors = &visitors;
                        scope.spawn(move || {
                            for page in 0..PAGES {
                                visitors.wait_blocking();
                                visitors.visit(record(page, visitor));
                            }
                        });
                    }
                });
            });
            assert_complete(&kept);
            assert!(most_held < capacity + 8, "{most_held} of {capacity}");
        }
    })
    .unwrap();
}

#[test]
fn tasks_are_held_back_like_threads() {
    watched(|| {
        for capacity in [1, 2, 7, 64, 1, 1] {
            let (kept, most_held) = scrape(capacity, |visitors| {
                let tasks: Vec<_> = (0..VISITORS)
                    .map(|visitor| {
                        let visitors = visitors.clone();
                        smol::spawn(async move {
                            for page in 0..PAGES {
                                visitors.wait_async().await;
                                visitors.visit(record(page, visitor));
                            }
                        })
                    })
                    .collect();
                smol::block_on(async {
                    for task in tasks {
                        task.await;
                    }
                });
            });
            assert_complete(&kept);
            assert!(most_held < capacity + 8, "{most_held} of {capacity}");
        }
    })
    .unwrap();
}

#[test]
fn a_write_that_fails_ends_the_taking_and_frees_those_who_wait() {
    watched(|| {
        let mut batches = 0;
        let (go, wait) = channel::<()>();
        let store = told(move |_| {
            batches += 1;
            wait.recv()?;
            anyhow::ensure!(batches < 2, "the disk is full");
            Ok(())
        });
        let (say, room) = channel();
        let on_room = move || say.send(()).unwrap_or_default();
        let (intake, writer) = Writer::start(store, 2, on_room).unwrap();
        intake.push(record(0, 0));
        go.send(()).unwrap();
        assert!(eventually(|| (intake.acknowledged() == 1).then_some(())).is_some());
        for page in 1..4 {
            intake.push(record(page, 0));
        }
        assert!(intake.is_full() && !intake.failed());
        go.send(()).unwrap();
        room.recv().unwrap();
        assert!(intake.failed() && !intake.is_full());
        intake.push(record(4, 0));
        assert_eq!((intake.acknowledged(), intake.dropped()), (1, 4));
        let error = writer.finish().unwrap_err();
        assert_eq!(error.to_string(), "the disk is full");
    })
    .unwrap();
}

#[test]
fn a_store_that_panics_has_failed() {
    watched(|| {
        let (intake, writer) = Writer::start(told(|_| panic!("on purpose")), 1, || {}).unwrap();
        intake.push(record(0, 0));
        assert!(eventually(|| intake.failed().then_some(())).is_some());
        assert!(!intake.is_full());
        assert!(
            writer
                .finish()
                .unwrap_err()
                .to_string()
                .contains("panicked")
        );
    })
    .unwrap();
}

#[test]
fn a_writer_that_is_dropped_still_writes_what_was_pushed() {
    let written = Arc::new(AtomicUsize::new(0));
    let store = {
        let written = written.clone();
        told(move |batch| {
            written.fetch_add(batch.len(), SeqCst);
            Ok(())
        })
    };
    let (intake, writer) = Writer::start(store, 10, || {}).unwrap();
    for page in 0..700 {
        intake.push(record(page, 0));
    }
    drop(writer);
    assert_eq!(written.load(SeqCst), 700);
    intake.push(record(700, 0));
    assert_eq!(intake.dropped(), 1);
}
