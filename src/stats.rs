//! Statistics: from repeated measurements to a claim and how sure it is.
//!
//! Everything here is a pure function of the numbers handed in: no clock, no
//! random numbers, no threads. The same samples give the same words forever,
//! which is what lets a saved report be rendered again byte for byte.
//!
//! Three ideas carry the room:
//!
//! 1. A run's wall time is skewed (nothing makes a run fast by accident, much
//!    makes it slow), so the *median* is reported and nothing is dropped.
//!    See [`median()`].
//! 2. A median without an interval is half a number. [`Estimate`] holds both;
//!    its interval is the exact one from the order of the samples.
//! 3. Two drivers are compared *within* a round, where they met the same
//!    machine weather, never by their medians alone. See [`ln_ratios`] and
//!    [`rank`].

mod binomial;
mod bootstrap;
mod estimate;
mod holm;
mod looks;
mod mann_whitney;
mod median;
mod normal;
mod order;
mod paired;
mod proportion;
mod rank;
mod settle;
mod shift;
mod sign;
mod student;
mod verdict;

pub use bootstrap::{Blocks, block_bootstrap};
pub use estimate::Estimate;
pub use holm::holm;
pub use looks::{Looks, LooksError};
pub use median::median;
pub use order::{order_interval, order_interval_at};
pub use paired::{Series, ln_ratio_estimate, ln_ratios};
pub use proportion::{proportion_lower_bound, proportion_upper_bound};
pub use rank::{DEAD_ZONE, Place, ROUGH_DEAD_ZONE, rank};
pub use shift::{shift_estimate, shift_test};
pub use sign::{Side, sign_test};
pub use student::{student_interval, student_interval_of_logs};
pub use verdict::{Evidence, Finding, Rejected, Verdict, dead_zone, judge};
