//! Links, resolved and refused.

use proptest::prelude::*;

use super::*;

fn base() -> Url {
    Url::parse("http://127.0.0.1:8080/page/7?from=index").unwrap()
}

fn resolved(href: &str) -> Option<String> {
    resolve(&base(), href).map(String::from)
}

#[test]
fn the_examples_of_rfc_3986_resolve_as_it_says() {
    // Section 5.4; those whose scheme is not ours are left out, and where it
    // has a fragment, the fragment.
    let base = Url::parse("http://a/b/c/d;p?q").unwrap();
    for (href, expected) in [
        ("g", "http://a/b/c/g"),
        ("./g", "http://a/b/c/g"),
        ("g/", "http://a/b/c/g/"),
        ("/g", "http://a/g"),
        ("//g", "http://g/"),
        ("?y", "http://a/b/c/d;p?y"),
        ("g?y", "http://a/b/c/g?y"),
        ("#s", "http://a/b/c/d;p?q"),
        ("g#s", "http://a/b/c/g"),
        ("g?y#s", "http://a/b/c/g?y"),
        (";x", "http://a/b/c/;x"),
        ("g;x", "http://a/b/c/g;x"),
        ("", "http://a/b/c/d;p?q"),
        (".", "http://a/b/c/"),
        ("./", "http://a/b/c/"),
        ("..", "http://a/b/"),
        ("../g", "http://a/b/g"),
        ("../..", "http://a/"),
        ("../../g", "http://a/g"),
        ("../../../g", "http://a/g"),
        ("/./g", "http://a/g"),
        ("/../g", "http://a/g"),
        ("g.", "http://a/b/c/g."),
        ("..g", "http://a/b/c/..g"),
        ("./../g", "http://a/b/g"),
        ("g/./h", "http://a/b/c/g/h"),
        ("g/../h", "http://a/b/c/h"),
        ("g;x=1/../y", "http://a/b/c/y"),
        ("g?y/../x", "http://a/b/c/g?y/../x"),
    ] {
        let found = resolve(&base, href).map(String::from);
        assert_eq!(found.as_deref(), Some(expected), "{href:?}");
    }
}

#[test]
fn the_spellings_of_one_page_are_one_address() {
    for (expected, spellings) in [
        (
            "http://127.0.0.1:8080/page/3",
            &[
                "3",
                "./3",
                "/page/3",
                "../page/3",
                "/page/../page/./3",
                "/page/%2E%2e/page/3",
                "/p%61ge/%33",
                " 3\n",
                "/pa\nge/3",
                "3#top",
                "\\page\\3",
                "HTTP://127.0.0.1:8080/page/3",
                "//127.0.0.1:8080/page/3",
                "http://127.1:8080/page/3",
            ][..],
        ),
        (
            "http://example.org/",
            &[
                "http://example.org",
                "http://EXAMPLE.org:80/",
                "http://example.org/.",
                "http://ex%61mple.org/#",
            ],
        ),
        (
            "http://127.0.0.1:8080/caf%C3%A9?q=%C3%A9~",
            &[
                "/café?q=é~",
                "/caf%c3%a9?q=%c3%A9%7e",
                "/%63af%C3%a9?%71=é%7E",
            ],
        ),
    ] {
        for spelling in spellings {
            assert_eq!(resolved(spelling).as_deref(), Some(expected), "{spelling}");
        }
    }
}

#[test]
fn what_means_something_else_stays_another_address() {
    for (one, other) in [
        ("/a", "/a/"),
        ("/a", "/A"),
        ("/a?", "/a"),
        ("/a?b=1&c=2", "/a?c=2&b=1"),
        ("/a%2Fb", "/a/b"),
        ("/a%3Fb", "/a?b"),
        ("http://example.org/", "https://example.org/"),
        ("http://example.org/", "http://example.org:8080/"),
    ] {
        let (one, other) = (resolved(one), resolved(other));
        assert!(one.is_some() && other.is_some());
        assert_ne!(one, other);
    }
}

