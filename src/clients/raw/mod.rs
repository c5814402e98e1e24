//! raw: the least that speaks HTTP/1.1, so that what is left is the model.
//!
//! [`Exchange`] knows the protocol and does no I/O; around it there are a
//! blocking and an async fetcher of a few lines each, and the `mio` model
//! drives it by hand. `httparse` reads the head.

mod asynchronous;
mod blocking;
mod exchange;

pub use asynchronous::AsyncRaw;
pub use blocking::Raw;
pub use exchange::Exchange;

use super::ClientInfo;

/// How it is listed.
pub const INFO: ClientInfo = ClientInfo {
    name: "raw",
    crates: &["httparse"],
    pool_races: false,
};
