//! The normal distribution, for samples too large for exact counts.

/// P(Z > `z`) of a standard normal Z. By `erfc`, which keeps its digits far
/// out in the tail, where one minus the distribution function has none.
pub(super) fn survival(z: f64) -> f64 {
    0.5 * libm::erfc(z * std::f64::consts::FRAC_1_SQRT_2)
}

/// The z that a standard normal Z exceeds with chance `p`: 1.96 for 0.025.
/// Found by bisection, which needs no table of constants and is exact to the
/// last digits; beyond 38 the chance is too small for a float.
pub(super) fn exceeded_with(p: f64) -> f64 {
    let (mut low, mut high) = (-38.0, 38.0);
    for _ in 0..64 {
        let middle = f64::midpoint(low, high);
        if survival(middle) > p {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantiles_are_those_of_the_published_table() {
        // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.1.
        for (p, z) in [(0.5, 0.0), (0.05, 1.644_854), (0.025, 1.959_964)] {
            assert!((exceeded_with(p) - z).abs() < 1e-6, "{p}");
        }
    }

    #[test]
    fn the_quantile_undoes_the_chance() {
        for p in [1e-200, 1e-12, 0.001, 0.4, 0.9, 0.999] {
            assert!((survival(exceeded_with(p)) / p - 1.0).abs() < 1e-9, "{p}");
        }
    }
}
