//! An injected slowdown, which tests whether a regression check finds it. It
//! uses real CPU time, real wall time and real memory, within the time that is
//! measured.

use std::str::FromStr;
use std::time::{Duration, Instant};

use crate::measure::cpu::Usage;
use crate::measure::mapped::program_file_bytes;
use crate::measure::memory::Memory;

/// What a worker uses in addition, each as a share of its own use: 0.05 is 5 %
/// more.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Slowdown {
    cpu: f64,
    wall: f64,
    memory: f64,
}

/// A slowdown larger than this is a mistake.
const MOST_PERCENT: f64 = 1000.0;

impl FromStr for Slowdown {
    type Err = String;

    /// Reads `cpu=5%`, `wall=10%`, `memory=10%`, or several with commas.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut slowdown = Self::default();
        for part in text.split(',') {
            let (what, share) = share(part).ok_or_else(|| {
                format!(
                    "invalid slowdown {part:?}: expected cpu=N%, wall=N% or memory=N%, for example cpu=5%"
                )
            })?;
            match what {
                "cpu" => slowdown.cpu = share,
                "wall" => slowdown.wall = share,
                "memory" => slowdown.memory = share,
                _ => {
                    return Err(format!(
                        "invalid resource {what:?}: expected cpu, wall or memory, for example cpu=5%"
                    ));
                }
            }
        }
        Ok(slowdown)
    }
}

impl std::fmt::Display for Slowdown {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts = [
            ("cpu", self.cpu),
            ("wall", self.wall),
            ("memory", self.memory),
        ];
        let set = parts.iter().filter(|(_, share)| *share > 0.0);
        let words: Vec<String> = set
            .map(|(what, share)| format!("{what}={}%", share * 100.0))
            .collect();
        formatter.write_str(&words.join(","))
    }
}

fn share(part: &str) -> Option<(&str, f64)> {
    let (what, percent) = part.trim().split_once('=')?;
    let percent: f64 = percent.strip_suffix('%')?.parse().ok()?;
    (percent > 0.0 && percent <= MOST_PERCENT).then_some((what, percent / 100.0))
}

/// A resource that a slowdown uses more of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// CPU time.
    Cpu,
    /// Wall time.
    Wall,
    /// Resident memory.
    Memory,
}

impl Slowdown {
    /// The first resource that it uses more of: CPU, wall time, memory.
    pub fn resource(&self) -> Resource {
        match self {
            _ if self.cpu > 0.0 => Resource::Cpu,
            _ if self.wall > 0.0 => Resource::Wall,
            _ => Resource::Memory,
        }
    }
}

/// Memory that is occupied until this is dropped.
#[derive(Debug)]
#[must_use = "the memory is freed when this is dropped"]
pub struct ExtraMemory {
    _bytes: Vec<u8>,
}

impl Slowdown {
    /// Slows down a scrape that began at `begun`, when the process had used
    /// `before`, and that is otherwise finished.
    pub fn apply(&self, begun: Instant, before: &Usage) -> ExtraMemory {
        let wall = begun.elapsed();
        if self.cpu > 0.0 {
            burn(
                Usage::now().since(before).cpu_ns.unwrap_or_default(),
                self.cpu,
            );
        }
        if self.wall > 0.0 {
            std::thread::sleep(wall.mul_f64(self.wall));
        }
        ExtraMemory {
            _bytes: hold(self.memory),
        }
    }
}

/// Uses a share of `used_ns` of CPU time, by this process's own clock, so that
/// other programs do not shorten it.
fn burn(used_ns: u64, share: f64) {
    let before = Usage::now();
    let burn = Duration::from_nanos(used_ns).mul_f64(share);
    while Usage::now()
        .since(&before)
        .cpu_ns
        .is_some_and(|ns| Duration::from_nanos(ns) < burn)
    {
        std::hint::spin_loop();
    }
}

/// Allocates a share of the peak memory, without the program's file, and touches
/// every page of it.
fn hold(share: f64) -> Vec<u8> {
    if share <= 0.0 {
        return Vec::new();
    }
    let memory = Memory::now();
    let (Some(peak), Some(resident)) = (memory.peak_bytes, memory.resident_bytes) else {
        return Vec::new();
    };
    let file = program_file_bytes(std::process::id()).unwrap_or_default();
    // Memory that was freed since the peak has to be used again first.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let more = (peak.saturating_sub(file) as f64 * share) as u64;
    let bytes = more + peak.saturating_sub(resident);
    std::hint::black_box(vec![1; usize::try_from(bytes).unwrap_or_default()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slowdown_reads_and_prints_the_same() {
        for text in ["cpu=5%", "wall=10%", "memory=10%", "cpu=5%,memory=2.5%"] {
            assert_eq!(text.parse::<Slowdown>().unwrap().to_string(), text);
        }
        for text in ["", "cpu", "cpu=5", "cpu=-5%", "cpu=0%", "disk=5%", "cpu=x%"] {
            assert!(text.parse::<Slowdown>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_slowdown_names_its_first_resource() {
        let resource = |text: &str| text.parse::<Slowdown>().unwrap().resource();
        assert_eq!(resource("memory=5%,cpu=5%"), Resource::Cpu);
        assert_eq!(resource("wall=10%"), Resource::Wall);
        assert_eq!(resource("memory=10%"), Resource::Memory);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_slowdown_costs_what_it_says() {
        let before = Usage::now();
        burn(10_000_000, 0.5);
        assert!(Usage::now().since(&before).cpu_ns.unwrap() >= 5_000_000);
        let own =
            Memory::now().peak_bytes.unwrap() - program_file_bytes(std::process::id()).unwrap();
        assert!(hold(0.1).len() as u64 >= own / 20);
        assert!(hold(0.0).is_empty());
    }
}
