//! Significant digits, thousands, plurals.

/// A column may share one number of decimals while its largest number is at
/// most this many times its smallest; beyond, each number has its own.
const SPREAD: f64 = 10.0;

/// `value` with `digits` significant digits, without zeros at the end of a
/// fraction: 0.812, 20.7, 203, 4,150; 1.2 and not 1.20. The digits before the
/// point are never rounded, and there are at most three behind it.
#[must_use]
pub fn significant(value: f64, digits: usize) -> String {
    let text = fixed(value, decimals(value, digits));
    if text.contains('.') {
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    text
}

/// The numbers of one column, `None` as "n/a": decimals for `digits`
/// significant digits of the smallest, unless the numbers differ too much to
/// share them.
#[must_use]
pub fn aligned(values: &[Option<f64>], digits: usize) -> Vec<String> {
    let shared = shared_decimals(values, digits);
    let show = |value: f64| fixed(value, shared.unwrap_or_else(|| decimals(value, digits)));
    let cell = |value: &Option<f64>| value.map_or_else(|| "n/a".to_owned(), show);
    values.iter().map(cell).collect()
}

/// `value` with `decimals` digits after the point and commas between thousands.
#[must_use]
pub fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let text = format!("{}{rest}", thousands(whole));
    // -0.04 to one decimal is nothing, and nothing has no sign.
    let is_zero = !text.contains(|c: char| ('1'..='9').contains(&c));
    match text.strip_prefix('-') {
        Some(zero) if is_zero && value.is_finite() => zero.to_owned(),
        _ => text,
    }
}

/// `1234567` as `1,234,567`.
#[must_use]
pub fn count(number: u64) -> String {
    thousands(&number.to_string())
}

/// "1 page", "2 pages", "1,000 pages".
#[must_use]
pub fn plural(number: u64, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", count(number))
}

/// The decimals that the smallest number of the column needs, when they suit
/// the largest as well.
fn shared_decimals(values: &[Option<f64>], digits: usize) -> Option<usize> {
    let sizes = || {
        let sizes = values.iter().flatten().map(|value| value.abs());
        sizes.filter(|&size| size > 0.0)
    };
    let smallest = sizes().reduce(f64::min)?;
    let largest = sizes().reduce(f64::max)?;
    (largest <= smallest * SPREAD).then(|| decimals(smallest, digits))
}

/// Digits after the point that leave `digits` significant ones; never more
/// than three, because no unit here is chosen so badly as to need them.
pub(super) fn decimals(value: f64, digits: usize) -> usize {
    let size = value.abs();
    if size == 0.0 || !size.is_finite() {
        return 0;
    }
    let first = digits.saturating_sub(digits_before_point(size));
    // 9.996 is shown as 10.0, so its digits are counted after it is rounded.
    let half = 0.5 * 0.1_f64.powi(i32::try_from(first).unwrap_or(0));
    let wanted = digits.saturating_sub(digits_before_point(size + half));
    if size < 1.0 { wanted + 1 } else { wanted }.min(3)
}

fn digits_before_point(size: f64) -> usize {
    (1..9).take_while(|&n| size >= 10_f64.powi(n)).count() + 1
}

fn thousands(whole: &str) -> String {
    let (sign, digits) = whole.split_at(usize::from(whole.starts_with('-')));
    let mut parted = sign.to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
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
    fn a_number_has_three_significant_digits_at_any_size() {
        for (value, text) in [
            (0.0, "0"),
            (0.081_23, "0.081"),
            (0.812, "0.812"),
            (9.994, "9.99"),
            (9.996, "10"),
            (20.74, "20.7"),
            (99.96, "100"),
            (203.4, "203"),
            (4_150.2, "4,150"),
            (123_456.0, "123,456"),
            (1_234_567.0, "1,234,567"),
            (-1.5, "-1.5"),
        ] {
            assert_eq!(significant(value, 3), text);
        }
    }

    #[test]
    fn zeros_before_the_point_stay() {
        assert_eq!(significant(100.0, 3), "100");
        assert_eq!(significant(20.0, 3), "20");
    }

    #[test]
    fn zero_has_no_sign() {
        assert_eq!(fixed(-0.04, 1), "0.0");
        assert_eq!(fixed(-0.06, 1), "-0.1");
    }

    #[test]
    fn commas_separate_thousands() {
        let numbers = [0, 999, 1_000, 11_313, 1_000_007];
        assert_eq!(
            numbers.map(count),
            ["0", "999", "1,000", "11,313", "1,000,007"]
        );
        assert_eq!(count(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn only_one_is_singular() {
        assert_eq!(plural(1, "page"), "1 page");
        assert_eq!(plural(0, "page"), "0 pages");
        assert_eq!(plural(100_000, "page"), "100,000 pages");
    }

    #[test]
    fn a_column_shares_its_decimals() {
        let cells = aligned(&[Some(5.21), None, Some(18.4), Some(51.0)], 3);
        assert_eq!(cells, ["5.21", "n/a", "18.40", "51.00"]);
    }

    #[test]
    fn numbers_of_different_sizes_keep_their_own_decimals() {
        let cells = aligned(&[Some(0.812), Some(123_456.0)], 3);
        assert_eq!(cells, ["0.812", "123,456"]);
    }
}
