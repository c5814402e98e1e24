//! Statistics: from repeated measurements to a claim and how sure it is.
//!
//! Everything here is a pure function of its arguments: no clock, no threads, no
//! random numbers. The same samples always give the same result, so a saved
//! report renders to the same bytes.
//!
//! Five ideas:
//!
//! 1. A run's wall time is skewed (nothing makes a run fast by accident, much
//!    makes it slow), so the *median* is reported and nothing is dropped.
//!    See [`median()`].
//! 2. A median without an interval is half a number. [`Estimate`] holds both;
//!    its interval is the exact one from the order of the samples.
//! 3. Two drivers are compared *within* a round, where they met the same
//!    conditions, never by their medians alone. See [`ln_ratios`] and
//!    [`rank()`].
//! 4. A claim is tested against the edge of a dead zone, not against zero, and
//!    "the same" must be shown as well. See [`decide`] and [`dead_zone`].
//! 5. Many cells and interim analyses are many chances of a false alarm, and
//!    each is paid for: see [`holm()`], [`InterimPlan`] and, for a whole run,
//!    [`decide_all()`].
//!
//! Independent values are assumed throughout. Bursts that outlast a pair make
//! every interval too narrow and every test too bold.

mod binomial;
mod decide_all;
mod estimate;
mod finding;
mod holm;
mod interim;
mod mann_whitney;
mod median;
mod normal;
mod order;
mod paired;
mod proportion;
mod rank;
mod sample_size;
mod shift;
mod signed_rank;
mod student;
mod verdict;

#[cfg(test)]
mod interval_simulation_tests;
#[cfg(test)]
mod noise;

pub use decide_all::{Cell, Ratios, decide_all};
pub use estimate::Estimate;
pub use finding::Finding;
pub use holm::holm;
pub use interim::{InterimPlan, InterimPlanError};
pub use median::median;
pub use order::{order_interval, order_interval_at};
pub use paired::{Series, ln_ratio_estimate, ln_ratios};
pub use proportion::{proportion_lower_bound, proportion_upper_bound};
pub use rank::{DEAD_ZONE, Place, ROUGH_DEAD_ZONE, rank};
pub use shift::{shift_estimate, shift_test};
pub use signed_rank::{Side, signed_rank_estimate, signed_rank_test};
pub use student::{student_interval, student_interval_of_logs};
pub use verdict::{Evidence, Rejected, Tests, Verdict, dead_zone, decide};
