//! Exit codes that several commands share.

/// The command could not do its work.
pub(super) const ERROR: u8 = 1;
/// The results are printed, and some row was rejected or failed.
pub(super) const NOT_ALL_ROWS: u8 = 4;
