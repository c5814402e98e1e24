//! Paired runs: many short pairs of two candidates instead of two long runs.
//!
//! A machine drifts: a minute makes more difference than most changes to the
//! code. So the two candidates take turns within a third of a second, in the
//! order A B B A B A A B and so on (the next pair starts with B: B A A B A B B
//! A), and only their ratio is kept. What slowed down both cancels out.
//!
//! Each pair starts a fresh process for each side. Two processes of one program
//! differ by about one per cent for as long as they live, by where their memory
//! happens to lie. If two processes ran all pairs, that difference would be in
//! every pair and would look like a result.

use std::time::{Duration, Instant};

pub use super::measurements::{Measurements, Pair, Sides, Steps};
pub use super::side::Candidate;
use super::side::{RunningSide, StepRunner};
use crate::harness::process::{Failure, Program};
use crate::site::workload::Workload;
use crate::term::interrupt::Interrupt;

/// Timed steps of a pair, both sides together. A step of an unoptimised build
/// takes ten times as long, and its times are not used.
const STEPS: usize = if cfg!(debug_assertions) { 4 } else { 32 };

/// Whether it is `a`'s turn in each of them: A B B A B A A B, then the same
/// with the sides exchanged, and so on (the Thue-Morse sequence). A drift
/// within a pair, even or accelerating, affects both sides equally.
fn turns() -> impl Iterator<Item = bool> {
    (0..STEPS).map(|step| step.count_ones() % 2 == 0)
}

/// A source of pairs: a [`PairRunner`], or a simulation in a test.
pub trait Pairs {
    /// Runs one pair, `a` first or `b` first.
    fn pair(&self, a: &Candidate, b: &Candidate, a_first: bool) -> Result<Pair, Failure>;
    /// The time since it was opened.
    fn elapsed(&self) -> Duration;
}

/// Runs pairs on a scenario with its server.
#[derive(Debug)]
pub struct PairRunner<'a> {
    runner: StepRunner<'a>,
    opened: Instant,
}

impl<'a> PairRunner<'a> {
    /// Starts the server for `workload`. Runtimes get `threads`.
    pub fn open(
        program: &Program,
        workload: &Workload,
        seed: u64,
        threads: usize,
        interrupt: &'a Interrupt,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            runner: StepRunner::open(program, workload, seed, threads, interrupt)?,
            opened: Instant::now(),
        })
    }
}

impl Pairs for PairRunner<'_> {
    fn pair(&self, a: &Candidate, b: &Candidate, a_first: bool) -> Result<Pair, Failure> {
        let what = format!("a pair of {}", a.label);
        self.runner
            .beside_server(&what, || self.one_pair(a, b, a_first))
    }

    fn elapsed(&self) -> Duration {
        self.opened.elapsed()
    }
}

impl PairRunner<'_> {
    fn one_pair(&self, a: &Candidate, b: &Candidate, a_first: bool) -> Result<Pair, Failure> {
        // One side is first in every step of a pair, and the other side in the
        // next pair, so the effect of being first is equal for both.
        let (first, second) = if a_first { (a, b) } else { (b, a) };
        let (label, other) = (first.label.as_str(), second.label.as_str());
        let is_another = label != other;
        let mut first = RunningSide::enter(&self.runner, first, None)?;
        let mut second = RunningSide::enter(&self.runner, second, is_another.then_some(label))?;
        first.beside = is_another.then_some(other);
        for is_first in turns() {
            let side = if is_first { &mut first } else { &mut second };
            side.step()?;
        }
        let (first, second) = (first.end()?, second.end()?);
        let ((a, steps_a), (b, steps_b)) = if a_first {
            (first, second)
        } else {
            (second, first)
        };
        let steps = Sides {
            a: steps_a,
            b: steps_b,
        };
        Ok(Pair {
            a,
            b,
            steps: Some(steps),
        })
    }
}
