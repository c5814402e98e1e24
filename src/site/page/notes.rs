//! What is read from a page while the parser runs through it, and no more of it
//! than one page may keep.
//!
//! The parser hands out text in pieces. The pieces of a text node are put
//! together first and decoded then: decoding piece by piece would miss a
//! `&amp;` that was broken in two, and putting nodes together first would find
//! one in `&am<b>p;</b>`.
//!
//! A page may have a heading of 16 MB, or a million links. What is kept is
//! bounded by number and by bytes; what was left out is counted and named.

use std::cell::{Cell, RefCell};

use lol_html::ElementContentHandlers;
use lol_html::html_content::{Element, TextChunk};

use crate::fmt::plural;

/// The most texts of one kind that are kept of a page.
const MOST_TEXTS: usize = 10_000;
/// The most bytes of texts of one kind.
const MOST_TEXT_BYTES: usize = 512 * 1024;
/// The most links that are kept of a page.
const MOST_LINKS: usize = 50_000;
/// The most bytes of all links.
const MOST_LINK_BYTES: usize = 2 * 1024 * 1024;
/// A longer link leads nowhere: as an address it would be too long to follow.
const LONGEST_LINK_BYTES: usize = 8 * 1024;

/// The texts of all elements that one selector matches.
#[derive(Default)]
pub(super) struct Texts {
    /// One for each element, the last one perhaps unfinished.
    of_elements: RefCell<Vec<String>>,
    /// The pieces so far of a text node that came in more than one.
    node: RefCell<String>,
    /// Bytes of text that were taken.
    taken_bytes: Cell<usize>,
    pub(super) cut: Cut,
}

/// What was not taken.
#[derive(Default)]
pub(super) struct Cut {
    pub(super) texts: Cell<u64>,
    pub(super) bytes: Cell<u64>,
}

impl Texts {
    pub(super) fn handlers(&self) -> ElementContentHandlers<'_> {
        ElementContentHandlers::default()
            .element(|_: &mut Element| {
                let mut texts = self.of_elements.borrow_mut();
                if texts.len() < MOST_TEXTS {
                    texts.push(String::new());
                } else {
                    add(&self.cut.texts, 1);
                }
                Ok(())
            })
            .text(|chunk: &mut TextChunk| {
                self.take(chunk);
                Ok(())
            })
    }

    fn take(&self, chunk: &TextChunk) {
        let mut node = self.node.borrow_mut();
        self.push(&mut node, chunk.as_str());
        if !chunk.last_in_text_node() {
            return;
        }
        if let Some(text) = self.of_elements.borrow_mut().last_mut() {
            // In a script, `&amp;` is five letters.
            if chunk.text_type().allows_html_entities() {
                text.push_str(&htmlize::unescape(node.as_str()));
            } else {
                text.push_str(&node);
            }
        }
        node.clear();
    }

    /// Takes a piece of text, as far as there is room for it.
    fn push(&self, node: &mut String, piece: &str) {
        let left = MOST_TEXT_BYTES - self.taken_bytes.get();
        // The text of an element that was left out is none of the one before.
        let room = if self.cut.texts.get() == 0 { left } else { 0 };
        let taken = piece.floor_char_boundary(room);
        node.push_str(&piece[..taken]);
        self.taken_bytes.set(self.taken_bytes.get() + taken);
        add(&self.cut.bytes, piece.len() - taken);
    }

    pub(super) fn finish(self) -> Vec<String> {
        let mut texts = self.of_elements.into_inner();
        for text in &mut texts {
            let trimmed = text.trim_ascii();
            if trimmed.len() < text.len() {
                *text = trimmed.to_owned();
            }
        }
        texts
    }
}

/// The links of a page.
#[derive(Default)]
pub(super) struct Links {
    pub(super) kept: RefCell<Vec<String>>,
    kept_bytes: Cell<usize>,
    pub(super) left_out: Cell<u64>,
}

impl Links {
    pub(super) fn handlers(&self) -> ElementContentHandlers<'_> {
        ElementContentHandlers::default().element(|a: &mut Element| {
            let mut kept = self.kept.borrow_mut();
            if kept.len() == MOST_LINKS {
                add(&self.left_out, 1);
                return Ok(());
            }
            let href = a.get_attribute("href").unwrap_or_default();
            let bytes = self.kept_bytes.get() + href.len();
            if href.len() > LONGEST_LINK_BYTES || bytes > MOST_LINK_BYTES {
                add(&self.left_out, 1);
                return Ok(());
            }
            self.kept_bytes.set(bytes);
            kept.push(htmlize::unescape_attribute(&href).into_owned());
            Ok(())
        })
    }
}

fn add(to: &Cell<u64>, more: usize) {
    to.set(to.get() + more as u64);
}

/// What was left out of a page.
pub(super) struct Cuts {
    pub(super) texts: u64,
    pub(super) text_bytes: u64,
    pub(super) links: u64,
}

impl Cuts {
    /// In words, if there is anything.
    pub(super) fn in_words(&self) -> Option<String> {
        let parts = [
            (self.links, "link"),
            (self.texts, "text"),
            (self.text_bytes, "byte"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let parts = parts.map(|&(count, noun)| plural(count, noun));
        let parts: Vec<String> = parts.collect();
        (!parts.is_empty()).then(|| format!("left out {}", parts.join(" and ")))
    }
}
