//! Numbers as people read them: about three significant figures, thousands
//! parted, one number of decimals down a column.
//!
//! The raw numbers, to the last digit, are in the CSV and JSON forms; a table
//! that prints 203.481922 ms claims a certainty it does not have.

/// Nanoseconds in a millisecond.
pub(super) const MS: f64 = 1e6;
/// Nanoseconds in a microsecond.
pub(super) const US: f64 = 1e3;
/// Bytes in a megabyte.
pub(super) const MB: f64 = 1e6;

/// A column may share one number of decimals while its largest number is at
/// most this many times its smallest; beyond, each number has its own.
const SPREAD: f64 = 10.0;

/// `value` with about `figures` significant figures: 0.812, 20.7, 203, 4,150.
pub(crate) fn figures(value: f64, figures: i32) -> String {
    with_decimals(value, decimals(value, figures))
}

/// The numbers of one column, `None` as "n/a".
pub(super) fn column(values: &[Option<f64>], figures: i32) -> Vec<String> {
    let shared = shared_decimals(values, figures);
    let show =
        |value: f64| with_decimals(value, shared.unwrap_or_else(|| decimals(value, figures)));
    let cell = |value: &Option<f64>| value.map_or_else(|| "n/a".to_owned(), show);
    values.iter().map(cell).collect()
}

/// The decimals that the smallest number of the column needs, when they suit
/// the largest as well.
fn shared_decimals(values: &[Option<f64>], figures: i32) -> Option<usize> {
    let sizes = || {
        values
            .iter()
            .flatten()
            .map(|value| value.abs())
            .filter(|&size| size > 0.0)
    };
    let smallest = sizes().reduce(f64::min)?;
    let largest = sizes().reduce(f64::max)?;
    (largest <= smallest * SPREAD).then(|| decimals(smallest, figures))
}

/// Digits after the point that leave `figures` significant ones; never more
/// than three, because no unit here is chosen so badly as to need them.
fn decimals(value: f64, figures: i32) -> usize {
    // Rounding first: 9.996 is shown as 10.0, not as 10.00.
    let digits_before = |size: f64| (1..9).take_while(|&n| size >= 10_f64.powi(n)).count() + 1;
    let size = value.abs();
    if size == 0.0 {
        return 0;
    }
    let first = usize::try_from(figures)
        .unwrap_or(0)
        .saturating_sub(digits_before(size));
    let rounded = size + 0.5 * 0.1_f64.powi(i32::try_from(first).unwrap_or(0));
    let wanted = usize::try_from(figures)
        .unwrap_or(0)
        .saturating_sub(digits_before(rounded));
    if size < 1.0 { wanted + 1 } else { wanted }.min(3)
}

fn with_decimals(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    format!("{}{rest}", thousands(whole))
}

/// `1234567` as `1,234,567`.
fn thousands(whole: &str) -> String {
    let (sign, digits) = whole.split_at(usize::from(whole.starts_with('-')));
    let mut parted = sign.to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            parted.push(',');
        }
        parted.push(digit);
    }
    parted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_figures_whatever_the_size() {
        for (value, text) in [
            (0.0, "0"),
            (0.081_23, "0.081"),
            (0.812, "0.812"),
            (9.994, "9.99"),
            (9.996, "10.0"),
            (20.74, "20.7"),
            (99.96, "100"),
            (203.4, "203"),
            (4_150.2, "4,150"),
            (123_456.0, "123,456"),
            (1_234_567.0, "1,234,567"),
            (-1.5, "-1.50"),
        ] {
            assert_eq!(figures(value, 3), text);
        }
    }

    #[test]
    fn a_column_shares_its_decimals() {
        let cells = column(&[Some(5.21), None, Some(18.4), Some(51.0)], 3);
        assert_eq!(cells, ["5.21", "n/a", "18.40", "51.00"]);
    }

    #[test]
    fn unless_its_numbers_are_of_different_worlds() {
        let cells = column(&[Some(0.812), Some(123_456.0)], 3);
        assert_eq!(cells, ["0.812", "123,456"]);
    }
}
