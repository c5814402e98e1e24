//! Who may use the control port: a client that knows the secret and is no web
//! page.
//!
//! A page in a browser on this machine reaches loopback, too. It cannot know the
//! secret; it is refused before that is looked at, by what no page can change:
//! the host that the browser believes to speak to (a foreign name that was made
//! to point here, DNS rebinding), the origin and the site that a request comes
//! from.

use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, ORIGIN};
use hyper::header::{HeaderValue, TRANSFER_ENCODING};
use hyper::{Method, Request, StatusCode};

use super::super::host::{self, Host};
use super::secret::Secret;

/// What is answered when something is wrong: a status and a text.
pub(super) type ErrorAnswer = (StatusCode, String);

/// Says why `request`, to the port `port`, is not for this server to answer.
pub(super) fn check<B>(
    request: &Request<B>,
    port: u16,
    secret: &Secret,
) -> Result<(), ErrorAnswer> {
    let headers = request.headers();
    match host::of(request) {
        Host::Missing => return refuse(StatusCode::BAD_REQUEST, host::MISSING),
        Host::Several => return refuse(StatusCode::BAD_REQUEST, host::SEVERAL),
        Host::Named(names) if !names.into_iter().flatten().all(|name| is_ours(name, port)) => {
            return refuse(
                StatusCode::FORBIDDEN,
                &format!("foreign host: ask for 127.0.0.1:{port} or localhost:{port}"),
            );
        }
        Host::Named(_) => {}
    }
    if headers.contains_key(ORIGIN) || host::is_of_another_site(headers) {
        return refuse(
            StatusCode::FORBIDDEN,
            "web pages may not use the control port: ask from a program, for example curl, and \
             send no Origin",
        );
    }
    check_secret(headers, secret)?;
    check_type(request)
}

fn refuse(status: StatusCode, text: &str) -> Result<(), ErrorAnswer> {
    Err((status, format!("{}\n", text.trim_end())))
}

/// Whether `name` stands for this machine's loopback, with the right port.
fn is_ours(name: &[u8], port: u16) -> bool {
    let port = format!(":{port}");
    let name = match name.strip_suffix(port.as_bytes()) {
        Some(name) => name,
        None if port == ":80" => name,
        None => return false,
    };
    let ours: [&[u8]; 3] = [b"127.0.0.1", b"localhost", b"[::1]"];
    ours.iter().any(|ours| name.eq_ignore_ascii_case(ours))
}

fn check_secret(headers: &HeaderMap, secret: &Secret) -> Result<(), ErrorAnswer> {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    let (first, second) = (given.next(), given.next());
    let bearer = first.map(HeaderValue::as_bytes).and_then(bearer);
    match (bearer, second) {
        (Some(bearer), None) if secret.is(bearer) => Ok(()),
        _ => refuse(
            StatusCode::UNAUTHORIZED,
            "wrong or missing secret: send the one that `regatta serve` printed when it started, \
             as `Authorization: Bearer SECRET`",
        ),
    }
}

fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, rest) = value.split_at_checked(b"Bearer ".len())?;
    scheme
        .eq_ignore_ascii_case(b"Bearer ")
        .then(|| rest.trim_ascii())
}

/// A form, or plain text, is what a page can send without asking first.
fn check_type<B>(request: &Request<B>) -> Result<(), ErrorAnswer> {
    let headers = request.headers();
    if request.method() != Method::POST {
        return Ok(());
    }
    let json = "expected a body of `Content-Type: application/json`";
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    match (types.next(), types.next()) {
        (Some(only), None) if is_json(only) => Ok(()),
        (None, _) if !has_body(headers) => Ok(()),
        _ => refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, json),
    }
}

fn is_json(value: &HeaderValue) -> bool {
    let kind = value.as_bytes().split(|&byte| byte == b';').next();
    kind.is_some_and(|kind| kind.trim_ascii().eq_ignore_ascii_case(b"application/json"))
}

fn has_body(headers: &HeaderMap) -> bool {
    let is_empty = |length: &HeaderValue| length.as_bytes() == b"0";
    headers.contains_key(TRANSFER_ENCODING)
        || headers
            .get(CONTENT_LENGTH)
            .is_some_and(|length| !is_empty(length))
}
