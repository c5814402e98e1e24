//! Resident memory and threads of a process, as Linux counts them.
//!
//! The peak is `VmHWM` of `/proc/self/status`, reset through
//! `/proc/self/clear_refs` before a run. `getrusage` would be portable and
//! wrong: a child's `ru_maxrss` starts at its *parent's* peak, so a large
//! parent would make every worker look large.

use std::fs;

/// Memory and threads; all `None` where there is no `/proc`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Memory {
    /// Resident now, in bytes.
    pub resident_bytes: Option<u64>,
    /// Most resident at once since the last [`reset_peak`].
    pub peak_bytes: Option<u64>,
    /// Address space taken, resident or not, in bytes.
    pub virtual_bytes: Option<u64>,
    /// Threads alive.
    pub threads: Option<u64>,
}

impl Memory {
    /// Of this process, now.
    pub fn now() -> Self {
        Self::read("/proc/self/status")
    }

    /// Of another process of this machine, now.
    pub fn of(process: u32) -> Self {
        Self::read(&format!("/proc/{process}/status"))
    }

    fn read(path: &str) -> Self {
        fs::read_to_string(path)
            .map(|status| Self::parse(&status))
            .unwrap_or_default()
    }

    fn parse(status: &str) -> Self {
        let field = |name: &str| -> Option<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse().ok()
        };
        // The kernel writes kB and means KiB.
        Self {
            resident_bytes: field("VmRSS:").map(|kib| kib * 1024),
            peak_bytes: field("VmHWM:").map(|kib| kib * 1024),
            virtual_bytes: field("VmSize:").map(|kib| kib * 1024),
            threads: field("Threads:"),
        }
    }
}

/// Resets the peak to what is resident now. Where that fails the peak is that
/// of the whole life of the process, which is the same in a fresh worker.
pub fn reset_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_file_is_read_in_bytes() {
        let status = "Name:\tx\nVmHWM:\t    2048 kB\nVmSize:\t    4096 kB\nVmRSS:\t    1024 kB\nThreads:\t3\n";
        let memory = Memory::parse(status);
        assert_eq!(memory.resident_bytes, Some(1 << 20));
        assert_eq!(memory.peak_bytes, Some(2 << 20));
        assert_eq!(memory.virtual_bytes, Some(4 << 20));
        assert_eq!(memory.threads, Some(3));
        assert_eq!(Memory::parse(""), Memory::default());
    }
}
