//! JSON that may be printed.

use std::fmt::Write;

use super::characters::is_hidden;

/// `json` with every hidden character as `\u....`. It stays the same JSON: such
/// characters are in strings only, and JSON allows any to be written so. The
/// layout is of blanks and line feeds.
#[must_use]
pub fn json(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\n' || !is_hidden(c) {
            safe.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a String cannot fail.
            let _ = write!(safe, "\\u{unit:04x}");
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_same_json_without_hidden_characters() {
        let text = "a\u{7f}\u{9b}\u{202e}\u{e0041}\u{1b}\n\t\"é漢🙂";
        let written = serde_json::to_string(text).unwrap();
        let safe = json(&written);
        assert!(safe.chars().all(|c| !is_hidden(c)), "{safe}");
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), text);
        assert_eq!(json("{\n  \"é\": 1\n}"), "{\n  \"é\": 1\n}");
    }
}
