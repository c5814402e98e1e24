//! Reading a page back, in one pass and without building a tree.
//!
//! The parser is `lol_html`, which runs through the bytes once and calls back
//! where a CSS selector matches. It is the fastest correct way known to us, and
//! that matters here: what a driver spends on parsing is the same for every
//! model, so the less it is, the more of the difference between models shows.
//!
//! Two things are ours to do. The parser hands out text in pieces, broken
//! wherever its buffers or the markup break it, and it does not decode
//! entities. So the pieces of a text node are put together first and decoded
//! then; decoding piece by piece would miss a `&amp;` that was broken in two,
//! and putting nodes together first would find one in `&am<b>p;</b>`.

use std::borrow::Cow;
use std::cell::RefCell;

use lol_html::html_content::{Element, TextChunk};
use lol_html::{ElementContentHandlers, HtmlRewriter, MemorySettings, Selector, Settings};

use super::reading::Reading;
use crate::site::workload::Parse;

/// A page that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the page could not be parsed: {0}")]
pub struct UnreadablePage(#[from] lol_html::errors::RewritingError);

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
        if self.wanted.is_empty() {
            return Ok(Reading::default());
        }
        let notes = Notes::default();
        // The body comes whole, so the parser never has to keep a part of it.
        let memory = MemorySettings::new().with_preallocated_parsing_buffer_size(0);
        let mut settings = Settings::new().with_memory_settings(memory);
        for (kind, selector) in &self.wanted {
            let handlers = (Cow::Borrowed(selector), notes.handlers(*kind));
            settings = settings.append_element_content_handler(handlers);
        }
        // It is a rewriter; what it would write is of no interest.
        let mut parser = HtmlRewriter::new(settings, |_: &[u8]| {});
        parser.write(body)?;
        parser.end()?;
        Ok(notes.into_reading())
    }
}

/// What has been read so far. Several callbacks write to it, in turns.
#[derive(Default)]
struct Notes {
    titles: Texts,
    title: Texts,
    headings: Texts,
    prices: Texts,
    links: RefCell<Vec<String>>,
}

impl Notes {
    fn handlers(&self, kind: Kind) -> ElementContentHandlers<'_> {
        match kind {
            Kind::Titles => self.titles.handlers(),
            Kind::Title => self.title.handlers(),
            Kind::Headings => self.headings.handlers(),
            Kind::Prices => self.prices.handlers(),
            Kind::Links => ElementContentHandlers::default().element(|a: &mut Element| {
                let href = a.get_attribute("href").unwrap_or_default();
                let link = htmlize::unescape_attribute(&href).into_owned();
                self.links.borrow_mut().push(link);
                Ok(())
            }),
        }
    }

    fn into_reading(self) -> Reading {
        Reading {
            titles: self.titles.finish(),
            title: self.title.finish().into_iter().next(),
            headings: self.headings.finish(),
            links: self.links.into_inner(),
            prices: self.prices.finish(),
        }
    }
}

/// The texts of all elements that one selector matches.
#[derive(Default)]
struct Texts {
    /// One for each element, the last one perhaps unfinished.
    texts: RefCell<Vec<String>>,
    /// The pieces so far of a text node that came in more than one.
    node: RefCell<String>,
}

impl Texts {
    fn handlers(&self) -> ElementContentHandlers<'_> {
        ElementContentHandlers::default()
            .element(|_: &mut Element| {
                self.texts.borrow_mut().push(String::new());
                Ok(())
            })
            .text(|chunk: &mut TextChunk| {
                self.take(chunk);
                Ok(())
            })
    }

    fn take(&self, chunk: &TextChunk) {
        let mut node = self.node.borrow_mut();
        node.push_str(chunk.as_str());
        if !chunk.last_in_text_node() {
            return;
        }
        if let Some(text) = self.texts.borrow_mut().last_mut() {
            // In a script, `&amp;` is five letters.
            if chunk.text_type().allows_html_entities() {
                text.push_str(&htmlize::unescape(node.as_str()));
            } else {
                text.push_str(&node);
            }
        }
        node.clear();
    }

    fn finish(self) -> Vec<String> {
        let mut texts = self.texts.into_inner();
        for text in &mut texts {
            let trimmed = text.trim_ascii();
            if trimmed.len() < text.len() {
                *text = trimmed.to_owned();
            }
        }
        texts
    }
}
