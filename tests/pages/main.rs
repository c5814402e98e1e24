//! Pages: made, checked, read back, and compared with what they were made from.

mod checksum;
mod digest;
mod making;
mod manifest;
mod names;
mod price;
mod reading;
mod site;

use std::sync::LazyLock;

use regatta::site::page::Site;
use regatta::site::workload::Parse;

const SITE: Site = Site { pages: 200 };

/// Numbers at which something could go over: digits, powers of two, the ends.
const FAR_NUMBERS: [u64; 8] = [
    999,
    1_000,
    9_999,
    65_536,
    99_999,
    100_000,
    u32::MAX as u64 + 1,
    u64::MAX,
];

const PARSES: [Parse; 3] = [Parse::None, Parse::Titles, Parse::Summary];

static PAGES: LazyLock<Vec<Vec<u8>>> =
    LazyLock::new(|| (0..SITE.pages).map(|number| SITE.page(number)).collect());

fn text_of(page: &[u8]) -> &str {
    std::str::from_utf8(page).expect("pages are UTF-8")
}
