//! What is compared, each as a positive number of which less is better.

use serde::{Deserialize, Serialize};

use crate::compare::pair::{Measures, Pair};

/// A metric of a pair.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Metric {
    /// CPU time a page
    Cpu,
    /// Wall time of a step
    Wall,
    /// Peak resident memory
    Memory,
    /// Calls of the allocator a page
    Allocations,
}

impl Metric {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 4] = [Self::Cpu, Self::Wall, Self::Memory, Self::Allocations];

    /// Its value on one side of a pair.
    pub fn of(self, measures: &Measures) -> f64 {
        match self {
            Self::Cpu => measures.cpu_ns_per_page,
            Self::Wall => measures.wall_ns,
            Self::Memory => measures.peak_rss_bytes,
            Self::Allocations => measures.allocations_per_page,
        }
    }

    /// ln(a / b) of each pair; a pair in which it was not measured is left out.
    pub fn ln_ratios(self, pairs: &[Pair]) -> Vec<f64> {
        let ratios = pairs
            .iter()
            .map(|pair| (self.of(&pair.a) / self.of(&pair.b)).ln());
        ratios.filter(|ratio| ratio.is_finite()).collect()
    }

    /// Its name in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cpu => "CPU µs/page",
            Self::Wall => "wall ms/step",
            Self::Memory => "peak MB",
            Self::Allocations => "allocs/page",
        }
    }

    /// What a value is divided by to be shown under that name.
    pub fn unit(self) -> f64 {
        match self {
            Self::Cpu => 1e3,
            Self::Wall | Self::Memory => 1e6,
            Self::Allocations => 1.0,
        }
    }
}
