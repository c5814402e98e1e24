//! The words of the pages: `fixtures/*`, taken apart once.
//!
//! A template is text with slots, `{{so}}`. A slot is either one of the few
//! that the writer knows (see [`Piece`]) or the name of a list in `words.txt`,
//! of which it takes an entry. An entry may have slots of its own, but only of
//! lists above it in the file: that rules out circles without looking for them.
//!
//! The files are part of the program, so a mistake in one is a panic at the
//! first page, in words for the person who edited it, and fails every test.

use std::sync::LazyLock;

/// One part of a template.
pub(super) enum Piece {
    /// As it stands.
    Text(&'static str),
    /// The page's number.
    Number,
    /// `Page 7, article 3`.
    Label,
    /// An entry of `[title]`, which becomes the page's title.
    Title,
    /// An entry of `[heading]`, which becomes the page's `h1`.
    Heading,
    /// An entry of `[headline]`, which with the label becomes an article's title.
    Headline,
    /// A price.
    Price,
    /// Paragraphs of `[sentence]`, up to the article's share of the page.
    Body,
    /// A link to the page so far back, or to any older one.
    Older(Option<u64>),
    /// A link as it stands.
    Link(&'static str),
    /// An entry of a list.
    Any(usize),
}

/// A template, ready to be set.
pub(super) type Pieces = Vec<Piece>;

/// The templates and lists of the page writer.
pub(super) struct Words {
    /// The page down to its articles.
    pub(super) head: Pieces,
    /// From the articles to the filler.
    pub(super) middle: Pieces,
    /// From the filler to the checksum.
    pub(super) foot: Pieces,
    /// Articles without a price.
    pub(super) articles: Vec<Pieces>,
    /// Articles with one.
    pub(super) offers: Vec<Pieces>,
    lists: Vec<List>,
    /// Where the lists are that the writer asks for by name.
    pub(super) title: usize,
    pub(super) heading: usize,
    pub(super) headline: usize,
    pub(super) sentence: usize,
    pub(super) notice: usize,
}

struct List {
    name: &'static str,
    entries: Vec<Pieces>,
}

/// The words, taken apart when they are first asked for.
pub(super) static WORDS: LazyLock<Words> = LazyLock::new(Words::load);

impl Words {
    fn load() -> Self {
        let lists = lists(include_str!("../../../fixtures/words.txt"));
        let page = include_str!("../../../fixtures/page.html");
        let (head, rest) = split(page, "{{articles}}");
        let (middle, foot) = split(rest, "{{filler}}");
        let (offers, articles) = include_str!("../../../fixtures/article.html")
            .split("---\n")
            .partition::<Vec<_>, _>(|article| article.contains("{{price}}"));
        let set = |text| pieces(text, &lists);
        Self {
            head: set(head),
            middle: set(middle),
            foot: set(foot),
            articles: articles.into_iter().map(set).collect(),
            offers: offers.into_iter().map(set).collect(),
            title: find(&lists, "title"),
            heading: find(&lists, "heading"),
            headline: find(&lists, "headline"),
            sentence: find(&lists, "sentence"),
            notice: find(&lists, "notice"),
            lists,
        }
    }

    /// The entries of a list.
    pub(super) fn entries(&self, list: usize) -> &[Pieces] {
        &self.lists[list].entries
    }
}

fn split(page: &'static str, slot: &str) -> (&'static str, &'static str) {
    page.split_once(slot)
        .unwrap_or_else(|| panic!("fixtures/page.html: {slot} is missing"))
}

/// Takes `words.txt` apart.
fn lists(file: &'static str) -> Vec<List> {
    let mut lists: Vec<List> = Vec::new();
    for line in file.lines() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            lists.push(List {
                name,
                entries: Vec::new(),
            });
            continue;
        }
        // While a list is being read it is the last one, and not yet known to
        // its own entries.
        let above = lists.len().saturating_sub(1);
        let entry = pieces(line, &lists[..above]);
        let list = lists.last_mut();
        list.unwrap_or_else(|| panic!("fixtures/words.txt: no [list] above: {line}"))
            .entries
            .push(entry);
    }
    lists
}

/// Takes one template apart.
fn pieces(text: &'static str, lists: &[List]) -> Pieces {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (slot, after) = after
            .split_once("}}")
            .unwrap_or_else(|| panic!("fixtures: a {{{{ is never closed: {after}"));
        pieces.push(Piece::Text(before));
        pieces.push(piece(slot, lists));
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

fn piece(slot: &'static str, lists: &[List]) -> Piece {
    let (name, argument) = slot.split_once(' ').unwrap_or((slot, ""));
    match name {
        "number" => Piece::Number,
        "label" => Piece::Label,
        "title" => Piece::Title,
        "heading" => Piece::Heading,
        "headline" => Piece::Headline,
        "price" => Piece::Price,
        "body" => Piece::Body,
        "older" => Piece::Older(argument.parse().ok()),
        "link" => Piece::Link(argument),
        _ => Piece::Any(find(lists, name)),
    }
}

fn find(lists: &[List], name: &str) -> usize {
    let found = lists.iter().position(|list| list.name == name);
    found.unwrap_or_else(|| panic!("fixtures/words.txt: list [{name}] is missing above its use"))
}
