//! Values of flags that several commands take, read from text. An error says
//! what was expected, with an example; clap names the flag and the text.

use std::time::Duration;

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|error| format!("{error}; write 45s or 2m"))
}

pub(super) fn threads(text: &str) -> Result<usize, String> {
    let threads = text
        .parse()
        .ok()
        .filter(|threads| (1..=1024).contains(threads));
    threads.ok_or_else(|| "write a number from 1 to 1024".to_owned())
}

/// A share of 0% to 1000%, as a fraction.
pub(super) fn percent(text: &str) -> Result<f64, String> {
    let percent = text
        .strip_suffix('%')
        .and_then(|percent| percent.trim().parse::<f64>().ok());
    let percent = percent.filter(|percent| (0.0..=1000.0).contains(percent));
    percent
        .map(|percent| percent / 100.0)
        .ok_or_else(|| "write a share such as 5%".to_owned())
}
