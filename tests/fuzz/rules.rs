//! robots.txt: anything, and files that a simple reading of RFC 9309
//! understands as well.

use std::time::Duration;

use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use regatta::frontier::robots::{LONGEST_CRAWL_DELAY, Robots};
use url::Url;

use super::run::Target;

const AGENT: &str = "regatta";

const WORDS: [&str; 22] = [
    "User-agent: *\n",
    "user-agent: regatta\n",
    "USER-AGENT:regatta/1.0\n",
    "Disallow: /\n",
    "Disallow:\n",
    "Allow: /\n",
    "Allow: /*\n",
    "Disallow: /a*b*c*d*e*f*g$\n",
    "Crawl-delay: 1\n",
    "Crawl-delay: -1\n",
    "Crawl-delay: 1e300\n",
    "Crawl-delay: NaN\n",
    "Crawl-delay: inf\n",
    "Sitemap: http://a/b\n",
    "# ",
    "*",
    "$",
    "%2F",
    "%zz",
    "\r",
    "useragent: *",
    "*****************************************************************",
];

const PATHS: [&str; 9] = [
    "/",
    "/a",
    "/a/b",
    "/b/a",
    "/ab",
    "/aab?b",
    "/b",
    "/bb/",
    "/robots.txt",
];

#[test]
fn rules() {
    let target = Target {
        grammar: Some(file),
        ..Target::new("rules", &WORDS)
    };
    target.hold(|input| {
        let robots = Robots::from_answer(200, input, AGENT);
        let delay = robots.crawl_delay().unwrap_or_default();
        assert!(delay <= LONGEST_CRAWL_DELAY && delay >= Duration::ZERO);
        let simple = simple(input);
        for path in PATHS {
            let url = Url::parse(&format!("http://127.0.0.1{path}")).unwrap();
            let allowed = robots.allows(&url);
            assert!(
                path != "/robots.txt" || allowed,
                "its own rules are not allowed"
            );
            if let Some(rules) = &simple {
                assert_eq!(allowed, rules_allow(rules, path), "{path} by {rules:?}");
            }
        }
        let text = String::from_utf8_lossy(input);
        let long = format!("http://127.0.0.1/{}", "a".repeat(2_000));
        for path in text.split_whitespace().take(8).chain([long.as_str()]) {
            if let Ok(url) = Url::parse("http://127.0.0.1/").unwrap().join(path) {
                let _ = robots.allows(&url);
            }
        }
    });
}

/// Whether it is allowed, and what pattern that is said of.
type Rule = (bool, String);

/// The rules for [`AGENT`] in a file of plain lines; `None` where the file has
/// anything else, so that what the RFC leaves open is not compared.
fn simple(file: &[u8]) -> Option<Vec<Rule>> {
    let text = std::str::from_utf8(file).ok()?;
    let (mut ours, mut anybodys) = (None::<Vec<Rule>>, None::<Vec<Rule>>);
    let (mut for_us, mut for_any, mut in_rules) = (false, false, true);
    for line in text.lines() {
        let (key, value) = line.split_once(": ")?;
        match key {
            "user-agent" => {
                if in_rules {
                    (for_us, for_any, in_rules) = (false, false, false);
                }
                match value {
                    AGENT => for_us = true,
                    "*" => for_any = true,
                    "other" => {}
                    _ => return None,
                }
                ours = if for_us {
                    Some(ours.unwrap_or_default())
                } else {
                    ours
                };
                anybodys = if for_any {
                    Some(anybodys.unwrap_or_default())
                } else {
                    anybodys
                };
            }
            "allow" | "disallow" => {
                in_rules = true;
                let body = value.strip_suffix('$').unwrap_or(value);
                let plain = |letter: char| "ab/*".contains(letter);
                if !body.starts_with('/') || !body.chars().all(plain) || body.contains("**") {
                    return None;
                }
                let rule = (key == "allow", value.to_owned());
                for (wanted, rules) in [(for_us, &mut ours), (for_any, &mut anybodys)] {
                    if let Some(rules) = rules.as_mut().filter(|_| wanted) {
                        rules.push(rule.clone());
                    }
                }
            }
            _ => return None,
        }
    }
    Some(ours.or(anybodys).unwrap_or_default())
}

/// What RFC 9309 says of a path, in the shortest way that is right. It shares
/// nothing with the crate that the scraper uses: no percent-encoding, no state,
/// and a pattern is tried at every place, which is slow and plain to check.
fn rules_allow(rules: &[Rule], path: &str) -> bool {
    let matching = rules
        .iter()
        .filter(|(_, pattern)| matches(pattern.as_bytes(), path.as_bytes()));
    // The longest decides, and `allow` of two as long.
    let longest = matching.max_by_key(|(allow, pattern)| (pattern.len(), *allow));
    path == "/robots.txt" || longest.is_none_or(|(allow, _)| *allow)
}

fn matches(pattern: &[u8], path: &[u8]) -> bool {
    match (pattern, path) {
        ([], _) => true,
        ([b'$'], _) => path.is_empty(),
        ([b'*', rest @ ..], _) => (0..=path.len()).any(|at| matches(rest, &path[at..])),
        ([one, rest @ ..], [other, path @ ..]) => one == other && matches(rest, path),
        (_, []) => false,
    }
}

/// A file of plain lines.
fn file(random: &mut ChaCha8Rng) -> Vec<u8> {
    let mut file = String::new();
    for _ in 0..random.random_range(1..12) {
        if random.random_bool(0.4) {
            let agent = ["regatta", "*", "other"].choose(random).unwrap();
            file += "user-agent: ";
            file += agent;
            file += "\n";
            continue;
        }
        let key = ["allow", "disallow"].choose(random).unwrap();
        file += key;
        file += ": /";
        for _ in 0..random.random_range(0..5) {
            file += ["a", "b", "/", "*", "a/"].choose(random).unwrap();
        }
        file += if random.random_bool(0.2) { "$\n" } else { "\n" };
    }
    file.into_bytes()
}
