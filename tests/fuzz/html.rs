//! Pages, as anybody may write them.

use regatta::site::page::{Reader, cents, number_of, verify};
use regatta::site::workload::Parse;

use super::run::{Target, must};

const WORDS: [&str; 30] = [
    "<a href=",
    "<a href=\"/page/1\">",
    "</a>",
    "<h1>",
    "</h1>",
    "<h2 class=\"article-title\">",
    "</h2>",
    "<title>",
    "</title>",
    "<head>",
    "</head>",
    "<body>",
    "<span class=\"price\">$1.00",
    "</span>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<![CDATA[",
    "&amp;",
    "&#x0;",
    "&#xd800;",
    "&#99999999999;",
    "&nGt;",
    "<svg><title>",
    "<template>",
    "<plaintext>",
    "<textarea>",
    "<i>",
    "</",
];

#[test]
fn html() {
    let readers =
        [Parse::None, Parse::Titles, Parse::Summary].map(|parse| (parse, Reader::new(parse)));
    let target = Target {
        more: &["fixtures"],
        ..Target::new("html", &WORDS)
    };
    target.hold(move |page| {
        let whole = readers[2].1.read(page);
        for (parse, reader) in &readers {
            let read = reader.read(page);
            // A reader that looks for less may take a page that another
            // refuses, and never reads anything else in it.
            if let Ok(whole) = &whole {
                let read = must("refused by a reader that looks for less", read);
                assert_eq!(read, whole.clone().limited_to(*parse), "{parse:?}");
            }
        }
        if let Ok(reading) = &whole {
            let texts = reading
                .titles
                .iter()
                .chain(&reading.headings)
                .chain(&reading.prices);
            let bytes: usize = texts.map(String::len).sum();
            // Two letters of an entity become six bytes at the most, and
            // elements may stand in each other.
            assert!(bytes <= 64 * (page.len() + 1), "{bytes} bytes of text");
            for price in &reading.prices {
                let _ = cents(price);
            }
        }
        let _ = verify(7, page).map_err(|mismatch| mismatch.to_string());
        let _ = number_of(&String::from_utf8_lossy(page));
    });
}
