//! What a site asks of robots: robots.txt, read after RFC 9309.
//!
//! The crate `robotxt` parses and matches. Of the three that there are, it
//! alone takes bytes, needs no regular expressions, follows the RFC in whose
//! group is whose and is released these days. `texting_robots` brings two
//! regex engines and releases of other crates that have long been followed by
//! others; `robotstxt` takes text only, reads the whole file again for each
//! address, and counts from the start of the address for each character of it.
//!
//! What a status means, and how long a delay may be, is decided here.

use std::time::Duration;

use robotxt::AccessResult;
use url::Url;

/// A longer `Crawl-delay` is taken for this one. The delay is not in the
/// RFC, so there is no number to go by: at one page a minute a crawl is slow
/// enough to be noticed by nobody, and a slip of the pen (milliseconds for
/// seconds) does not stop it for good.
pub const LONGEST_CRAWL_DELAY: Duration = Duration::from_mins(1);

/// The rules of one origin for one robot.
#[derive(Debug, Clone)]
pub struct Robots {
    rules: robotxt::Robots,
}

impl Robots {
    /// Reads the answer to `GET /robots.txt` for the robot `agent`: its
    /// product token (`regatta`), or a `User-Agent` that begins with it
    /// (`regatta/1.0`).
    ///
    /// - 2xx: `body` is read, at most the first 500 KiB of it.
    /// - 4xx: there is no such file, so everything is allowed.
    /// - Anything else: nobody knows what the site asks, so nothing is allowed.
    ///   That is the RFC's rule for 5xx. It is ours for a redirect too: it
    ///   is to be followed first, and as long as it is not, nothing was read.
    pub fn from_answer(status: u16, body: &[u8], agent: &str) -> Self {
        let access = match status {
            200..300 => AccessResult::Successful(body),
            400..500 => AccessResult::Unavailable,
            _ => AccessResult::Unreachable,
        };
        Self {
            rules: robotxt::Robots::from_access(access, product_token(agent)),
        }
    }

    /// The rules of a site that did not answer: nothing is allowed.
    pub fn unreachable() -> Self {
        Self {
            rules: robotxt::Robots::disallow_all(),
        }
    }

    /// Whether this address may be fetched. It has to be of the origin that
    /// the rules are from: only its path and query are looked at. The longest
    /// pattern that matches decides, `Allow` of two as long; `/robots.txt` is
    /// always allowed.
    ///
    /// However many `*` a pattern has, it and the path are gone through once.
    /// So the most that a hostile file costs is as many looks at the path as
    /// 500 KiB have lines, some 50,000.
    pub fn allows(&self, url: &Url) -> bool {
        self.rules.is_url_allowed(url)
    }

    /// The time that the site asks to be left alone between two requests, at
    /// most [`LONGEST_CRAWL_DELAY`]; the shortest, where it says more than one.
    pub fn crawl_delay(&self) -> Option<Duration> {
        let delay = self.rules.crawl_delay()?;
        Some(delay.min(LONGEST_CRAWL_DELAY))
    }
}

/// `regatta` of `regatta/1.0 (a benchmark)`: letters, `_` and `-` are all
/// that a name in a robots.txt is made of (section 2.2.1).
fn product_token(agent: &str) -> &str {
    let is_of_a_name = |letter: char| letter.is_ascii_alphabetic() || "_-".contains(letter);
    let end = agent.find(|letter| !is_of_a_name(letter));
    &agent[..end.unwrap_or(agent.len())]
}

#[cfg(test)]
#[path = "robots_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "robots_python_tests.rs"]
mod python_tests;
