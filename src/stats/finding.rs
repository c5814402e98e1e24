//! What one cell measured: the input of a verdict and of a sample size.

use super::Estimate;

/// What was measured of one cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// The ln-ratio, or the shift of ln-ratios, with its interval.
    pub estimate: Estimate,
    /// The number of values behind it; of the candidate, if there are two
    /// sides.
    pub pairs: usize,
    /// The number of values of a saved baseline, which cannot grow.
    pub baseline_pairs: Option<usize>,
    /// The dead zone: from minus this to plus this, in ln units, both included.
    pub dead_zone: f64,
    /// The alpha that one test of this cell has to meet, after the interim
    /// analyses and Holm. The sample size depends on it.
    pub test_alpha: f64,
}
