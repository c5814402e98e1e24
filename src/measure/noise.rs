//! Noise: what the rest of the machine did during a run.
//!
//! `/proc/stat` tells how long the cores were busy and how long the hypervisor
//! gave them to others. Busy time that neither the worker nor the server nor the
//! harness used belongs to other programs. The unit is a tick of 10 ms, so a
//! single short run says little; the report combines all runs of a driver.

use std::fs;

use crate::measure::sample::Noise;

/// The time of all cores since the machine started, in ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoreTime {
    busy: u64,
    idle: u64,
    stolen: u64,
}

/// Ticks per second, the same on every common architecture.
const TICKS_PER_SECOND: f64 = 100.0;

impl CoreTime {
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

    /// The noise since `earlier`, if our own processes used `ours_ns` of CPU time
    /// in between.
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
    fn busy_time_that_is_not_ours_belongs_to_others() {
        let before = CoreTime::parse("cpu 100 0 100 1000 0 0 0 0 0 0\n").unwrap();
        let after = CoreTime::parse("cpu 200 0 150 1040 0 0 0 10 0 0\n").unwrap();
        // 150 ticks busy, 40 idle, 10 stolen; ours are 50 ticks.
        let noise = after.noise_since(&before, Some(500_000_000));
        assert!((noise.others_share.unwrap() - 0.5).abs() < 1e-9);
        assert!((noise.steal_share.unwrap() - 0.05).abs() < 1e-9);
    }

    #[test]
    fn unknown_noise_is_none() {
        let still = CoreTime::parse("cpu 1 1 1 1 1 1 1 1 1 1\n").unwrap();
        assert_eq!(still.noise_since(&still, Some(1)), Noise::default());
        assert_eq!(CoreTime::parse("intr 1 2 3\n"), None);
    }
}
