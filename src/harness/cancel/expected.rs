//! The expected result of a run, by the driver's account and by the ledger.

use std::fmt;

use crate::measure::sample::{Ledger, Sample};

/// The result of a run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ExpectedEnd {
    pub pages: u64,
    pub errors: u64,
    /// Of those errors.
    pub timeouts: u64,
    pub given_up: u64,
}

impl ExpectedEnd {
    /// This number of pages fetched, and nothing else.
    pub(super) fn answered(pages: u64) -> Self {
        Self {
            pages,
            errors: 0,
            timeouts: 0,
            given_up: 0,
        }
    }

    fn said(sample: &Sample) -> Self {
        Self {
            pages: sample.pages,
            errors: sample.errors,
            timeouts: sample.timeouts,
            given_up: sample.given_up,
        }
    }

    /// Each page is requested at most once.
    pub(super) fn requests(&self) -> u64 {
        self.pages + self.errors + self.given_up
    }

    /// Requests whose client left.
    pub(super) fn abandoned(&self) -> u64 {
        self.timeouts + self.given_up
    }

    /// Whether the end came before all slots were in use.
    pub(super) fn is_early(&self, ledger: &Ledger) -> bool {
        ledger.requests < self.requests()
    }

    /// What is wrong with a run, if anything is.
    pub(super) fn reject(&self, sample: &Sample, ledger: &Ledger) -> Result<(), String> {
        let said = Self::said(sample);
        let (requests, abandoned) = (self.requests(), self.abandoned());
        let left = (ledger.requests).saturating_sub(ledger.answers + ledger.clients_gone);
        if ledger.requests != requests {
            Err(format!(
                "{} requests were sent; expected {requests}",
                ledger.requests
            ))
        } else if said != *self {
            Err(format!("the driver reports {said}; expected {self}"))
        } else if left > 0 {
            Err(format!("{left} requests were left behind at the server"))
        } else if ledger.clients_gone != abandoned {
            Err(format!(
                "the server saw {} requests abandoned; expected {abandoned}",
                ledger.clients_gone
            ))
        } else {
            Ok(())
        }
    }
}

impl fmt::Display for ExpectedEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            pages,
            errors,
            timeouts,
            given_up,
        } = self;
        write!(
            f,
            "{pages} pages, {errors} errors ({timeouts} timeouts) and {given_up} given up"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPECTED: ExpectedEnd = ExpectedEnd {
        pages: 7,
        errors: 1,
        timeouts: 1,
        given_up: 19,
    };

    /// A run with the expected result.
    fn run() -> (Sample, Ledger) {
        let sample = Sample {
            pages: 7,
            errors: 1,
            timeouts: 1,
            given_up: 19,
            ..Sample::default()
        };
        let ledger = Ledger {
            requests: 27,
            answers: 7,
            clients_gone: 20,
            ..Ledger::default()
        };
        (sample, ledger)
    }

    #[test]
    fn a_run_with_the_expected_result_counts() {
        let (sample, ledger) = run();
        assert_eq!(EXPECTED.reject(&sample, &ledger), Ok(()));
    }

    #[test]
    fn every_difference_is_named() {
        let rejected = |change: &dyn Fn(&mut Sample, &mut Ledger), word: &str| {
            let (mut sample, mut ledger) = run();
            change(&mut sample, &mut ledger);
            let why = EXPECTED.reject(&sample, &ledger).unwrap_err();
            assert!(why.contains(word), "{why}");
        };
        rejected(&|_, ledger| ledger.requests += 1, "28 requests were sent");
        rejected(&|sample, _| sample.pages -= 1, "reports 6 pages");
        rejected(&|sample, _| sample.given_up -= 1, "18 given up; expected");
        rejected(&|sample, _| sample.timeouts -= 1, "0 timeouts");
        rejected(
            &|_, ledger| ledger.clients_gone -= 2,
            "2 requests were left",
        );
        let answered = |_: &mut Sample, ledger: &mut Ledger| {
            ledger.clients_gone -= 1;
            ledger.answers += 1;
        };
        rejected(&answered, "saw 19 requests abandoned; expected 20");
    }
}
