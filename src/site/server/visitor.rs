//! Whose requests the page port answers: those of programs, and of a browser whose
//! user has typed the address.
//!
//! A page of another site could not read much here, but it would count in the
//! ledger of a run. A browser says where a request comes from, unless the foreign
//! name itself was made to point here (DNS rebinding); then the name is in `Host`.

use std::net::IpAddr;

use hyper::header::{ACCEPT, ACCEPT_ENCODING, CONNECTION, HOST, HeaderMap, ORIGIN, USER_AGENT};
use hyper::{Request, StatusCode};

use super::host::{self, Host};

/// Why a request is not answered.
pub(super) type Refusal = (StatusCode, &'static str);

/// More header fields than a driver sends are looked at more slowly.
const FEW_FIELDS: usize = 4;

/// Says why `request` is not to be answered. `ours` is the host that drivers name.
///
/// It is asked for each page: the usual requests pass in some 30 instructions, of
/// the nine thousand that a page costs, and the rest is kept out of their way.
#[inline]
pub(super) fn check<B>(request: &Request<B>, ours: &str) -> Result<(), Refusal> {
    if request.uri().authority().is_none() && is_of_a_driver(request.headers(), ours) {
        return Ok(());
    }
    check_closely(request, ours)
}

#[cold]
#[inline(never)]
fn check_closely<B>(request: &Request<B>, ours: &str) -> Result<(), Refusal> {
    if request.uri().authority().is_none() && has_few_plain_fields(request.headers(), ours) {
        return Ok(());
    }
    match host::of(request) {
        Host::Missing => return Err((StatusCode::BAD_REQUEST, host::MISSING)),
        Host::Several => return Err((StatusCode::BAD_REQUEST, host::SEVERAL)),
        Host::Named(names) if names.into_iter().flatten().any(is_foreign) => {
            let text = "foreign host: ask for the address that `regatta serve` printed\n";
            return Err((StatusCode::FORBIDDEN, text));
        }
        Host::Named(_) => {}
    }
    let headers = request.headers();
    if headers.contains_key(ORIGIN) || host::is_of_another_site(headers) {
        let text = "pages of other sites are not answered: type the address into the browser\n";
        return Err((StatusCode::FORBIDDEN, text));
    }
    Ok(())
}

/// Whether all that was sent is the `Host` of the pages, as hyper and the raw
/// clients do.
#[inline]
fn is_of_a_driver(headers: &HeaderMap, ours: &str) -> bool {
    let mut fields = headers.iter();
    headers.len() == 1
        && fields
            .next()
            .is_some_and(|(name, value)| name == HOST && value.as_bytes() == ours.as_bytes())
}

/// Whether these are the few plain fields of a driver's request, one of them a
/// `Host` as it should be. Without a search in the map, which costs more.
fn has_few_plain_fields(headers: &HeaderMap, ours: &str) -> bool {
    if headers.len() > FEW_FIELDS {
        return false;
    }
    let mut hosts = 0;
    for (name, value) in headers {
        if name == HOST {
            hosts += 1;
            if value.as_bytes() != ours.as_bytes() {
                return false;
            }
        } else if ![ACCEPT, USER_AGENT, ACCEPT_ENCODING, CONNECTION].contains(name) {
            return false;
        }
    }
    hosts == 1
}

/// Whether `host` is a name that somebody on the network may own: one with a dot.
/// Addresses and names without a dot cannot be made to point here by others.
fn is_foreign(host: &[u8]) -> bool {
    let Ok(host) = str::from_utf8(host) else {
        return true;
    };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']');
    let name = name.to_ascii_lowercase();
    address.parse::<IpAddr>().is_err() && name.contains('.') && !name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(fields: &[(&str, &str)]) -> u16 {
        let mut request = Request::get("/page/1");
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let checked = check(&request.body(()).unwrap(), "127.0.0.1:8080");
        checked.map_or_else(|(status, _)| status.as_u16(), |()| 200)
    }

    #[test]
    fn drivers_and_typed_addresses_are_answered() {
        let hosts = [
            "127.0.0.1:8080",
            "localhost:8080",
            "[::1]:8080",
            "x",
            "",
            "127.0.0.2",
        ];
        for host in hosts {
            assert_eq!(status(&[("host", host)]), 200, "{host}");
            let browser = [
                ("host", host),
                ("sec-fetch-site", "none"),
                ("a", ""),
                ("b", ""),
            ];
            assert_eq!(status(&browser), 200, "{host}");
        }
        let few = [
            ("accept", "*/*"),
            ("host", "127.0.0.1:8080"),
            ("user-agent", "x"),
        ];
        assert_eq!(status(&few), 200);
    }

    #[test]
    fn hosts_that_are_missing_doubled_or_foreign_are_refused() {
        assert_eq!(status(&[("accept", "*/*")]), 400);
        let ours = ("host", "127.0.0.1:8080");
        assert_eq!(status(&[ours, ours]), 400);
        assert_eq!(status(&[ours, ("host", "evil.example")]), 400);
        for host in [
            "evil.example",
            "EVIL.example:8080",
            "127.0.0.1.evil.example",
            "a.b.",
            "é.x",
        ] {
            assert_eq!(status(&[("host", host)]), 403, "{host}");
        }
    }

    #[test]
    fn pages_of_other_sites_are_refused() {
        let ours = ("host", "127.0.0.1:8080");
        for field in [
            ("origin", "null"),
            ("origin", "http://127.0.0.1:8080"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            assert_eq!(status(&[ours, field]), 403, "{field:?}");
        }
    }
}
