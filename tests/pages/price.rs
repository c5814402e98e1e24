//! Prices, good and almost good.

use regatta::site::page;

#[test]
fn prices_are_read_to_the_cent() {
    let good = [
        ("$0.00", 0),
        ("$0.99", 99),
        ("$12.99", 1_299),
        ("$999.00", 99_900),
        ("$1,234.56", 123_456),
        ("$1,000,000.01", 100_000_001),
        ("$184,467,440,737,095,516.15", u64::MAX),
    ];
    for (text, cents) in good {
        assert_eq!(page::cents(text), Some(cents), "{text}");
    }
}

/// Separated by bars, so that blanks at the ends can be seen.
const BAD: &str = "|$|$.|$.99|12.99|$12|$12.|$12.9|$12.999|$1234.56|$12,34.56|$1,23.45|$,123.45\
    |$1,234,.56|$01.00|$00.00|$0,123.00|$-1.00|$+1.00|$1.+5|$1,+23.00|$ 1.00| $1.00|$1.00 |$1.00\n\
    |€1.00|$1.234,56|$१.00|$$1.00|$1.00.00|$184,467,440,737,095,516.16|$999,999,999,999,999,999,999.00";

#[test]
fn what_is_not_quite_a_price_is_none() {
    for text in BAD.split('|') {
        assert_eq!(page::cents(text), None, "{text:?}");
    }
}
