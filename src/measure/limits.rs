//! The limit of open descriptors, and whether a workload fits into it.

use anyhow::bail;

/// Descriptors that a process needs besides one per connection.
pub const OTHER_DESCRIPTORS: u64 = 64;

/// The soft and the hard limit of open descriptors; `None` where there is no
/// such limit.
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
/// process and those it starts. Returns the limit afterwards; `None` where
/// there is no such limit.
#[cfg(unix)]
pub fn raise_descriptors() -> Option<u64> {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).ok()?;
    // This fails where the hard limit exceeds what the system allows; the soft
    // limit is then unchanged.
    let raised = setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok();
    Some(if raised { hard } else { soft })
}

/// There is no such limit on this platform.
#[cfg(not(unix))]
pub fn raise_descriptors() -> Option<u64> {
    None
}

/// An error, before anything is started, if a process cannot open the
/// connections for `concurrency` pages in flight. `pools_race` means that some
/// driver's pool opens up to two connections per page.
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
