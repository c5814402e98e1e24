//! Reading a page back, in one pass and without building a tree.
//!
//! The parser is `lol_html`, which runs through the bytes once and calls back
//! where a CSS selector matches. It is the fastest correct way known to us, and
//! that matters here: what a driver spends on parsing is the same for every
//! model, so the less it is, the more of the difference between models shows.
//!
//! Three things are ours to do. The parser hands out text in pieces, broken
//! wherever its buffers or the markup break it, it does not decode
//! entities (`notes`), and it keeps every open element, however many there are.

use std::borrow::Cow;

use lol_html::errors::RewritingError;
use lol_html::{ElementContentHandlers, HtmlRewriter, MemorySettings, Selector, Settings};

use super::notes::{Cuts, Links, Texts};
use super::reading::Reading;
use crate::site::workload::Parse;

/// Why a page was not read.
#[derive(Debug, thiserror::Error)]
pub enum UnreadablePage {
    /// It takes more memory to read than one page may.
    #[error(
        "the page is too large to be read: its open elements, or one of its tags, take over 4 MiB"
    )]
    TooLarge,
    /// The parser gave up.
    #[error("the page could not be parsed: {0}")]
    Parse(lol_html::errors::RewritingError),
    /// The caller wanted no more of it.
    #[error("the page was not read to its end, because the scrape was stopped")]
    Stopped,
}

/// What the parser may take to keep open elements and the beginning of a tag:
/// some 40,000 elements, which no honest page leaves open. A page of 3 million
/// `<i>`, which is 9 MB of text, would take 300 MB.
const PARSER_BYTES: usize = 4 * 1024 * 1024;

/// A longer page is read in slices of this length, and between two of them the
/// caller may stop it. No page of ours is as long.
const SLICE_BYTES: usize = 128 * 1024;

/// Reads pages. Make one and use it for all of them, from any thread: the
/// selectors are parsed once, here.
pub struct Reader {
    wanted: Vec<(Kind, Selector)>,
}

/// What a selector is for.
#[derive(Clone, Copy)]
enum Kind {
    Titles,
    Title,
    Headings,
    Links,
    Prices,
}

impl Reader {
    /// A reader that looks for what `parse` asks for and nothing else.
    ///
    /// # Panics
    /// Never: the selectors are constants, and a test parses them all.
    #[must_use]
    pub fn new(parse: Parse) -> Self {
        let all = [
            (Kind::Titles, "h2.article-title"),
            (Kind::Title, "head > title"),
            (Kind::Headings, "h1"),
            (Kind::Links, "a[href]"),
            (Kind::Prices, "span.price"),
        ];
        let wanted = match parse {
            Parse::None => &all[..0],
            Parse::Titles => &all[..1],
            Parse::Summary => &all[..],
        };
        let parsed = wanted.iter().map(|&(kind, selector)| {
            let selector = selector.parse().expect("a constant selector is valid");
            (kind, selector)
        });
        Self {
            wanted: parsed.collect(),
        }
    }

    /// Reads one page.
    pub fn read(&self, body: &[u8]) -> Result<Reading, UnreadablePage> {
        self.read_while(body, || true)
    }

    /// Reads one page while `goes_on` says so. A hostile page can take a
    /// second, and a deadline must not wait for it.
    pub fn read_while(
        &self,
        body: &[u8],
        goes_on: impl Fn() -> bool,
    ) -> Result<Reading, UnreadablePage> {
        if self.wanted.is_empty() {
            return Ok(Reading::default());
        }
        let notes = Notes::default();
        // A page of the usual length comes whole, so the parser never has to
        // keep a part of it.
        let memory = MemorySettings::new()
            .with_preallocated_parsing_buffer_size(0)
            .with_max_allowed_memory_usage(PARSER_BYTES);
        let mut settings = Settings::new().with_memory_settings(memory);
        for (kind, selector) in &self.wanted {
            let handlers = (Cow::Borrowed(selector), notes.handlers(*kind));
            settings = settings.append_element_content_handler(handlers);
        }
        // It is a rewriter; what it would write is of no interest.
        let mut parser = HtmlRewriter::new(settings, |_: &[u8]| {});
        for slice in body.chunks(SLICE_BYTES) {
            if !goes_on() {
                return Err(UnreadablePage::Stopped);
            }
            parser.write(slice).map_err(named)?;
        }
        parser.end().map_err(named)?;
        Ok(notes.into_reading())
    }
}

fn named(error: RewritingError) -> UnreadablePage {
    match error {
        RewritingError::MemoryLimitExceeded(_) => UnreadablePage::TooLarge,
        error => UnreadablePage::Parse(error),
    }
}

/// What has been read so far. Several callbacks write to it, in turns.
#[derive(Default)]
struct Notes {
    titles: Texts,
    title: Texts,
    headings: Texts,
    prices: Texts,
    links: Links,
}

impl Notes {
    fn handlers(&self, kind: Kind) -> ElementContentHandlers<'_> {
        match kind {
            Kind::Titles => self.titles.handlers(),
            Kind::Title => self.title.handlers(),
            Kind::Headings => self.headings.handlers(),
            Kind::Prices => self.prices.handlers(),
            Kind::Links => self.links.handlers(),
        }
    }

    fn into_reading(self) -> Reading {
        let texts = [&self.titles, &self.title, &self.headings, &self.prices];
        let cuts = Cuts {
            texts: texts.iter().map(|texts| texts.cut.texts.get()).sum(),
            text_bytes: texts.iter().map(|texts| texts.cut.bytes.get()).sum(),
            links: self.links.left_out.get(),
        };
        Reading {
            titles: self.titles.finish(),
            title: self.title.finish().into_iter().next(),
            headings: self.headings.finish(),
            links: self.links.kept.into_inner(),
            prices: self.prices.finish(),
            more_links: cuts.links,
            truncated: cuts.in_words(),
        }
    }
}
