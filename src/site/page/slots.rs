//! How the writer fills each slot of a template.
//!
//! One function a slot. Those that write something a reader will look for
//! (titles, headings, links, prices) also note it.

use std::fmt::{Display, Write};

use super::price::write_price;
use super::reading::Reading;
use super::words::Piece;
use super::writer::PageWriter;

/// Sentences to a paragraph.
const SENTENCES: u64 = 4;

/// Prices in cents are drawn below one of these, so that most magnitudes come up.
const PRICE_ENDS: [u64; 4] = [10_000, 100_000, 10_000_000, 250_000_000];

impl PageWriter<'_> {
    /// Writes a template, slot by slot.
    pub(super) fn write_template(&mut self, pieces: &[Piece]) {
        for piece in pieces {
            match piece {
                Piece::Text(text) => self.html.push_str(text),
                Piece::Any(list) => self.any(*list),
                Piece::Number => self.write(self.number),
                Piece::Label => self.label(),
                Piece::Title => self.title(),
                Piece::Heading => self.heading(),
                Piece::Headline => self.headline(),
                Piece::Price => self.price(),
                Piece::Body => self.body(),
                Piece::Older(back) => self.older(*back),
                Piece::Link(link) => self.link(link),
            }
        }
    }

    /// Any entry of a list.
    pub(super) fn any(&mut self, list: usize) {
        let words = self.words;
        let entry = self.rng.pick(words.entries(list));
        self.write_template(entry);
    }

    /// Another entry of a list, some way further down (round to its top again).
    /// A free draw would often print a sentence twice running, as no writer does.
    pub(super) fn another(&mut self, list: usize) {
        let words = self.words;
        let entries = words.entries(list);
        let step = 1 + self.rng.below(entries.len() as u64 / 2);
        self.last = (self.last + usize::try_from(step).unwrap_or(1)) % entries.len();
        self.write_template(&entries[self.last]);
    }

    fn label(&mut self) {
        let (number, article) = (self.number, self.article);
        self.write(format_args!("Page {number}, article {article}"));
    }

    fn title(&mut self) {
        let start = self.html.len();
        self.any(self.words.title);
        self.note_text(start, |notes, text| notes.title = Some(text));
    }

    fn heading(&mut self) {
        let start = self.html.len();
        self.any(self.words.heading);
        self.note_text(start, |notes, text| notes.headings.push(text));
    }

    fn headline(&mut self) {
        let start = self.html.len();
        self.any(self.words.headline);
        let (number, article) = (self.number, self.article);
        self.note_text(start, |notes, text| {
            notes
                .titles
                .push(format!("Page {number}, article {article}: {text}"));
        });
    }

    fn price(&mut self) {
        let start = self.html.len();
        let end = *self.rng.pick(&PRICE_ENDS);
        let cents = self.rng.below(end);
        write_price(&mut self.html, cents);
        self.note_text(start, |notes, text| notes.prices.push(text));
    }

    /// Paragraphs up to where the body should end, or a sentence over.
    fn body(&mut self) {
        self.html.push_str("<p>");
        self.another(self.words.sentence);
        let mut sentences = 1;
        while self.html.len() < self.body_end {
            let new_paragraph = sentences % SENTENCES == 0;
            self.html
                .push_str(if new_paragraph { "</p>\n<p>" } else { " " });
            self.another(self.words.sentence);
            sentences += 1;
        }
        self.html.push_str("</p>\n");
    }

    /// A link to the page `back` pages ago (page 0, if there are fewer)
    /// or to any older one, in one of the forms that real pages use.
    fn older(&mut self, back: Option<u64>) {
        let start = self.html.len();
        let older = match back {
            Some(back) => self.number.saturating_sub(back),
            None => self.rng.below(self.number),
        };
        let form = *self.rng.pick(&["/page/", "../page/", "./"]);
        self.write(format_args!("{form}{older}"));
        self.note_text(start, |notes, text| notes.links.push(text));
    }

    fn link(&mut self, link: &str) {
        let start = self.html.len();
        self.html.push_str(link);
        self.note_text(start, |notes, text| notes.links.push(text));
    }

    fn write(&mut self, text: impl Display) {
        // Writing to a String cannot fail.
        let _ = write!(self.html, "{text}");
    }

    /// Notes what was written from `start` on, as a reader will see it.
    fn note_text(&mut self, start: usize, take: impl FnOnce(&mut Reading, String)) {
        if let Some(notes) = &mut self.notes {
            take(notes, htmlize::unescape(&self.html[start..]).into_owned());
        }
    }
}
