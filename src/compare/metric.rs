//! The metrics that are compared: positive numbers of which less is better.

use serde::{Deserialize, Serialize};

use super::measurements::{Measurements, Pair};

/// A metric of a pair.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Metric {
    /// CPU time per page
    Cpu,
    /// Wall time per step
    Wall,
    /// Peak resident memory, without pages of the program's file
    Memory,
    /// Allocator calls per page
    Allocations,
}

impl Metric {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 4] = [Self::Cpu, Self::Wall, Self::Memory, Self::Allocations];

    /// Its value on one side of a pair.
    pub fn of(self, side: &Measurements) -> f64 {
        match self {
            Self::Cpu => side.cpu_seen_ns_per_page.unwrap_or(side.cpu_ns_per_page),
            Self::Wall => side.wall_ns,
            Self::Memory => side.peak_private_bytes.unwrap_or(side.peak_rss_bytes),
            Self::Allocations => side.allocations_per_page,
        }
    }

    /// ln(a / b) of each pair. A pair in which it was not measured is left out.
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

    /// The unit of that name: a value is divided by it before it is shown.
    pub fn unit(self) -> f64 {
        match self {
            Self::Cpu => 1e3,
            Self::Wall | Self::Memory => 1e6,
            Self::Allocations => 1.0,
        }
    }
}
