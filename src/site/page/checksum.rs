//! The checksum: how a page is known to be the right one, whole and unchanged.
//!
//! Each page opens with its number and closes with a hash of itself, both at
//! fixed places:
//!
//! ```text
//! <!doctype html>
//! <!-- page 00000000000000000007 -->
//! ...
//! </html>
//! <!-- hash 0123456789abcdef -->
//! ```
//!
//! So a driver checks a page in about a microsecond, without a table of hashes
//! and without asking anybody; no driver can be fast by not reading to the end.
//! The hash guards against mistakes, not malice: a page forged whole would
//! pass here and be caught by the digest, which the experiment knows beforehand.

use rapidhash::v3::rapidhash_v3;

use super::PAGE_BYTES;

const BEFORE_NUMBER: &str = "<!doctype html>\n<!-- page ";
const AFTER_NUMBER: &str = " -->\n";
const BEFORE_HASH: &str = "</html>\n<!-- hash ";
const AFTER_HASH: &str = " -->\n";

/// Digits of the largest `u64`, so that any number fits.
const NUMBER_DIGITS: usize = 20;
const HASH_DIGITS: usize = 16;

const NUMBER_AT: usize = BEFORE_NUMBER.len();
const HASH_AT: usize = PAGE_BYTES - AFTER_HASH.len() - HASH_DIGITS;

/// The bytes that [`close`] adds.
pub(super) const CLOSING_BYTES: usize = BEFORE_HASH.len() + HASH_DIGITS + AFTER_HASH.len();

/// Why a body is not the page that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// Cut short, or more than one page.
    #[error("the body is {got} bytes long, but a page is {expected}")]
    WrongLength {
        /// Length of the body in bytes.
        got: usize,
        /// Length of every page in bytes.
        expected: usize,
    },
    /// Another page, or something else.
    #[error("page {expected} was asked for, but the body says it is page {got:?}")]
    WrongNumber {
        /// What stands where the number should be.
        got: String,
        /// The number of the page that was asked for.
        expected: u64,
    },
    /// The right page, damaged on its way.
    #[error("the bytes hash to {got:016x}, but the page says {expected:?}: some were changed")]
    WrongHash {
        /// The hash of the bytes that came.
        got: u64,
        /// What stands where the page keeps its hash.
        expected: String,
    },
}

/// Checks that `body` is page `number`, whole and unchanged, and returns its
/// hash: length first, then number, then every byte. Does not allocate unless
/// something is wrong.
pub fn verify(number: u64, body: &[u8]) -> Result<u64, Mismatch> {
    if body.len() != PAGE_BYTES {
        return Err(Mismatch::WrongLength {
            got: body.len(),
            expected: PAGE_BYTES,
        });
    }
    let written_number = &body[NUMBER_AT..NUMBER_AT + NUMBER_DIGITS];
    if written_number != decimal(number) {
        return Err(Mismatch::WrongNumber {
            got: lossy(written_number),
            expected: number,
        });
    }
    let hash = hash_without_checksum(body);
    let written_hash = &body[HASH_AT..HASH_AT + HASH_DIGITS];
    if written_hash != hexadecimal(hash) {
        return Err(Mismatch::WrongHash {
            got: hash,
            expected: lossy(written_hash),
        });
    }
    Ok(hash)
}

/// Begins page `number`.
pub(super) fn open(html: &mut String, number: u64) {
    html.push_str(BEFORE_NUMBER);
    html.extend(decimal(number).map(char::from));
    html.push_str(AFTER_NUMBER);
}

/// Ends a page that is [`CLOSING_BYTES`] short of its length.
pub(super) fn close(html: String) -> Vec<u8> {
    let mut page = html.into_bytes();
    page.extend_from_slice(BEFORE_HASH.as_bytes());
    page.extend_from_slice(&[b'0'; HASH_DIGITS]);
    page.extend_from_slice(AFTER_HASH.as_bytes());
    let hash = hexadecimal(hash_without_checksum(&page));
    page[HASH_AT..HASH_AT + HASH_DIGITS].copy_from_slice(&hash);
    page
}

/// The hash of everything but the hash. The two parts are hashed apart and
/// added, so a change in either changes the sum.
fn hash_without_checksum(page: &[u8]) -> u64 {
    let before = rapidhash_v3(&page[..HASH_AT]);
    let after = rapidhash_v3(&page[HASH_AT + HASH_DIGITS..]);
    before.wrapping_add(after)
}

/// `number` with leading zeros. Both fields are compared as text, not parsed,
/// so that there is one right form: a flipped bit that turns `a` into `A` is
/// still seen.
fn decimal(mut number: u64) -> [u8; NUMBER_DIGITS] {
    let mut digits = [b'0'; NUMBER_DIGITS];
    for digit in digits.iter_mut().rev() {
        *digit += (number % 10) as u8;
        number /= 10;
    }
    digits
}

/// `hash` as lower-case hexadecimal with leading zeros.
fn hexadecimal(mut hash: u64) -> [u8; HASH_DIGITS] {
    let mut digits = [0; HASH_DIGITS];
    for digit in digits.iter_mut().rev() {
        *digit = b"0123456789abcdef"[(hash % 16) as usize];
        hash /= 16;
    }
    digits
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
