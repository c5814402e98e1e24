//! The median: the value in the middle, or the mean of the two in the middle.

/// The median of `values`, in their unit; `None` when there are none.
///
/// The order of `values` does not matter. NaN sorts above every number, so it
/// cannot hide in the middle of good measurements.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let sorted = sorted(values);
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    Some(f64::midpoint(sorted[sorted.len() / 2 - 1], upper))
}

/// A sorted copy, by the total order of IEEE 754.
pub(super) fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_has_no_median() {
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn the_median_of_one_value_is_that_value() {
        assert_eq!(median(&[7.0]), Some(7.0));
    }

    #[test]
    fn the_median_of_an_odd_number_of_values_is_the_middle_one() {
        assert_eq!(median(&[9.0, 1.0, 5.0]), Some(5.0));
    }

    #[test]
    fn the_median_of_an_even_number_of_values_is_the_mean_of_the_middle_two() {
        assert_eq!(median(&[100.0, 1.0, 3.0, 4.0]), Some(3.5));
    }

    #[test]
    fn one_outlier_does_not_move_the_median_far() {
        assert_eq!(median(&[1.0, 2.0, 3.0, 4.0, 1e12]), Some(3.0));
    }
}
