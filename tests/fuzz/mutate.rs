//! Changes bytes: blindly, and by lines, numbers and words.

use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

/// What has broken readers of all kinds.
const WORDS: [&[u8]; 34] = [
    b"\0",
    b"\xff",
    b"\xc3\x28",
    b"\xf0\x9f\x92",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\r\n",
    b"\r",
    b"\n\n",
    b"\x1b]0;x\x07",
    b"\x1b[2J",
    b"\xc2\x9b31m",
    "\u{202e}".as_bytes(),
    "\u{2028}".as_bytes(),
    "e\u{301}\u{301}\u{301}".as_bytes(),
    "\u{ff11}".as_bytes(),
    b"\\u0000",
    b"\\ud800",
    b"\"",
    b"'",
    b"\\",
    b"%",
    b"%2e%2e/",
    b"../../",
    b"null",
    b"true",
    b"[]",
    b"{}",
    b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    b"{\"a\":{\"a\":{\"a\":{\"a\":",
    b"-",
    b"=1+1",
    b"<![CDATA[",
    b" ",
];

/// Numbers at the ends of what there is.
const NUMBERS: [&str; 24] = [
    "0",
    "-0",
    "-1",
    "1",
    "2",
    "127",
    "255",
    "256",
    "65535",
    "65536",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "1e308",
    "-1e309",
    "1e-320",
    "0.1",
    "NaN",
];

/// No input becomes longer than this, and twice its seed.
const MOST_BYTES: usize = 64 << 10;

/// Changes `seed` in one to eight places; `others` and `words` are what is put
/// into it.
pub(crate) fn mutated(
    seed: &[u8],
    others: &[Vec<u8>],
    words: &[&str],
    random: &mut ChaCha8Rng,
) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    // Most have few changes: they get further into a reader.
    let mut changes = 1;
    while changes < 8 && random.random_bool(0.5) {
        changes += 1;
    }
    for _ in 0..changes {
        change(&mut bytes, others, words, random);
    }
    bytes.truncate(MOST_BYTES.max(2 * seed.len()));
    bytes
}

fn change(bytes: &mut Vec<u8>, others: &[Vec<u8>], words: &[&str], random: &mut ChaCha8Rng) {
    match random.random_range(0..14) {
        0 => flip(bytes, random),
        1 => {
            if let Some(byte) = pick_mut(bytes, random) {
                *byte = random.random();
            }
        }
        2 => insert(bytes, WORDS.choose(random).unwrap_or(&&b"\0"[..]), random),
        3 | 4 => {
            let word = words.choose(random).unwrap_or(&"\0");
            insert(bytes, word.as_bytes(), random);
        }
        5 | 6 => number(bytes, random),
        7 => drop(bytes.drain(piece(bytes.len(), random))),
        8 => repeat(bytes, random),
        9 => bytes.truncate(random.random_range(0..=bytes.len())),
        10 => splice(bytes, others, random),
        11 => line(bytes, others, random),
        12 => value(bytes, words, random),
        _ => swap(bytes, random),
    }
}

fn flip(bytes: &mut [u8], random: &mut ChaCha8Rng) {
    let bit = random.random_range(0..8);
    if let Some(byte) = pick_mut(bytes, random) {
        *byte ^= 1 << bit;
    }
}

fn pick_mut<'a>(bytes: &'a mut [u8], random: &mut ChaCha8Rng) -> Option<&'a mut u8> {
    let at = random.random_range(0..bytes.len().max(1));
    bytes.get_mut(at)
}

fn insert(bytes: &mut Vec<u8>, word: &[u8], random: &mut ChaCha8Rng) {
    let at = random.random_range(0..=bytes.len());
    bytes.splice(at..at, word.iter().copied());
}

