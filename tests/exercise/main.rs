//! The exercises as a student meets them: real projects, the real compiler, a
//! real server. The compiler needs no network: what it needs has been brought
//! for this very build.

mod bound_it;
mod do_not_block_the_loop;
mod make_it_concurrent;
mod project;
mod stop_well;
mod support;
mod template;
mod trouble;
