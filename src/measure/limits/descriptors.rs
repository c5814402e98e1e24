//! The limit of open descriptors, and whether a workload fits into it.

use anyhow::bail;

/// Descriptors that a process needs in addition to one per connection.
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
    match raise_descriptors() {
        Some(limit) => check(concurrency as u64, pools_race, limit),
        None => Ok(()),
    }
}

fn check(concurrency: u64, pools_race: bool, limit: u64) -> anyhow::Result<()> {
    let each = if pools_race { 2 } else { 1 };
    let need = concurrency.saturating_mul(each) + OTHER_DESCRIPTORS;
    if need <= limit {
        return Ok(());
    }
    let fits = limit.saturating_sub(OTHER_DESCRIPTORS) / each;
    let lower = if fits == 0 {
        "not even one page in flight fits into that".to_owned()
    } else {
        format!("or use a concurrency of {fits} or less")
    };
    bail!(
        "a concurrency of {concurrency} needs {need} open descriptors in a process, and {limit} are \
         allowed; `ulimit -Hn {need}` raises that (as root); {lower}"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_a_concurrency_that_fits() {
        assert!(check(36, false, 100).is_ok());
        assert!(check(18, true, 100).is_ok());
        let error = check(37, false, 100).unwrap_err().to_string();
        assert!(error.contains("concurrency of 36 or less"), "{error}");
        let error = check(19, true, 100).unwrap_err().to_string();
        assert!(error.contains("concurrency of 18 or less"), "{error}");
    }

    #[test]
    fn a_limit_below_one_page_is_not_answered_with_a_concurrency_of_zero() {
        for pools_race in [false, true] {
            let error = check(20, pools_race, 64).unwrap_err().to_string();
            assert!(error.contains("not even one page"), "{error}");
            assert!(error.contains("ulimit -Hn"), "{error}");
        }
    }
}
