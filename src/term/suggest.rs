//! "Did you mean": the known name that is closest to an unknown one.

/// Names less alike than this are not suggested. At 0.8, two letters of a short
/// name may be exchanged and one of a long name left out.
const LEAST_SIMILARITY: f64 = 0.8;

/// What stands in an error between an unknown name and what is expected in its
/// place: `; did you mean "quick"? Expected` if a known name is close to `name`,
/// and `: expected` if none is.
#[must_use]
pub fn expected<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    match closest(name, known) {
        Some(close) => format!("; did you mean {close:?}? Expected"),
        None => ": expected".to_owned(),
    }
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
        let quick = "; did you mean \"quick\"? Expected";
        assert_eq!(expected("quik", known), quick);
        assert_eq!(expected("QUICK", known), quick);
        assert!(expected("Tial", known).contains("\"tail\""));
    }

    #[test]
    fn nothing_is_suggested_for_a_name_that_is_like_none() {
        assert_eq!(expected("zebra", ["quick", "article"]), ": expected");
        assert_eq!(expected("x", []), ": expected");
    }
}
