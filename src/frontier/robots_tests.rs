//! Rules of robots.txt, and what they allow.

use proptest::prelude::*;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::*;

pub(super) fn robots(file: impl AsRef<[u8]>, agent: &str) -> Robots {
    Robots::from_answer(200, file.as_ref(), agent)
}

pub(super) fn at(path: &str) -> Url {
    Url::parse(&format!("http://127.0.0.1:8080{path}")).unwrap()
}

/// Holds each path against what is expected of it.
#[track_caller]
fn expect(robots: &Robots, expected: &[(&str, bool)]) {
    for (path, allowed) in expected {
        assert_eq!(robots.allows(&at(path)), *allowed, "{path}");
    }
}

#[test]
fn the_simple_example_of_the_rfc_is_read_as_it_says() {
    // RFC 9309, section 5.1, with its line that ends a group of nobody's.
    let file = "User-Agent: *\nDisallow: *.gif$\nDisallow: /example/\nAllow: /publications/\n\n\
        User-Agent: foobot\nDisallow:/\nAllow:/example/page.html\nAllow:/example/allowed.gif\n\n\
        User-Agent: barbot\nUser-Agent: bazbot\nDisallow: /example/page.html\n\n\
        User-Agent: quxbot\n\nEOF";
    let anybody = [
        ("/", true),
        ("/a.gif", false),
        ("/a.gif?b", true),
        ("/example/", false),
        ("/example", true),
        ("/publications/", true),
        ("/publications/a.gif", true),
    ];
    expect(&robots(file, "anybot"), &anybody);
    let foobot = [
        ("/", false),
        ("/example/", false),
        ("/example/page.html", true),
        ("/example/allowed.gif", true),
    ];
    expect(&robots(file, "FooBot"), &foobot);
    for named in ["barbot", "bazbot"] {
        let expected = [("/example/page.html", false), ("/example/", true)];
        expect(&robots(file, named), &expected);
    }
    expect(&robots(file, "quxbot"), &[("/example/page.html", true)]);
}

#[test]
fn the_longest_match_decides_and_allow_decides_a_draw() {
    // Section 5.2 and section 2.2.2.
    let file = "User-Agent: foobot\nAllow: /example/page/\n\
        Disallow: /example/page/disallowed.gif\n";
    let expected = [
        ("/example/page/", true),
        ("/example/page/disallowed.gif", false),
    ];
    expect(&robots(file, "foobot"), &expected);
    for file in [
        "user-agent: *\ndisallow: /\nallow: /",
        "user-agent: *\nallow: /\ndisallow: /",
    ] {
        expect(&robots(file, "a"), &[("/", true), ("/x?y", true)]);
    }
    let file = "user-agent: *\nallow: /\ndisallow: /private\nallow: /private/open";
    let expected = [
        ("/", true),
        ("/private", false),
        ("/privately", false),
        ("/private/open/x", true),
    ];
    expect(&robots(file, "a"), &expected);
}

#[test]
fn groups_of_one_name_are_one_group_and_a_named_one_replaces_that_of_all() {
    // Section 2.2.1.
    let file = "user-agent: ExampleBot\ndisallow: /foo\ndisallow: /bar\n\n\
        user-agent: *\ndisallow: /all\n\nuser-agent: examplebot\ndisallow: /baz\n";
    let named = [
        ("/foo", false),
        ("/bar", false),
        ("/baz", false),
        ("/all", true),
    ];
    for agent in ["ExampleBot", "examplebot/2.1 (+http://example.org)"] {
        expect(&robots(file, agent), &named);
    }
    for other in ["example", "examplebot-images", "bot", "", "*"] {
        expect(&robots(file, other), &[("/foo", true), ("/all", false)]);
    }
}

