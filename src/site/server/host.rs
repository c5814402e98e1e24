//! Which host and which site a request says it is for and from.

use hyper::header::{HOST, HeaderMap, HeaderValue};
use hyper::{Request, Version};

/// Why a request without a host is refused.
pub(super) const MISSING: &str = "no Host: HTTP/1.1 asks for one, for example `Host: 127.0.0.1`\n";

/// Why a request with two hosts is refused.
pub(super) const SEVERAL: &str = "more than one Host: send it once\n";

/// The host of a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Host<'a> {
    /// HTTP/1.1 asks for one and there is none.
    Missing,
    /// There is more than one.
    Several,
    /// As the header and the request line have it. Both are absent in HTTP/1.0.
    Named([Option<&'a [u8]>; 2]),
}

/// The host that `request` names.
pub(super) fn of<B>(request: &Request<B>) -> Host<'_> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let line = request.uri().authority();
    let line = line.map(|authority| authority.as_str().as_bytes());
    match (hosts.next(), hosts.next()) {
        (None, _) if request.version() != Version::HTTP_10 => Host::Missing,
        (_, Some(_)) => Host::Several,
        (header, None) => Host::Named([header.map(HeaderValue::as_bytes), line]),
    }
}

/// Whether a browser says that a page of another site has made the request.
pub(super) fn is_of_another_site(headers: &HeaderMap) -> bool {
    let mut sites = headers.get_all("sec-fetch-site").iter();
    sites.any(|site| site != "none" && site != "same-origin")
}
