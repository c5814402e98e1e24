//! Statistics: from repeated measurements to a claim and how sure it is.
//!
//! Everything here is a pure function of the numbers handed in: no clock, no
//! threads, and no random numbers but those of a seed that is handed in too
//! ([`block_bootstrap`]). The same samples give the same words forever, which
//! is what lets a saved report be rendered again byte for byte.
//!
//! Five ideas carry the room:
//!
//! 1. A run's wall time is skewed (nothing makes a run fast by accident, much
//!    makes it slow), so the *median* is reported and nothing is dropped.
//!    See [`median()`].
//! 2. A median without an interval is half a number. [`Estimate`] holds both;
//!    its interval is the exact one from the order of the samples.
//! 3. Two drivers are compared *within* a round, where they met the same
//!    machine weather, never by their medians alone. See [`ln_ratios`] and
//!    [`rank()`].
//! 4. A claim is tested against the edge of a dead zone, not against zero, and
//!    "the same" must be shown as well. See [`judge`] and [`dead_zone`].
//! 5. Many cells and early looks are many chances to be fooled, and each is
//!    paid for: see [`holm()`], [`Looks`] and, for a whole run, [`judge_all()`].
//!
//! What it does not do: independent values are assumed throughout. Bursts that
//! outlast a pair make every interval too narrow and every test too bold; see
//! [`block_bootstrap`] for a way to notice.

mod binomial;
mod bootstrap;
mod estimate;
mod holm;
mod judge_all;
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
mod signed_rank;
mod student;
mod verdict;

#[cfg(test)]
mod interval_simulation_tests;
#[cfg(test)]
mod noise;

pub use bootstrap::{Blocks, block_bootstrap};
pub use estimate::Estimate;
pub use holm::holm;
pub use judge_all::{Cell, Ratios, judge_all};
pub use looks::{Looks, LooksError};
pub use median::median;
pub use order::{order_interval, order_interval_at};
pub use paired::{Series, ln_ratio_estimate, ln_ratios};
pub use proportion::{proportion_lower_bound, proportion_upper_bound};
pub use rank::{DEAD_ZONE, Place, ROUGH_DEAD_ZONE, rank};
pub use shift::{shift_estimate, shift_test};
pub use signed_rank::{Side, signed_rank_estimate, signed_rank_test};
pub use student::{student_interval, student_interval_of_logs};
pub use verdict::{Evidence, Finding, Rejected, Verdict, dead_zone, judge};
