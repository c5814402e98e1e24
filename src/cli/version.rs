//! What this program is: its version, and what it was built from and with.

/// `0.1.0 (abc1234, rustc 1.95.0, features: postgres)`. A debug build names no
/// commit: it would have to be compiled again after each one.
pub(super) const LINE: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    " (",
    env!("REGATTA_COMMIT"),
    ", rustc ",
    env!("REGATTA_RUSTC_VERSION"),
    ", features: ",
    env!("REGATTA_FEATURES"),
    ")"
);
