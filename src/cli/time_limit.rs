//! How long a report will take, said before it starts. Where one round takes
//! far longer than the budget, the user decides.

use std::io::{BufRead, IsTerminal};
use std::time::Duration;

use super::exit::usage;
use crate::drivers::Driver;
use crate::harness::race::{self, Limits, Settings};
use crate::term::say;

/// A round that takes longer than this many budgets is started only on request.
const FAR_OVER: u32 = 3;

/// One pair of runs in a baseline takes about this long on two cores.
const PAIR: Duration = Duration::from_secs(1);

/// What a report will take at least.
#[derive(Debug)]
pub(super) struct TimeNeeded {
    limits: Limits,
    pages: u64,
    concurrency: u64,
    runs: Vec<(&'static Driver, Duration)>,
    baseline_pairs: u32,
}

impl TimeNeeded {
    /// That of these settings, with a baseline of so many pairs after it.
    pub(super) fn of(settings: &Settings, baseline_pairs: u32) -> Self {
        let drivers = settings.drivers.iter().copied();
        Self {
            limits: settings.limits,
            pages: settings.workload.pages,
            concurrency: settings.workload.concurrency as u64,
            runs: drivers.zip(race::least_runs(settings)).collect(),
            baseline_pairs,
        }
    }

    /// What one round takes at least.
    fn round(&self) -> Duration {
        self.runs.iter().map(|(_, takes)| *takes).sum()
    }

    /// Says on standard error how long it will take.
    pub(super) fn announce(&self, save: Option<&str>) {
        say::line(&self.words());
        if let Some(name) = save {
            say::line(&format!(
                "then {} pairs of runs for the baseline, about {}, saved in {}",
                self.baseline_pairs,
                about(PAIR * self.baseline_pairs),
                crate::compare::baseline::file(name).display()
            ));
        }
    }

    fn words(&self) -> String {
        let round = self.round();
        let drivers = match self.runs.len() {
            1 => "1 driver".to_owned(),
            many => format!("{many} drivers"),
        };
        let limit = match self.limits.rounds {
            Some(rounds) => format!("{rounds} rounds take at least {}", about(round * rounds)),
            None => format!("the budget is {}", about(self.limits.budget)),
        };
        let least = about(round);
        format!("one round of {drivers} takes at least {least}; {limit}")
    }

    /// Asks on a terminal whether to start a report that takes far longer than
    /// its budget; elsewhere that is an error.
    pub(super) fn confirm(&self) -> anyhow::Result<()> {
        if !self.is_far_over() {
            return Ok(());
        }
        let advice = self.advice();
        if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
            return Err(usage(format!("{}; {advice}", self.words())));
        }
        say::line(&format!("{}; {advice}", self.words()));
        say::ask("Start it anyway? [y/N] ");
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer)?;
        if answer.trim().eq_ignore_ascii_case("y") || answer.trim().eq_ignore_ascii_case("yes") {
            return Ok(());
        }
        Err(usage("not started"))
    }

    fn is_far_over(&self) -> bool {
        self.limits.rounds.is_none() && self.round() > self.limits.budget * FAR_OVER
    }

    /// The flags that make it shorter, and the one that starts it as it is.
    fn advice(&self) -> String {
        let mut ways = Vec::new();
        ways.extend(self.without_slow_ones());
        ways.extend(self.fewer_pages());
        ways.push("--yes starts it as it is".to_owned());
        ways.join("; ")
    }

    /// Drivers that fetch a page at a time may be most of a round.
    fn without_slow_ones(&self) -> Option<String> {
        let quick = self.runs.iter();
        let quick = quick.filter(|(driver, _)| !driver.model.one_at_a_time);
        let takes: Duration = quick.clone().map(|(_, takes)| *takes).sum();
        if takes.is_zero() || takes * 2 > self.round() {
            return None;
        }
        let names: Vec<&str> = quick.map(|(driver, _)| driver.name.as_str()).collect();
        Some(self.way(&format!("--driver {}", names.join(",")), takes))
    }

    /// As many pages as fit into the budget, in whole waves.
    fn fewer_pages(&self) -> Option<String> {
        let share = self.limits.budget.as_secs_f64() / self.round().as_secs_f64();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "less than the pages there are"
        )]
        let pages = (self.pages as f64 * share) as u64;
        let pages = (pages / self.concurrency).max(1) * self.concurrency;
        let takes = self.round().mul_f64(pages as f64 / self.pages as f64);
        (pages < self.pages).then(|| self.way(&format!("--pages {pages}"), takes))
    }

    /// Flags that make a round shorter; with --yes where it is still long.
    fn way(&self, flags: &str, takes: Duration) -> String {
        let yes = if takes > self.limits.budget * FAR_OVER {
            " --yes"
        } else {
            ""
        };
        format!("{flags}{yes} makes it {}", about(takes))
    }
}

/// A time that a person plans with: seconds, or minutes from two on.
pub(super) fn about(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 1.0 {
        format!("{:.0} ms", seconds * 1e3)
    } else if seconds < 120.0 {
        format!("{seconds:.0} s")
    } else {
        format!("{:.0} min", seconds / 60.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(budget: u64, pages: u64, seconds: &[(&str, u64)]) -> TimeNeeded {
        let run = |(name, seconds): &(&str, u64)| {
            let driver = crate::drivers::named(name).unwrap();
            (driver, Duration::from_secs(*seconds))
        };
        TimeNeeded {
            limits: Limits {
                budget: Duration::from_secs(budget),
                rounds: None,
            },
            pages,
            concurrency: 20,
            runs: seconds.iter().map(run).collect(),
            baseline_pairs: 0,
        }
    }

    #[test]
    fn a_round_far_over_the_budget_names_the_flags_that_make_it_shorter() {
        let plan = plan(10, 200, &[("sequential/ureq", 4000), ("mio/raw", 200)]);
        assert!(plan.is_far_over());
        assert_eq!(
            plan.words(),
            "one round of 2 drivers takes at least 70 min; the budget is 10 s"
        );
        assert_eq!(
            plan.advice(),
            "--driver mio/raw --yes makes it 3 min; --pages 20 --yes makes it 7 min; --yes starts it \
             as it is"
        );
    }

    #[test]
    fn a_round_within_three_budgets_is_not_asked_about() {
        let plan = plan(45, 200, &[("sequential/ureq", 42), ("mio/raw", 3)]);
        assert!(!plan.is_far_over());
        assert!(plan.confirm().is_ok());
    }
}