/// A range within so many bytes, mostly a short one.
fn piece(length: usize, random: &mut ChaCha8Rng) -> std::ops::Range<usize> {
    let begin = random.random_range(0..=length);
    let most = if random.random_bool(0.8) { 16 } else { length };
    let end = random.random_range(begin..=length.min(begin + most));
    begin..end
}

/// Puts another number in place of one that is there.
fn number(bytes: &mut Vec<u8>, random: &mut ChaCha8Rng) {
    let new = NUMBERS.choose(random).unwrap_or(&"0").as_bytes();
    let from = random.random_range(0..=bytes.len());
    let digits = |byte: &u8| byte.is_ascii_digit();
    let Some(begin) = bytes[from..].iter().position(digits).map(|at| from + at) else {
        return insert(bytes, new, random);
    };
    let rest = &bytes[begin..];
    let length = rest
        .iter()
        .position(|byte| !digits(byte))
        .unwrap_or(rest.len());
    bytes.splice(begin..begin + length, new.iter().copied());
}

fn repeat(bytes: &mut Vec<u8>, random: &mut ChaCha8Rng) {
    let range = piece(bytes.len(), random);
    let times = *[1, 2, 10, 100, 5_000].choose(random).unwrap_or(&1);
    let times = times.min(MOST_BYTES / range.len().max(1));
    let repeated = bytes[range.clone()].repeat(times);
    bytes.splice(range.end..range.end, repeated);
}

/// The beginning of one and the end of another.
fn splice(bytes: &mut Vec<u8>, others: &[Vec<u8>], random: &mut ChaCha8Rng) {
    let Some(other) = others.choose(random) else {
        return;
    };
    bytes.truncate(random.random_range(0..=bytes.len()));
    bytes.extend_from_slice(&other[random.random_range(0..=other.len())..]);
}

/// Deletes a line, doubles it, or puts one of another seed before it.
fn line(bytes: &mut Vec<u8>, others: &[Vec<u8>], random: &mut ChaCha8Rng) {
    let at = random.random_range(0..=bytes.len());
    let line = line_at(bytes, at);
    match random.random_range(0..3) {
        0 => drop(bytes.drain(line)),
        1 => {
            let again = bytes[line.clone()].to_vec();
            bytes.splice(line.start..line.start, again);
        }
        _ => {
            let Some(other) = others.choose(random) else {
                return;
            };
            let theirs = line_at(other, random.random_range(0..=other.len()));
            bytes.splice(line.start..line.start, other[theirs].iter().copied());
        }
    }
}

fn line_at(bytes: &[u8], at: usize) -> std::ops::Range<usize> {
    let is_break = |byte: &u8| *byte == b'\n';
    let begin = bytes[..at]
        .iter()
        .rposition(is_break)
        .map_or(0, |at| at + 1);
    let end = bytes[at..].iter().position(is_break);
    begin..end.map_or(bytes.len(), |end| at + end + 1)
}

/// Puts a word in place of what stands between two quotes or other marks.
fn value(bytes: &mut Vec<u8>, words: &[&str], random: &mut ChaCha8Rng) {
    let from = random.random_range(0..=bytes.len());
    let is_mark = |byte: &u8| b"\"':=<>,/ \n".contains(byte);
    let Some(begin) = bytes[from..]
        .iter()
        .position(is_mark)
        .map(|at| from + at + 1)
    else {
        return;
    };
    let Some(length) = bytes[begin..].iter().position(is_mark) else {
        return;
    };
    let hostile = WORDS.choose(random).copied().unwrap_or_default();
    let word = words.choose(random).map(|word| word.as_bytes());
    let new = word.filter(|_| random.random_bool(0.6)).unwrap_or(hostile);
    bytes.splice(begin..begin + length, new.iter().copied());
}

fn swap(bytes: &mut [u8], random: &mut ChaCha8Rng) {
    let (one, other) = (piece(bytes.len(), random), piece(bytes.len(), random));
    for (one, other) in one.zip(other) {
        bytes.swap(one, other);
    }
}