#[test]
fn a_star_is_any_text_and_a_dollar_the_end_unless_they_are_escaped() {
    // Section 2.2.3.
    let file = "user-agent: *\ndisallow: /this/*/exactly\ndisallow: /only$\n\
        disallow: /with-%2A\ndisallow: /a$b\ndisallow: *.php$\n";
    let expected = [
        ("/this/path/exactly", false),
        ("/this/very/path/exactly/so", false),
        ("/this/exactly", true),
        ("/only", false),
        ("/only/", true),
        ("/with-%2a", false),
        ("/with-anything", true),
        ("/a$b", false),
        ("/a", true),
        ("/x.php", false),
        ("/x.php?y", true),
    ];
    expect(&robots(file, "a"), &expected);
}

#[test]
fn an_escape_and_what_it_stands_for_are_the_same() {
    // Section 2.2.2; of its table, all but the row that has a `:` and its
    // escape be the same: to RFC 3986, and to other robots, they are not.
    for (rule, path) in [
        ("/foo/bar?baz=quz", "/foo/bar?baz=quz"),
        ("/foo/bar/ツ", "/foo/bar/%E3%83%84"),
        ("/foo/bar/%E3%83%84", "/foo/bar/%E3%83%84"),
        ("/foo/bar/%e3%83%84", "/foo/bar/ツ"),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz"),
    ] {
        let file = format!("user-agent: *\ndisallow: {rule}");
        assert!(!robots(file, "a").allows(&at(path)), "{rule} and {path}");
    }
}

#[test]
fn the_status_says_whether_there_are_rules() {
    let file = b"user-agent: *\ndisallow: /private\n";
    let answered = |status| Robots::from_answer(status, file, "a");
    for status in [200, 204, 206, 299] {
        let expected = [("/private", false), ("/", true)];
        expect(&answered(status), &expected);
    }
    for status in [400, 401, 403, 404, 410, 429, 499] {
        expect(&answered(status), &[("/private", true), ("/", true)]);
    }
    for status in [0, 100, 199, 301, 302, 304, 500, 503, 599, 600, u16::MAX] {
        expect(&answered(status), &[("/private", false), ("/", false)]);
    }
    let nothing = [("/private", false), ("/", false), ("/robots.txt", true)];
    expect(&Robots::unreachable(), &nothing);
}

#[test]
fn what_a_file_should_not_be_is_borne() {
    let mark = "\u{feff}user-agent: *\r\ndisallow: /private # ours\r\n\r\nnonsense\r\nfoo: bar\r\n";
    let old_mac = "User-Agent : *\r\tDISALLOW:/private\r";
    let not_text = b"user-agent: *\ndisallow: /\xff\ndisallow: /private\n";
    for file in [mark.as_bytes(), old_mac.as_bytes(), not_text] {
        expect(&robots(file, "a"), &[("/private/x", false), ("/", true)]);
    }
    for nothing in [
        "",
        "\n\n",
        "<html>not found</html>",
        "disallow: /",
        "user-agent: *\ndisallow:",
    ] {
        expect(&robots(nothing, "a"), &[("/private", true)]);
    }
}

#[test]
fn no_more_than_500_kib_are_read_and_a_rule_that_is_cut_there_is_none() {
    let with_tail = |room: usize, tail: &str| {
        let mut file = "user-agent: *\n".to_owned();
        file.extend(std::iter::repeat_n('#', 500 * 1024 - file.len() - room - 1));
        robots(file + "\n" + tail, "a")
    };
    let rule = "disallow: /private\n";
    expect(&with_tail(rule.len(), rule), &[("/private", false)]);
    expect(&with_tail(0, rule), &[("/private", true)]);
    // Cut to `disallow: /`, it would shut the whole site.
    let cut = "disallow: /".len();
    expect(&with_tail(cut, rule), &[("/private", true), ("/", true)]);
}

