//! How a program waits for many things at once: one model a file.
//!
//! Each file has the same functions in the same order, so that a diff of two
//! (`diff thread_pool.rs tokio.rs`) shows how the models differ and nothing
//! else: `start` makes what lives longer than a scrape (threads, a runtime,
//! fetchers), `scrape` and `root` start the workers and wait for them, and
//! `worker` is one worker's whole life: ask for the next step and take it until
//! there is none.
//!
//! What to fetch, when, and what happens with a page is the same for all
//! models: see [`crate::frontier`] and [`crate::scrape`]. How to connect is a
//! client's concern: see [`crate::clients::net`].

pub mod async_std;
pub mod info;
pub mod mio;
mod pool;
pub mod rayon;
pub mod sequential;
pub mod smol;
pub(super) mod start;
pub mod thread_per_page;
pub mod thread_pool;
pub mod tokio;
pub mod tokio_current;

pub use start::ASYNC_STD_THREADS;
