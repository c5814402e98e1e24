//! One number for everything a driver did.
//!
//! Each page's digest mixes its number, its bytes and what was read from it.
//! Digests are added up (wrapping), so the order of the visits does not
//! matter, but a page missed, visited twice, or read wrongly does. A sum and
//! not an exclusive or: two visits of one page would cancel out.

use rapidhash::v3::rapidhash_v3;

use super::reading::Reading;

/// The digest of one visit: which page, the hash that
/// [`verify`](super::verify) returned, and what was read.
///
/// The caller adds the digests of all its visits with `wrapping_add`.
#[must_use]
pub fn digest(number: u64, hash: u64, reading: &Reading) -> u64 {
    let title = reading.title.as_slice();
    let lists: [&[String]; 5] = [
        &reading.titles,
        title,
        &reading.headings,
        &reading.links,
        &reading.prices,
    ];
    lists.into_iter().fold(mix(number, hash), mix_list)
}

/// Mixes in a list: its length first, so that no text can slip from the end
/// of one list to the start of the next unnoticed.
fn mix_list(state: u64, list: &[String]) -> u64 {
    list.iter()
        .fold(mix(state, list.len() as u64), |state, text| {
            mix(state, rapidhash_v3(text.as_bytes()))
        })
}

/// Mixes two numbers; which is first matters.
fn mix(state: u64, value: u64) -> u64 {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&state.to_le_bytes());
    bytes[8..].copy_from_slice(&value.to_le_bytes());
    rapidhash_v3(&bytes)
}
