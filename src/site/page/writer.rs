//! Writes a page from its number.
//!
//! The page writer writes HTML and, if asked, notes what it wrote as it goes. The
//! notes are therefore no second opinion about the HTML but the very draws it
//! came from, and a parser can be checked with them.
//!
//! To come out at the byte, the foot is set first, so that its length is known;
//! articles get equal shares of what is left; and a paragraph of small notices
//! takes up the last few hundred bytes, cut between two words.

use std::mem;

use super::PAGE_BYTES;
use super::checksum;
use super::reading::Reading;
use super::rng::PageRng;
use super::words::{WORDS, Words};

/// Kept free for the notices. Articles may overrun their shares by a sentence
/// and a closing line, which must fit in here.
const NOTICE_BYTES: usize = 1_000;

/// One page in this many offers nothing for sale.
const PAGES_PER_DRY_PAGE: u64 = 4;

/// One article in this many has a price, on the other pages.
const ARTICLES_PER_OFFER: u64 = 3;

/// Page `number`: [`PAGE_BYTES`] of HTML.
#[must_use]
pub fn build(number: u64) -> Vec<u8> {
    print(number, None)
}

/// What page `number` says, known from its making and not from parsing it.
#[must_use]
pub fn facts(number: u64) -> Reading {
    build_with_facts(number).1
}

/// Both at once.
pub(super) fn build_with_facts(number: u64) -> (Vec<u8>, Reading) {
    let mut facts = Reading::default();
    let page = print(number, Some(&mut facts));
    (page, facts)
}

fn print(number: u64, notes: Option<&mut Reading>) -> Vec<u8> {
    let mut writer = PageWriter {
        number,
        words: &WORDS,
        rng: PageRng::of_page(number),
        html: String::new(),
        notes,
        article: 0,
        body_end: 0,
        last: 0,
    };
    writer.run();
    checksum::close(writer.html)
}

/// A page half made.
pub(super) struct PageWriter<'a> {
    pub(super) number: u64,
    pub(super) words: &'static Words,
    pub(super) rng: PageRng,
    pub(super) html: String,
    /// What was written, if somebody asked.
    pub(super) notes: Option<&'a mut Reading>,
    /// The article being set, from 1.
    pub(super) article: u64,
    /// Where its body should end.
    pub(super) body_end: usize,
    /// The sentence or notice set last.
    pub(super) last: usize,
}

impl PageWriter<'_> {
    fn run(&mut self) {
        let words = self.words;
        self.write_template(&words.foot);
        let foot = mem::replace(&mut self.html, String::with_capacity(PAGE_BYTES));
        let foot_notes = self.notes.as_mut().map(|notes| mem::take(*notes));
        let foot_at = PAGE_BYTES - checksum::CLOSING_BYTES - foot.len();

        checksum::open(&mut self.html, self.number);
        self.write_template(&words.head);
        self.articles(foot_at - NOTICE_BYTES);
        self.write_template(&words.middle);
        self.notices(foot_at);
        self.html.push_str(&foot);
        if let (Some(notes), Some(foot)) = (&mut self.notes, foot_notes) {
            notes.append(foot);
        }
    }

    /// Sets 12 to 20 articles, each with an equal share of the bytes to `end`.
    fn articles(&mut self, end: usize) {
        let words = self.words;
        let count = 12 + self.rng.below(9);
        let dry_page = self.rng.below(PAGES_PER_DRY_PAGE) == 0;
        for article in 1..=count {
            self.article = article;
            let articles_left = usize::try_from(count - article + 1).unwrap_or(1);
            let start = self.html.len();
            self.body_end = start + end.saturating_sub(start) / articles_left;
            let offer = !dry_page && self.rng.below(ARTICLES_PER_OFFER) == 0;
            let kinds = if offer {
                &words.offers
            } else {
                &words.articles
            };
            let article = self.rng.pick(kinds);
            self.write_template(article);
        }
    }

    /// Fills the page to `end` exactly: notices, cut after a word, then blanks.
    fn notices(&mut self, end: usize) {
        let used = self.html.len();
        assert!(
            used <= end,
            "page {} is {} bytes too long: shorten fixtures/page.html or fixtures/article.html",
            self.number,
            used - end,
        );
        while self.html.len() < end {
            self.another(self.words.notice);
            self.html.push(' ');
        }
        // Blanks are the one place where cutting can break neither a letter of
        // several bytes nor an entity.
        let room = self.html.as_bytes()[used..].iter().take(end - used + 1);
        let kept = room.rev().position(|&byte| byte == b' ');
        self.html.truncate(end - kept.unwrap_or(end - used));
        while self.html.len() < end {
            self.html.push(' ');
        }
    }
}
