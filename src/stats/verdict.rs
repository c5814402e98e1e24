//! From evidence to a word: REGRESSED, IMPROVED, SAME or UNSURE.
//!
//! Values are ln-ratios, new to old: 0.05 is about 5 % more, and more is worse.
//! Turn the sign where more is better (pages per second).
//!
//! A difference inside the dead zone is none, however sure it is. So the tests
//! ask for more than "not zero": they ask whether the difference lies beyond
//! the *edge* of the zone. And "no difference found" is not "the same": SAME
//! needs the whole interval inside the zone, which noise alone never gives.
//! Source of this second half: D. J. Schuirmann, "A comparison of the two
//! one-sided tests procedure and the power approach for assessing the
//! equivalence of average bioavailability", Journal of Pharmacokinetics and
//! Biopharmaceutics 15 (1987), 657-680.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{DEAD_ZONE, Estimate, ROUGH_DEAD_ZONE, settle};

/// What may be said of a difference.
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

/// What was measured of one cell, to be judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// The ln-ratio, or the shift of ln-ratios, with its interval.
    pub estimate: Estimate,
    /// The values it was made of; of the new side, if there are two.
    pub pairs: usize,
    /// The values of an old side that cannot grow (a saved baseline), if any.
    pub baseline_pairs: Option<usize>,
    /// The dead zone: from minus this to plus this, in ln units, both included.
    pub dead_zone: f64,
    /// The alpha that one test of this cell has to meet (after looks and Holm),
    /// to foretell how many pairs it would take.
    pub test_alpha: f64,
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

/// A verdict with what it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The word.
    pub verdict: Verdict,
    /// The difference in ln units, with its interval; none without values.
    pub estimate: Option<Estimate>,
    /// The dead zone it was held against, in ln units.
    pub dead_zone: f64,
    /// How many values the estimate was made of.
    pub pairs: usize,
    /// For UNSURE: how many more pairs would settle it if the estimate stayed
    /// where it is. None when no number would, or none below a million.
    pub pairs_to_settle: Option<usize>,
}

/// The dead zone of a run in ln units: 1 %, or what the same code under two
/// names was seen to differ by in this run (the median of its A/A control),
/// whichever is more.
///
/// Why not as far as the control's interval reaches? That zone grows with the
/// noise, and a slowdown inside it would be called SAME on a noisy machine.
/// What it would be there for, a control that is off for sure, makes the run
/// invalid anyway: judge the control as a cell, too.
///
/// A control without an interval has shown nothing, so the zone is then the
/// rough 10 % at least. NaN makes a zone of NaN, beyond which nothing lies.
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
pub fn judge(finding: &Finding, rejected: Rejected) -> Evidence {
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
        // Both at once are impossible for one sample, and no environment for a word.
        _ => Verdict::Unsure,
    };
    let unsure = verdict == Verdict::Unsure;
    Evidence {
        verdict,
        estimate: Some(finding.estimate),
        dead_zone: finding.dead_zone,
        pairs: finding.pairs,
        pairs_to_settle: unsure.then(|| settle::more_pairs(finding)).flatten(),
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
