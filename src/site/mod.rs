//! The mock site: what is scraped, how its pages are made, and who serves them.

pub mod page;
pub mod server;
pub mod workload;
