//! "Did you mean": the known name that is closest to an unknown one.

/// Names less alike than this are not suggested. At 0.8, two letters of a short
/// name may be exchanged and one of a long name left out.
const LEAST_SIMILARITY: f64 = 0.8;

/// `did you mean "quick"? ` for the known name closest to `name`; empty when
/// none is close. Put it between what is wrong and what is expected.
#[must_use]
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let close = closest(name, known);
    close.map_or_else(String::new, |close| format!("did you mean {close:?}? "))
}

fn closest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let rated = known.into_iter().map(|known| {
        let similarity = strsim::jaro_winkler(&name, &known.to_lowercase());
        (similarity, known)
    });
    rated
        .filter(|(similarity, _)| *similarity >= LEAST_SIMILARITY)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_name_is_suggested() {
        let known = ["quick", "article", "tail", "tail-lognormal"];
        assert_eq!(did_you_mean("quik", known), "did you mean \"quick\"? ");
        assert_eq!(did_you_mean("Tial", known), "did you mean \"tail\"? ");
    }

    #[test]
    fn nothing_is_suggested_for_a_name_that_is_like_none() {
        assert_eq!(did_you_mean("zebra", ["quick", "article"]), "");
        assert_eq!(did_you_mean("x", []), "");
    }
}
