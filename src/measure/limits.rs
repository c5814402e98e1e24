//! What this machine allows a process, and whether a workload fits into it.

use anyhow::bail;

/// Descriptors that a process of ours needs beside one a connection.
pub const OTHER_DESCRIPTORS: u64 = 64;

/// How many descriptors a process may have open, and what it may raise that
/// to by itself; `None` where there is no such limit.
#[cfg(unix)]
#[must_use]
pub fn descriptors() -> Option<(u64, u64)> {
    use nix::sys::resource::{Resource, getrlimit};
    getrlimit(Resource::RLIMIT_NOFILE).ok()
}

/// There is no such limit on this platform.
#[cfg(not(unix))]
#[must_use]
pub fn descriptors() -> Option<(u64, u64)> {
    None
}

/// Raises the soft limit of open descriptors to the hard one, for this
/// process and those it starts. Returns what it is then; `None` where there is
/// no such limit.
#[cfg(unix)]
pub fn raise_descriptors() -> Option<u64> {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).ok()?;
    // Refused where the hard limit is more than the system really gives; the
    // soft one then stays as it was.
    let raised = setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok();
    Some(if raised { hard } else { soft })
}

/// There is no such limit on this platform.
#[cfg(not(unix))]
pub fn raise_descriptors() -> Option<u64> {
    None
}

/// Says so before anything is started when the connections for `concurrency`
/// pages in flight do not fit into a process. `pools_race` when some driver's
/// pool opens up to two connections a page.
pub fn check_fits(concurrency: usize, pools_race: bool) -> anyhow::Result<()> {
    let each = if pools_race { 2 } else { 1 };
    let need = concurrency as u64 * each + OTHER_DESCRIPTORS;
    match raise_descriptors() {
        Some(limit) if limit < need => bail!(
            "--concurrency {concurrency} needs {need} open descriptors in a process, and {limit} \
             are allowed; `ulimit -Hn {need}` raises that (as root), or use a --concurrency of \
             {} or less",
            limit.saturating_sub(OTHER_DESCRIPTORS) / each
        ),
        _ => Ok(()),
    }
}
