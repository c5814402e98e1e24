//! From evidence to a verdict: REGRESSED, IMPROVED, SAME or UNSURE.
//!
//! Values are ln-ratios, candidate to baseline: 0.05 is about 5 % more, and more
//! is worse. Turn the sign where more is better (pages per second).
//!
//! A difference inside the dead zone does not count, however sure it is. So the
//! tests ask whether the difference lies beyond the *edge* of the zone, not
//! whether it is zero. "No difference found" is not "the same": SAME needs the
//! whole interval inside the zone, which noise alone never gives.
//! Source of SAME: D. J. Schuirmann, "A comparison of the two
//! one-sided tests procedure and the power approach for assessing the
//! equivalence of average bioavailability", Journal of Pharmacokinetics and
//! Biopharmaceutics 15 (1987), 657-680.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{DEAD_ZONE, Estimate, Finding, ROUGH_DEAD_ZONE, sample_size};

/// What the data show of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// More by more than the dead zone.
    Regressed,
    /// Less by more than the dead zone.
    Improved,
    /// Not different by more than the dead zone.
    Same,
    /// None of these has been shown.
    Unsure,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Regressed => "REGRESSED",
            Self::Improved => "IMPROVED",
            Self::Same => "SAME",
            Self::Unsure => "UNSURE",
        })
    }
}

/// Which of the two one-sided tests against the edges of the dead zone were
/// rejected, after Holm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rejected {
    /// "Not above the upper edge" was rejected.
    pub above: bool,
    /// "Not below the lower edge" was rejected.
    pub below: bool,
}

/// A verdict with the data behind it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The verdict.
    pub verdict: Verdict,
    /// The difference in ln units, with its interval; none without values.
    pub estimate: Option<Estimate>,
    /// The dead zone it was compared with, in ln units.
    pub dead_zone: f64,
    /// The number of values behind the estimate.
    pub pairs: usize,
    /// For UNSURE: how many more pairs would give a verdict if the estimate
    /// stayed where it is. None when no number below a million would.
    #[serde(rename = "pairs_to_settle")]
    pub more_pairs: Option<usize>,
    /// The tests behind the verdict; none where only an interval was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tests: Option<Tests>,
}

/// The two one-sided tests of a cell. Holm compares them with those of all
/// cells of the run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tests {
    /// The p-value of "above the upper edge of the dead zone".
    pub p_above: f64,
    /// The p-value of "below the lower edge of the dead zone".
    pub p_below: f64,
    /// The alpha of this analysis, for all cells together.
    pub alpha: f64,
}

/// The dead zone of a run in ln units: 1 %, or the median of the run's A/A
/// control (the same code under two names) if that is more.
///
/// It does not reach as far as the control's interval. That zone would grow
/// with the noise, and a slowdown inside it would be called SAME on a noisy
/// machine. A control whose difference is certain makes the run invalid
/// anyway: decide on the control as a cell, too.
///
/// A control without an interval has shown nothing, so the zone is then at
/// least the rough 10 %. NaN makes a zone of NaN, beyond which nothing lies.
#[must_use]
pub fn dead_zone(floor_from_aa: &Estimate) -> f64 {
    let least = if floor_from_aa.confidence > 0.0 {
        DEAD_ZONE
    } else {
        ROUGH_DEAD_ZONE
    };
    let floor = floor_from_aa.median.abs();
    if floor <= least.ln_1p() {
        least.ln_1p()
    } else {
        floor
    }
}

/// The verdict on `finding`.
///
/// REGRESSED and IMPROVED when the test against that edge was rejected; SAME
/// when the interval lies inside the dead zone; UNSURE otherwise.
#[must_use]
pub fn decide(finding: &Finding, rejected: Rejected) -> Evidence {
    let verdict = match rejected {
        Rejected {
            above: true,
            below: false,
        } => Verdict::Regressed,
        Rejected {
            above: false,
            below: true,
        } => Verdict::Improved,
        Rejected {
            above: false,
            below: false,
        } if is_inside(finding) => Verdict::Same,
        // One sample cannot reject both.
        _ => Verdict::Unsure,
    };
    let unsure = verdict == Verdict::Unsure;
    Evidence {
        verdict,
        estimate: Some(finding.estimate),
        dead_zone: finding.dead_zone,
        pairs: finding.pairs,
        more_pairs: unsure.then(|| sample_size::more_pairs(finding)).flatten(),
        tests: None,
    }
}

fn is_inside(finding: &Finding) -> bool {
    let Estimate {
        low,
        high,
        confidence,
        ..
    } = finding.estimate;
    confidence > 0.0 && -finding.dead_zone <= low && high <= finding.dead_zone
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
