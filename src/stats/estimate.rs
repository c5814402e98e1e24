//! The estimate of a median: its value with a confidence interval.

use serde::{Deserialize, Serialize};

use super::{median, order_interval, student_interval, student_interval_of_logs};

/// A median with the interval that holds the true one, all in the unit of the
/// values it was made of.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    /// The median of the values seen.
    pub median: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
    /// The chance that the interval holds the true median, 0.95 or a little
    /// more unless asked otherwise; 0 when there is no interval, as with one
    /// run only (low and high are then the median).
    pub confidence: f64,
}

/// A method for an interval: low, high, confidence.
type Interval = fn(&[f64]) -> Option<(f64, f64, f64)>;

impl Estimate {
    /// The estimate that `values` allow, which are positive by nature (times,
    /// sizes, counts); `None` when there are none.
    ///
    /// | values | interval |
    /// |---|---|
    /// | 6 and more | exact, from their order ([`order_interval`]) |
    /// | 2 to 5 | Student's t, rough ([`student_interval_of_logs`]) |
    /// | 1 | none: confidence 0 |
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        Self::with(values, student_interval_of_logs)
    }

    /// The same for values that may have either sign, such as ln-ratios.
    #[must_use]
    pub fn of_signed(values: &[f64]) -> Option<Self> {
        Self::with(values, student_interval)
    }

    fn with(values: &[f64], few: Interval) -> Option<Self> {
        let interval = order_interval(values).or_else(|| few(values));
        Some(Self::from_parts(median(values)?, interval))
    }

    /// A median and its interval (low, high, confidence), if it has one.
    pub(super) fn from_parts(median: f64, interval: Option<(f64, f64, f64)>) -> Self {
        let (low, high, confidence) = interval.unwrap_or((median, median, 0.0));
        Self {
            median,
            low,
            high,
            confidence,
        }
    }

    /// The larger distance of an end of the interval from the median, as a share
    /// of the median: 0.02 means that the median is known to 2 %. `None` without an interval
    /// or when the median is not positive.
    #[must_use]
    pub fn half_width(&self) -> Option<f64> {
        if self.confidence <= 0.0 || self.median <= 0.0 {
            return None;
        }
        let above = self.high / self.median - 1.0;
        let below = 1.0 - self.low / self.median;
        Some(above.max(below))
    }

    /// Whether the median is known to `share` (0.02 for 2 %) or better, so that
    /// no more runs are needed.
    #[must_use]
    pub fn is_known_to(&self, share: f64) -> bool {
        self.half_width().is_some_and(|width| width <= share)
    }

    /// Whether the two intervals have a value in common.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }
}

#[cfg(test)]
#[path = "estimate_tests.rs"]
mod tests;