#[test]
fn a_percent_sign_that_begins_no_escape_does_not_make_one_of_its_neighbours() {
    for (href, expected) in [
        ("/100%", "/100%25"),
        ("/%zz", "/%25zz"),
        ("/%+1", "/%25+1"),
        ("/%%32%65", "/%252e"),
        ("/%25%32%65", "/%252e"),
        ("/%é", "/%25%C3%A9"),
    ] {
        let expected = format!("http://127.0.0.1:8080{expected}");
        assert_eq!(resolved(href), Some(expected), "{href}");
    }
}

#[test]
fn what_a_crawler_does_not_fetch_is_no_link() {
    for href in [
        "mailto:someone@example.org",
        "javascript:void(0)",
        "JavaScript:void(0)",
        " java\nscript:void(0)",
        "data:text/html,hello",
        "tel:+49",
        "ftp://example.org/",
        "file:///etc/passwd",
        "about:blank",
        "blob:http://example.org/1",
        "http://",
        "http://[::1",
        "http://example.org:99999/",
        "http://exa mple.org/",
        "http://user@example.org/",
        "http://user:secret@example.org/",
        "//:secret@example.org/",
    ] {
        assert_eq!(resolved(href), None, "{href}");
    }
}

#[test]
fn an_address_is_followed_up_to_its_greatest_length_and_no_further() {
    let longest = MOST_BYTES - "http://127.0.0.1:8080/".len();
    let path = |bytes: usize| format!("/{}", "a".repeat(bytes));
    assert_eq!(resolved(&path(longest)).unwrap().len(), MOST_BYTES);
    assert_eq!(resolved(&path(longest + 1)), None);
    // What is not sent does not count, what is longer when normal does.
    let fragment = "f".repeat(MOST_BYTES);
    assert!(resolved(&format!("{}#{fragment}", path(longest))).is_some());
    assert_eq!(resolved(&format!("{}%", path(longest - 1))), None);
}

#[test]
fn an_origin_is_scheme_host_and_port() {
    let same = |one: &str, other: &str| {
        same_origin(&Url::parse(one).unwrap(), &Url::parse(other).unwrap())
    };
    assert!(same("http://a/x", "http://A:80/y?z"));
    assert!(same("https://a/", "https://a:443/"));
    assert!(same("http://[::1]:8080/", "http://[0:0::1]:8080/x"));
    assert!(!same("http://a/", "https://a/"));
    assert!(!same("http://a:443/", "https://a/"));
    assert!(!same("http://a/", "http://b/"));
    assert!(!same("http://a/", "http://www.a/"));
    assert!(!same("http://a:8080/", "http://a:8081/"));
}

/// Text that is a link more often than not.
fn link() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "%[0-9a-fA-F]{0,2}",
        // Escapes of hex digits, which must not become part of another one.
        "%(%3[0-9]|%[46][1-6]|[0-9]){2}",
        "[./?#:@%\\\\ \t\n]{1,3}",
        "[a-zA-Z0-9~é_-]{1,4}",
        Just("http://".to_owned()),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(href in any::<String>()) {
        let _ = resolve(&base(), &href);
    }

    #[test]
    fn an_address_leads_to_itself_from_everywhere_and_is_normal(href in link()) {
        if let Some(url) = resolve(&base(), &href) {
            prop_assert_eq!(resolve(&base(), url.as_str()), Some(url.clone()));
            prop_assert_eq!(resolve(&url, ""), Some(url.clone()));
            prop_assert_eq!(Url::parse(url.as_str()).unwrap(), url.clone());
            prop_assert!(url.as_str().is_ascii() && url.fragment().is_none());
            prop_assert!(url.path().starts_with('/'));
            prop_assert!(url.as_str().len() <= MOST_BYTES);
        }
    }

    #[test]
    fn letters_may_be_escaped_or_not(path in "[a-zA-Z0-9_~-]{1,20}", which in any::<u32>()) {
        let escaped: String = path
            .char_indices()
            .map(|(index, letter)| match which >> index & 1 {
                1 => format!("%{:02x}", u32::from(letter)),
                _ => letter.to_string(),
            })
            .collect();
        prop_assert_eq!(resolved(&format!("/{escaped}")), resolved(&format!("/{path}")));
    }
}
