//! The reader against a parser that shares nothing with it, and both against
//! the generator.

use regatta::site::page::{self, Reader, Reading};
use regatta::site::workload::Parse;
use scraper::{Html, Selector};

use super::{PAGES, PARSES, SITE, text_of};

/// What `scraper`, which builds a whole tree as a browser does, reads.
fn scraped(page: &[u8]) -> Reading {
    let html = Html::parse_document(text_of(page));
    let links = Selector::parse("a[href]").expect("valid CSS");
    let links = html.select(&links).filter_map(|a| a.attr("href"));
    Reading {
        titles: texts(&html, "h2.article-title"),
        title: texts(&html, "head > title").into_iter().next(),
        headings: texts(&html, "h1"),
        links: links.map(str::to_owned).collect(),
        prices: texts(&html, "span.price"),
        ..Reading::default()
    }
}

fn texts(html: &Html, css: &str) -> Vec<String> {
    let selector = Selector::parse(css).expect("valid CSS");
    let elements = html.select(&selector);
    elements
        .map(|element| element.text().collect::<String>().trim_ascii().to_owned())
        .collect()
}

#[test]
fn two_parsers_read_what_the_generator_wrote() {
    let reader = Reader::new(Parse::Summary);
    for (number, page) in (0..).zip(PAGES.iter()) {
        let facts = SITE.facts(number);
        assert_eq!(reader.read(page).expect("readable"), facts, "page {number}");
        assert_eq!(scraped(page), facts, "page {number}");
    }
}

#[test]
fn a_reader_reads_what_it_is_asked_for_and_nothing_else() {
    for parse in PARSES {
        let reader = Reader::new(parse);
        for number in [0, 1, 99_999] {
            let read = reader.read(&page::build(number)).expect("readable");
            assert_eq!(read, page::facts(number).limited_to(parse), "{parse:?}");
        }
    }
}

#[test]
fn text_is_put_together_across_markup_and_decoded_as_browsers_do() {
    let reader = Reader::new(Parse::Summary);
    for inner in [
        "",
        "\n  a title \n",
        "a<b>b<i>c</i></b>d",
        "a<!-- c -->b",
        "&am<b>p;</b>",
        "AT&T &amp;amp; &notit; &eacute;&#x1F6A4;&#150; &copy 5 < 6 &unknown;",
        "&amp<!-- -->; x",
        "one<script>&amp;</script>",
    ] {
        let html = format!(
            "<!doctype html><html><head></head><body><h2 class='x article-title'>{inner}</h2>\
             <a href='/a?b&amp;c&copy=d&lt;'>x</a><a>no</a></body></html>"
        );
        let read = reader.read(html.as_bytes()).expect("readable");
        assert_eq!(read, scraped(html.as_bytes()), "{inner}");
    }
}

#[test]
fn long_text_and_broken_utf_8_are_read_whole() {
    let reader = Reader::new(Parse::Titles);
    let start = format!("<h2 class=article-title>{}", "Ünïcödé &amp; ".repeat(2_000));
    let expected = "Ünïcödé & ".repeat(2_000) + "\u{fffd}x";
    let good = [start.as_bytes(), "\u{fffd}x</h2>".as_bytes()].concat();
    let broken = [start.as_bytes(), b"\xffx</h2>"].concat();
    for html in [good, broken] {
        let read = reader.read(&html).expect("readable");
        assert_eq!(read.titles, [expected.as_str()]);
    }
}

#[test]
fn bytes_that_are_no_page_are_read_as_nothing() {
    let noise: Vec<u8> = (0..=255).cycle().take(4_096).collect();
    for body in [&b""[..], b"plain text", b"<h2 class='article-title", &noise] {
        let read = Reader::new(Parse::Summary).read(body).expect("readable");
        assert_eq!(read, Reading::default());
    }
}

#[test]
fn one_reader_serves_many_threads() {
    let reader = Reader::new(Parse::Titles);
    std::thread::scope(|scope| {
        for number in 0..4 {
            let reader = &reader;
            scope.spawn(move || {
                let read = reader.read(&page::build(number)).expect("readable");
                assert_eq!(read.titles, page::facts(number).titles);
            });
        }
    });
}
