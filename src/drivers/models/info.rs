//! What the tables and `regatta drivers` say of each model.

use crate::drivers::driver::{CancelMode, Kind, ModelInfo};

/// One thread, one page.
pub const SEQUENTIAL: ModelInfo = ModelInfo {
    one_at_a_time: true,
    ..blocking("sequential", "one thread blocks on one page at a time", &[])
};

/// A thread for each page.
pub const THREAD_PER_PAGE: ModelInfo = ModelInfo {
    keep_alive: false,
    ..blocking(
        "thread-per-page",
        "a new thread for each page, which blocks and ends",
        &[],
    )
};

/// A thread for each page in flight.
pub const THREAD_POOL: ModelInfo = blocking(
    "thread-pool",
    "a fixed set of threads, each blocks on its own page",
    &[],
);

/// The same on a pool for computing.
pub const RAYON: ModelInfo = blocking(
    "rayon",
    "a work-stealing pool; each of its threads blocks on its own page",
    &["rayon"],
);

/// Tasks on several threads.
pub const TOKIO: ModelInfo = asynchronous(
    "tokio",
    "tasks on a few work-stealing threads, which wait in epoll for all of them",
    &["tokio", "mio"],
);

/// Tasks on one thread.
pub const TOKIO_CURRENT: ModelInfo = asynchronous(
    "tokio-current",
    "tasks on one thread, which waits in epoll for all of them",
    &["tokio", "mio"],
);

/// Tasks on an executor put together by hand.
pub const SMOL: ModelInfo = asynchronous(
    "smol",
    "tasks on a few threads, one of which waits in epoll for all of them",
    &["smol", "async-executor", "async-io"],
);

/// The same executor, global.
pub const ASYNC_STD: ModelInfo = asynchronous(
    "async-std",
    "like smol, with a global executor (discontinued: use smol)",
    &["async-std", "async-executor", "async-io"],
);

/// An event loop written by hand.
pub const MIO: ModelInfo = ModelInfo {
    cancel_mode: CancelMode::Closed,
    ..asynchronous(
        "mio",
        "one thread's own event loop waits in epoll for all connections",
        &["mio"],
    )
};

/// A model whose threads block: a page is given up from another thread.
const fn blocking(
    name: &'static str,
    waits: &'static str,
    crates: &'static [&'static str],
) -> ModelInfo {
    ModelInfo {
        cancel_mode: CancelMode::ShutDown,
        ..asynchronous(name, waits, crates)
    }
}

/// A model whose tasks wait: a page is given up by dropping its future.
const fn asynchronous(
    name: &'static str,
    waits: &'static str,
    crates: &'static [&'static str],
) -> ModelInfo {
    ModelInfo {
        name,
        kind: Kind::Model { waits },
        crates,
        one_at_a_time: false,
        keep_alive: true,
        cancel_mode: CancelMode::Dropped,
    }
}
