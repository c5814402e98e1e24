//! A generated region: lines between two marks, one that says what is there
//! and which command made it, and one that ends it.
//!
//! ```text
//! <!-- figures: begin (docs/lessons/regenerate.sh) -->
//! ...
//! <!-- figures: end -->
//! ```

/// The name of the region that begins with this line.
fn begins(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix("<!-- ")?.split_once(": begin (")?;
    Some(name)
}

/// The names of the regions of a page, in order.
pub(crate) fn names(text: &str) -> Vec<&str> {
    text.lines().filter_map(begins).collect()
}

/// The page with every region as `of` has it; one that `of` does not know
/// stays.
pub(crate) fn filled(text: &str, of: impl Fn(&str) -> Option<String>) -> String {
    let (mut filled, mut lines) = (String::new(), text.lines());
    while let Some(line) = lines.next() {
        filled.extend([line, "\n"]);
        let Some(name) = begins(line) else { continue };
        let end = format!("<!-- {name}: end -->");
        let there: Vec<&str> = lines.by_ref().take_while(|line| *line != end).collect();
        let there = there.iter().flat_map(|line| [*line, "\n"]).collect();
        filled.push_str(&of(name).map_or(there, |text| format!("\n{}\n\n", text.trim())));
        filled.extend([&end, "\n"]);
    }
    filled
}

#[test]
fn a_region_is_filled_and_what_is_around_it_stays() {
    let page = "before\n<!-- a: begin (make) -->\nold\n<!-- a: end -->\nafter\n";
    let new = filled(page, |name| (name == "a").then(|| "new".to_owned()));
    let expected = "before\n<!-- a: begin (make) -->\n\nnew\n\n<!-- a: end -->\nafter\n";
    assert_eq!(new, expected);
    assert_eq!(filled(page, |_| None), page);
    assert_eq!(names(page), ["a"]);
}
