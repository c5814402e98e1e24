//! The exercises with real projects, the real compiler and a real server. The
//! compiler needs no network, because this build has fetched all crates.

mod bound_it;
mod do_not_block_the_loop;
mod make_it_concurrent;
mod project;
mod stop_well;
mod support;
mod template;
mod trouble;