#[test]
fn a_crawl_delay_is_read_in_seconds_and_has_an_end() {
    let delay = |value: &str| {
        robots(format!("user-agent: *\ncrawl-delay: {value}\n"), "a")
            .crawl_delay()
            .map(|delay| delay.as_secs_f64())
    };
    assert_eq!(delay("2"), Some(2.0));
    assert_eq!(delay("0.25"), Some(0.25));
    assert_eq!(delay("0"), Some(0.0));
    assert_eq!(delay("60"), Some(60.0));
    assert_eq!(delay("61"), Some(60.0));
    assert_eq!(delay("86400000"), Some(60.0));
    for nothing in ["", "-1", "soon", "nan", "2s"] {
        assert_eq!(delay(nothing), None, "{nothing:?}");
    }
    assert_eq!(Robots::unreachable().crawl_delay(), None);
}

#[test]
fn our_own_file_is_read_as_it_is_meant() {
    let file = include_bytes!("../../fixtures/robots.txt");
    let free = [("/page/7", true), ("/private/", false), ("/", true)];
    let any = robots(file, "regatta");
    expect(&any, &free);
    assert_eq!(any.crawl_delay(), None);
    let slow = robots(file, "slowbot");
    expect(&slow, &free);
    assert_eq!(slow.crawl_delay(), Some(Duration::from_secs(2)));
    let bad = robots(file, "badbot");
    expect(&bad, &[("/page/7", false), ("/", false)]);
}

#[test]
fn a_hostile_pattern_is_gone_through_once() {
    // A matcher that goes back at every star would take some 2^1000 steps
    // here, and one that goes back to each place some 10^12: that this ends
    // at all is what it shows.
    let address = at(&format!("/{}", "a".repeat(2_000)));
    for end in ["b", "b$", "*b", "*b$"] {
        let pattern = format!("{}{end}", "*a".repeat(200_000));
        let file = format!("user-agent: *\ndisallow: /{pattern}\n");
        assert!(robots(file, "a").allows(&address));
        let many = format!("disallow: /{}{end}\n", "*a".repeat(1_000)).repeat(250);
        assert!(robots(format!("user-agent: *\n{many}"), "a").allows(&address));
    }
    let stars = format!("user-agent: *\ndisallow: /{}\n", "*".repeat(400_000));
    assert!(!robots(stars, "a").allows(&address));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(file in any::<Vec<u8>>(), agent in any::<String>(), status in any::<u16>()) {
        let robots = Robots::from_answer(status, &file, &agent);
        robots.allows(&at("/page/1"));
        prop_assert!(robots.crawl_delay() <= Some(LONGEST_CRAWL_DELAY));
    }

    #[test]
    fn nothing_like_a_file_makes_it_panic(file in lines(), path in "/[a-c*$%/]{0,12}") {
        robots(file, "a").allows(&at(&path));
    }

    /// `Allow: /` is the shortest rule there is: it decides what no other does.
    #[test]
    fn allow_of_all_loses_to_every_longer_rule_and_wins_the_rest(rule in "/[a-c]{1,3}", path in "/[a-c]{0,4}") {
        let robots = robots(format!("user-agent: *\nallow: /\ndisallow: {rule}"), "a");
        prop_assert_eq!(robots.allows(&at(&path)), !path.starts_with(&rule));
    }

    #[test]
    fn the_order_of_rules_does_not_matter(mut rules in rules(), path in "/[a-c]{0,4}", seed in any::<u64>()) {
        let read = |rules: &[String]| {
            robots(format!("user-agent: *\n{}", rules.concat()), "a").allows(&at(&path))
        };
        let before = read(&rules);
        rules.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        prop_assert_eq!(read(&rules), before);
    }
}

/// Lines that a robots.txt may have, or nearly.
fn lines() -> impl Strategy<Value = String> {
    let line = "(User-agent|allow|DISALLOW|Crawl-delay|Sitemap|#|)[ :]{0,2}[a-c*$%/\\\\0-9]{0,9}(\n|\r|\r\n)";
    prop::collection::vec(line, 0..20).prop_map(|lines| lines.concat())
}

fn rules() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("(allow|disallow): /[a-c*]{0,3}[$]?\n", 0..8)
}
