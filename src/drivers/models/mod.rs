//! How a program waits for many things at once: one model a file.
//!
//! Each model does the same few things in the same order, so that two files
//! side by side (`diff thread_pool.rs tokio.rs`) show the difference and
//! nothing else: `start` makes what lives longer than a scrape (threads, a
//! runtime, fetchers), `scrape` lets the workers loose, and `worker` is one
//! worker's whole life: ask for the next step, take it, until there is none.
//!
//! What to fetch, when, and what becomes of a page are not a model's concern:
//! [`crate::frontier`] and [`crate::scrape`] decide that, once for all.

pub mod async_std;
pub mod mio;
pub mod rayon;
pub mod sequential;
pub mod smol;
pub mod thread_per_page;
pub mod thread_pool;
pub mod tokio;
pub mod tokio_current;
