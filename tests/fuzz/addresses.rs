//! Links of pages, resolved against the page they are on.

use regatta::frontier::link::{MOST_BYTES, resolve, same_origin};
use url::Url;

use super::run::{Target, must};

const WORDS: [&str; 24] = [
    "http://",
    "https:",
    "//",
    "///",
    "\\\\",
    "/../",
    "/./",
    "%2e%2e",
    "%00",
    "%zz",
    "%",
    "%25",
    "?",
    "#",
    "@",
    "user:pw@",
    ":80",
    ":65536",
    "[::1]",
    "127.1",
    "0x7f.1",
    "javascript:",
    "data:text/html,",
    "\t\n",
];

#[test]
fn addresses() {
    Target::new("addresses", &WORDS).hold(|input| {
        let text = String::from_utf8_lossy(input);
        // The first line is the page, the rest are its links.
        let (first, rest) = text.split_once('\n').unwrap_or(("", &text));
        let base = Url::parse(first)
            .ok()
            .filter(|base| !base.cannot_be_a_base());
        let base = base.unwrap_or_else(|| Url::parse("http://127.0.0.1:8080/a/b?c").unwrap());
        for href in rest.split('\n').chain([rest]) {
            check(&base, href);
        }
    });
}

fn check(base: &Url, href: &str) {
    // What the crate itself makes of it: ours only refuses and normalises.
    let theirs = base.join(href);
    let Some(ours) = resolve(base, href) else {
        return;
    };
    let theirs = must("refused by url and taken by us", theirs);
    assert!(
        same_origin(&ours, &theirs),
        "{ours} is not of the origin of {theirs}"
    );
    assert!(matches!(ours.scheme(), "http" | "https"), "{ours}");
    assert!(ours.fragment().is_none(), "{ours}");
    assert!(
        ours.username().is_empty() && ours.password().is_none(),
        "{ours}"
    );
    assert!(ours.as_str().len() <= MOST_BYTES, "{ours}");
    let safe = |byte: u8| byte.is_ascii_graphic();
    assert!(
        ours.as_str().bytes().all(safe),
        "a request line with {ours:?}"
    );
    let again = resolve(base, ours.as_str());
    assert_eq!(again.as_ref(), Some(&ours), "another address of itself");
}
