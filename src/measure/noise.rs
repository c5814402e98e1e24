//! What the rest of the machine did during a run.
//!
//! `/proc/stat` tells how long the cores were busy and how long the hypervisor
//! gave them to others. What is busy and is neither worker nor server nor the
//! experiment is a neighbour. It is counted in ticks of 10 ms, so a single
//! short run says little; the report judges a driver's runs together.

use std::fs;

use crate::measure::sample::Noise;

/// All cores' time since the machine was started, in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    busy: u64,
    idle: u64,
    stolen: u64,
}

/// Ticks a second, as the kernel tells user space on every architecture that
/// matters.
const TICKS_PER_SECOND: f64 = 100.0;

impl Machine {
    /// Reads the counters; `None` where there are none.
    pub fn now() -> Option<Self> {
        Self::parse(&fs::read_to_string("/proc/stat").ok()?)
    }

    fn parse(stat: &str) -> Option<Self> {
        let line = stat.lines().next()?.strip_prefix("cpu ")?;
        let ticks: Vec<u64> = line
            .split_whitespace()
            .map_while(|field| field.parse().ok())
            .collect();
        let [user, nice, system, idle, iowait, irq, softirq, stolen, ..] = ticks[..] else {
            return None;
        };
        Some(Self {
            busy: user + nice + system + irq + softirq,
            idle: idle + iowait,
            stolen,
        })
    }

    /// What happened between `earlier` and this, when our own processes used
    /// `ours_ns` of CPU time meanwhile.
    pub fn noise_since(&self, earlier: &Self, ours_ns: Option<u64>) -> Noise {
        let busy = (self.busy - earlier.busy.min(self.busy)) as f64;
        let idle = (self.idle - earlier.idle.min(self.idle)) as f64;
        let stolen = (self.stolen - earlier.stolen.min(self.stolen)) as f64;
        let all = busy + idle + stolen;
        if all <= 0.0 {
            return Noise::default();
        }
        let others = ours_ns.map(|ours_ns| {
            let ours = ours_ns as f64 / 1e9 * TICKS_PER_SECOND;
            ((busy - ours) / all).clamp(0.0, 1.0)
        });
        Noise {
            steal_share: Some(stolen / all),
            others_share: others,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_neighbour_is_what_is_busy_and_not_ours() {
        let before = Machine::parse("cpu 100 0 100 1000 0 0 0 0 0 0\n").unwrap();
        let after = Machine::parse("cpu 200 0 150 1040 0 0 0 10 0 0\n").unwrap();
        // 150 ticks busy, 40 idle, 10 stolen; ours are 50 ticks.
        let noise = after.noise_since(&before, Some(500_000_000));
        assert!((noise.others_share.unwrap() - 0.5).abs() < 1e-9);
        assert!((noise.steal_share.unwrap() - 0.05).abs() < 1e-9);
    }

    #[test]
    fn what_cannot_be_told_is_not_told() {
        let still = Machine::parse("cpu 1 1 1 1 1 1 1 1 1 1\n").unwrap();
        assert_eq!(still.noise_since(&still, Some(1)), Noise::default());
        assert_eq!(Machine::parse("intr 1 2 3\n"), None);
    }
}
