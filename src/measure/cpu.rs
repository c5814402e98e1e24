//! CPU time and context switches of this process, ended threads included.
//!
//! `cpu_ns` comes from the process's own CPU clock, which is exact. The split
//! into user and system is sampled at the tick on Linux: over a few
//! milliseconds only the sum is reliable.

/// CPU use of this process since it started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// CPU time, user and system, in nanoseconds.
    pub cpu_ns: Option<u64>,
    /// User part.
    pub user_ns: Option<u64>,
    /// System part.
    pub sys_ns: Option<u64>,
    /// Times a thread gave up the CPU to wait.
    pub voluntary_switches: Option<u64>,
    /// Times a thread was taken off the CPU.
    pub involuntary_switches: Option<u64>,
}

impl Usage {
    /// Reads the clocks and counters.
    #[cfg(unix)]
    pub fn now() -> Self {
        use nix::sys::resource::{UsageWho, getrusage};
        let usage = getrusage(UsageWho::RUSAGE_SELF).ok();
        Self {
            cpu_ns: cpu_clock_ns(),
            user_ns: usage.map(|usage| timeval_ns(usage.user_time())),
            sys_ns: usage.map(|usage| timeval_ns(usage.system_time())),
            voluntary_switches: usage
                .and_then(|usage| u64::try_from(usage.voluntary_context_switches()).ok()),
            involuntary_switches: usage
                .and_then(|usage| u64::try_from(usage.involuntary_context_switches()).ok()),
        }
    }

    /// The CPU time of this process and of its children that have ended, both
    /// from getrusage, whose sum of user and system is exact.
    #[cfg(unix)]
    pub fn now_with_ended_children() -> Self {
        use nix::sys::resource::{UsageWho, getrusage};
        let of = |who| {
            let usage = getrusage(who).ok()?;
            Some(timeval_ns(usage.user_time()) + timeval_ns(usage.system_time()))
        };
        let own = of(UsageWho::RUSAGE_SELF);
        let children = of(UsageWho::RUSAGE_CHILDREN);
        Self {
            cpu_ns: own.zip(children).map(|(own, children)| own + children),
            ..Self::default()
        }
    }

    /// Not measured on this platform.
    #[cfg(not(unix))]
    pub fn now_with_ended_children() -> Self {
        Self::default()
    }

    /// Not measured on this platform.
    #[cfg(not(unix))]
    pub fn now() -> Self {
        Self::default()
    }

    /// What was used since `earlier`.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let difference = |now: Option<u64>, before: Option<u64>| Some(now?.saturating_sub(before?));
        Self {
            cpu_ns: difference(self.cpu_ns, earlier.cpu_ns),
            user_ns: difference(self.user_ns, earlier.user_ns),
            sys_ns: difference(self.sys_ns, earlier.sys_ns),
            voluntary_switches: difference(self.voluntary_switches, earlier.voluntary_switches),
            involuntary_switches: difference(
                self.involuntary_switches,
                earlier.involuntary_switches,
            ),
        }
    }
}

/// The CPU time of another process since it started, ended threads included.
/// `None` elsewhere than on Linux, and once the process was reaped.
#[cfg(target_os = "linux")]
pub fn of_process(process: u32) -> Option<u64> {
    use nix::time::{clock_getcpuclockid, clock_gettime};
    let process = nix::unistd::Pid::from_raw(i32::try_from(process).ok()?);
    let time = clock_gettime(clock_getcpuclockid(process).ok()?).ok()?;
    u64::try_from(std::time::Duration::from(time).as_nanos()).ok()
}

/// Not measured on this platform.
#[cfg(not(target_os = "linux"))]
pub fn of_process(_process: u32) -> Option<u64> {
    None
}

#[cfg(unix)]
fn cpu_clock_ns() -> Option<u64> {
    use nix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).ok()?;
    u64::try_from(std::time::Duration::from(time).as_nanos()).ok()
}

#[cfg(unix)]
fn timeval_ns(time: nix::sys::time::TimeVal) -> u64 {
    let microseconds = time.tv_sec() * 1_000_000 + time.tv_usec();
    u64::try_from(microseconds).unwrap_or_default() * 1000
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_of_ended_threads_is_counted() {
        let before = Usage::now();
        std::thread::spawn(|| {
            let begun = std::time::Instant::now();
            while begun.elapsed() < std::time::Duration::from_millis(20) {
                std::hint::spin_loop();
            }
        })
        .join()
        .unwrap();
        let used = Usage::now().since(&before);
        // On a loaded machine the thread gets less than its 20 ms.
        assert!(used.cpu_ns.unwrap() > 0);
        assert!(used.voluntary_switches.is_some());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_clock_of_a_process_is_the_same_from_outside() {
        let before = Usage::now().cpu_ns;
        let seen = of_process(std::process::id());
        let after = Usage::now().cpu_ns;
        assert!(
            before <= seen && seen <= after,
            "{before:?} {seen:?} {after:?}"
        );
        assert_eq!(of_process(u32::MAX), None);
    }
}
