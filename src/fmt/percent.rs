//! Shares and changes in percent.

use super::number::fixed;

/// A measured share, 0.084 as `8.4 %`: one decimal below 10 %, none above, and
/// `< 0.1 %` for what would round to nothing.
#[must_use]
pub fn percent(share: f64) -> String {
    let value = share * 100.0;
    if value > 0.0 && value < 0.05 {
        return "< 0.1 %".to_owned();
    }
    format!("{} %", without_zero(&percent_number(value)))
}

/// A number of percent for a column whose head has the sign: `0.4`, `12`.
#[must_use]
pub fn percent_number(percent: f64) -> String {
    // 9.96 is shown as 10, not as 10.0.
    fixed(percent, usize::from(percent.abs() < 9.95))
}

/// A share that a user gave, to one decimal: `5 %`, `12.5 %`.
#[must_use]
pub fn percent_given(share: f64) -> String {
    format!("{} %", without_zero(&fixed(share * 100.0, 1)))
}

/// `+3.3 %` for a ratio of 1.033, `-50 %` for a half; no change is `0.0 %`.
#[must_use]
pub fn change(ratio: f64) -> String {
    let percent = (ratio - 1.0) * 100.0;
    let number = fixed(percent, usize::from(percent.abs() < 99.95));
    let sign = if percent >= 0.05 { "+" } else { "" };
    format!("{sign}{number} %")
}

fn without_zero(number: &str) -> &str {
    number.strip_suffix(".0").unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_has_a_decimal_below_ten_percent() {
        for (share, text) in [
            (0.0, "0 %"),
            (0.000_4, "< 0.1 %"),
            (0.000_5, "0.1 %"),
            (0.05, "5 %"),
            (0.084, "8.4 %"),
            (0.0994, "9.9 %"),
            (0.0996, "10 %"),
            (0.844, "84 %"),
            (1.0, "100 %"),
            (12.34, "1,234 %"),
        ] {
            assert_eq!(percent(share), text);
        }
    }

    #[test]
    fn what_a_user_gave_is_said_again() {
        assert_eq!(percent_given(0.05), "5 %");
        assert_eq!(percent_given(0.125), "12.5 %");
    }

    #[test]
    fn a_ratio_reads_as_a_change() {
        for (ratio, text) in [
            (1.05, "+5.0 %"),
            (0.9, "-10.0 %"),
            (1.0, "0.0 %"),
            (0.9999, "0.0 %"),
            (1.0004, "0.0 %"),
            (2.5, "+150 %"),
            (123_456.0, "+12,345,500 %"),
        ] {
            assert_eq!(change(ratio), text);
        }
    }
}
