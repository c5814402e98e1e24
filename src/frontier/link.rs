//! Links as a page has them, made into addresses: one page, one address.
//!
//! A visited set is only as good as its keys. The crate `url` (the WHATWG
//! standard, as browsers read links) resolves a link against its page, drops
//! white space and default ports, lower-cases scheme and host and takes `.`
//! and `..` out of the path. Ours is the rest of RFC 3986, section 6.2.2, and
//! what a crawler does not follow:
//!
//! - escapes of letters, digits and `-._~` are decoded, the hex digits of all
//!   others are upper-case, and a `%` that begins no escape becomes `%25`:
//!   otherwise decoding could make an escape out of its neighbours;
//! - the fragment is dropped, as it is never sent;
//! - only `http` and `https`, no user or password (a page has no business
//!   sending a crawler somewhere under a name), and no address that is too long.
//!
//! The query is kept as it is, but for its escapes: what it means is the
//! server's own business.

use url::Url;

/// The longest address that is followed, in bytes. It is what Internet
/// Explorer opened, so that sites came to keep below it, and a sitemap may
/// not list a longer one than 2,048. A trap that makes its links longer on
/// every page (`a/a/a/...`) ends here, and a visited set of a million
/// addresses stays within 2 GB.
pub const MOST_BYTES: usize = 2_083;

/// The address that `href` on the page `base` leads to, normalised. `None` if
/// it is broken, too long, or leads to nothing that a crawler fetches.
pub fn resolve(base: &Url, href: &str) -> Option<Url> {
    let mut url = base.join(href).ok()?;
    url.set_fragment(None);
    let is_web = matches!(url.scheme(), "http" | "https");
    let has_user = !url.username().is_empty() || url.password().is_some();
    if !is_web || has_user || url.as_str().len() > MOST_BYTES {
        return None;
    }
    // The host has no escapes any more, so all of them are behind it.
    let url = Url::parse(&with_normal_escapes(url.as_str())).ok()?;
    // Again: a `%` may have become a `%25`.
    (url.as_str().len() <= MOST_BYTES).then_some(url)
}

/// Whether two addresses have the same scheme, host and port: the same
/// robots.txt speaks for both (RFC 9309, section 2.3), and the same rate and
/// number of connections.
pub fn same_origin(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme()
        && one.host() == other.host()
        && one.port_or_known_default() == other.port_or_known_default()
}

/// Writes every escape in its one normal form.
fn with_normal_escapes(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, after)) = rest.split_once('%') {
        normal.push_str(plain);
        let byte = escaped_byte(after);
        match byte {
            Some(byte) if is_unreserved(byte) => normal.push(char::from(byte)),
            Some(_) => {
                normal.push('%');
                normal.push_str(&after[..2].to_ascii_uppercase());
            }
            None => normal.push_str("%25"),
        }
        rest = byte.map_or(after, |_| &after[2..]);
    }
    normal + rest
}

/// The byte that the two hex digits at the start of `text` stand for.
fn escaped_byte(text: &str) -> Option<u8> {
    let digits = text.get(..2)?;
    let are_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    // `from_str_radix` alone would take a sign.
    are_hex.then(|| u8::from_str_radix(digits, 16).ok())?
}

/// RFC 3986, section 2.3: an escape of one of these is the same as itself.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

#[cfg(test)]
#[path = "link_tests.rs"]
mod tests;
