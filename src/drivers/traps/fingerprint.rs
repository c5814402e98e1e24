//! A fingerprint of a page, by which copies are found: some milliseconds of
//! computing that somebody wants done.

/// Two pages are as alike as the share of places in which these agree.
pub(crate) type Fingerprint = Vec<u64>;

/// So many places tell a likeness to about 4 %.
const PLACES: usize = 512;

/// Words of so many bytes are compared, at every offset.
const SHINGLE: usize = 8;

/// `MinHash` (Broder, 1997): the least hash of any shingle, by each of many hash
/// functions.
pub(crate) fn fingerprint(page: &[u8]) -> Fingerprint {
    let mut least = vec![u64::MAX; PLACES];
    for &shingle in page.array_windows::<SHINGLE>() {
        let mut hash = u64::from_be_bytes(shingle);
        for place in &mut least {
            // Knuth's linear congruential generator: the next function's hash.
            hash = hash
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            *place = (*place).min(hash);
        }
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(one: &[u8], other: &[u8]) -> f64 {
        let (one, other) = (fingerprint(one), fingerprint(other));
        let alike = one.iter().zip(&other).filter(|(one, other)| one == other);
        alike.count() as f64 / PLACES as f64
    }

    #[test]
    fn fingerprints_tell_a_copy_from_a_page_that_is_half_the_same_and_from_another() {
        let words: Vec<u8> = (0..600_u32).flat_map(u32::to_be_bytes).collect();
        let (whole, half) = (&words[..1200], &words[600..1800]);
        assert!((likeness(whole, whole) - 1.0).abs() < f64::EPSILON);
        // Half of each is in both, so a third of all that is in either.
        assert!((0.25..0.42).contains(&likeness(whole, half)));
        assert!(likeness(whole, &words[1200..]) < 0.1);
    }
}
