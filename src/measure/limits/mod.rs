//! What this machine allows a process: open descriptors and threads.

mod descriptors;
mod threads;

pub use descriptors::{OTHER_DESCRIPTORS, check_fits, descriptors, raise_descriptors};
pub use threads::{cgroup_pids, check_threads, threads_in_maps, user_processes};
