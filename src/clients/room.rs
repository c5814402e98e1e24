//! Room for bodies: a long one is given memory as it grows, out of what all of
//! them may take together.
//!
//! Twenty bodies of 16 MiB are 320 MB, and a hostile site sends nothing else.
//! A body for which there is no room now is left ([`FetchError::NoRoom`]), and
//! its page is fetched when no other is in flight; nobody waits in the middle
//! of a body, so no two can wait for each other.
//!
//! A body of the usual length stays in the buffer of its fetcher, which is used
//! again, and costs one comparison here.

use std::ops::{Deref, Range};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};

use super::{FetchError, MOST_BODY_BYTES};

/// A buffer of up to this length is its fetcher's own.
pub(super) const KEPT_BYTES: usize = 64 * 1024;

/// The address space of a longer one, of which only what is filled takes memory.
/// glibc maps what is over 32 MiB and unmaps it when it is freed. Less it would
/// take from a heap of the thread, which keeps it: with 20 threads, 400 MB.
const MAPPED_BYTES: usize = 33 * 1024 * 1024;

/// Makes a buffer one for a long body of at most `length` bytes.
pub(super) fn lengthen(buffer: &mut Vec<u8>, length: usize) {
    let mapped = MAPPED_BYTES.saturating_sub(buffer.len());
    if buffer.capacity() < length && buffer.try_reserve_exact(mapped).is_err() {
        // Address space is limited, too.
        buffer.reserve_exact(length.saturating_sub(buffer.len()));
    }
}

/// What long bodies may take together; without bound, unless made by
/// [`Memory::of`].
#[derive(Debug, Clone, Default)]
pub struct Memory(Option<Arc<Held>>);

#[derive(Debug)]
struct Held {
    most_bytes: usize,
    bytes: AtomicUsize,
    postponed: AtomicU64,
}

impl PartialEq for Memory {
    fn eq(&self, other: &Self) -> bool {
        let most = |memory: &Self| memory.0.as_ref().map(|held| held.most_bytes);
        most(self) == most(other)
    }
}

impl Eq for Memory {}

impl Memory {
    /// Room for so many bytes.
    #[must_use]
    pub fn of(most_bytes: usize) -> Self {
        Self(Some(Arc::new(Held {
            most_bytes,
            bytes: AtomicUsize::new(0),
            postponed: AtomicU64::new(0),
        })))
    }

    /// Whether over half of it is taken: no further page is to be begun.
    #[must_use]
    pub fn is_tight(&self) -> bool {
        let held = self.0.as_ref();
        held.is_some_and(|held| held.bytes.load(SeqCst) > held.most_bytes / 2)
    }

    /// How many bodies were left for want of room.
    #[must_use]
    pub fn postponed(&self) -> u64 {
        let held = self.0.as_ref();
        held.map_or(0, |held| held.postponed.load(SeqCst))
    }

    /// The length that no body is longer than.
    fn most_body_bytes(&self) -> usize {
        let held = self.0.as_ref();
        held.map_or(MOST_BODY_BYTES, |held| held.most_bytes.min(MOST_BODY_BYTES))
    }
}

/// What one body has of it, given back when this is dropped.
#[derive(Debug)]
pub(super) struct Room {
    memory: Memory,
    bytes: usize,
}

impl Room {
    pub(super) fn of(memory: &Memory) -> Self {
        Self {
            memory: memory.clone(),
            bytes: 0,
        }
    }

    /// The next length of a buffer of `length` bytes that is full.
    pub(super) fn grow(&mut self, length: usize) -> Result<usize, FetchError> {
        // A head may stand before the body.
        let most = self.memory.most_body_bytes().max(KEPT_BYTES) + KEPT_BYTES;
        if length >= most {
            return Err(self.too_long());
        }
        let longer = (2 * length).clamp(KEPT_BYTES, most);
        self.take(longer)?;
        Ok(longer)
    }

    /// As much as a body of a length that is known takes.
    pub(super) fn exactly(&mut self, length: usize) -> Result<usize, FetchError> {
        if length > self.memory.most_body_bytes().max(KEPT_BYTES) + KEPT_BYTES {
            return Err(self.too_long());
        }
        self.take(length)?;
        Ok(length)
    }

    fn take(&mut self, length: usize) -> Result<(), FetchError> {
        let Some(held) = self.memory.0.as_ref().filter(|_| length > KEPT_BYTES) else {
            return Ok(());
        };
        let more = length - self.bytes;
        let fits = |bytes: usize| {
            let sum = bytes + more;
            // One alone has room, with its head.
            (sum <= held.most_bytes || bytes == self.bytes).then_some(sum)
        };
        if held.bytes.fetch_update(SeqCst, SeqCst, fits).is_err() {
            held.postponed.fetch_add(1, SeqCst);
            return Err(FetchError::NoRoom);
        }
        self.bytes = length;
        Ok(())
    }

    /// The error of a body that no room would be enough for.
    pub(super) fn too_long(&self) -> FetchError {
        match self.memory.most_body_bytes() {
            MOST_BODY_BYTES => super::too_long(),
            less => FetchError::TooLarge(format!(
                "a body of over {}, which is what --max-memory leaves for one",
                crate::fmt::size(less as f64)
            )),
        }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if let Some(held) = &self.memory.0 {
            held.bytes.fetch_sub(self.bytes, SeqCst);
        }
    }
}

/// A body that was fetched.
#[derive(Debug)]
pub enum Body<'a> {
    /// It is in the buffer of its fetcher.
    Kept(&'a [u8]),
    /// It is too long to be kept, and gone when this is dropped.
    Long(LongBody),
}

/// A long body, and its room.
#[derive(Debug)]
pub struct LongBody {
    bytes: Vec<u8>,
    within: Range<usize>,
    _room: Room,
}

impl LongBody {
    pub(super) fn new(bytes: Vec<u8>, within: Range<usize>, room: Room) -> Self {
        Self {
            bytes,
            within,
            _room: room,
        }
    }
}

impl Deref for Body<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Kept(bytes) => bytes,
            Self::Long(long) => &long.bytes[long.within.clone()],
        }
    }
}

impl<'a> From<&'a [u8]> for Body<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Kept(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Body<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Kept(bytes)
    }
}

impl Body<'_> {
    /// Whether it is too long to be kept.
    #[must_use]
    pub fn is_long(&self) -> bool {
        matches!(self, Self::Long(_))
    }
}

/// A body that comes in pieces.
#[derive(Debug)]
pub(super) struct Gathering {
    pub(super) bytes: Vec<u8>,
    room: Room,
    /// How long it may be with the room that it has.
    pub(super) allowed: usize,
    /// How long the server says that it is.
    expected: Option<usize>,
}

impl Gathering {
    /// Begins one in the buffer of a fetcher, which is taken out: if the fetch
    /// is given up, it is gone with what is in it.
    pub(super) fn begin(buffer: &mut Vec<u8>, memory: &Memory) -> Self {
        let mut bytes = std::mem::take(buffer);
        bytes.clear();
        Self {
            bytes,
            room: Room::of(memory),
            allowed: KEPT_BYTES,
            expected: None,
        }
    }

    /// Takes note of how long the server says that it is. A long one then has
    /// its memory at once, when the first of it is there: the pieces that a
    /// growing buffer leaves behind are as much again.
    pub(super) fn expect(&mut self, bytes: Option<u64>) {
        self.expected = bytes.and_then(|bytes| usize::try_from(bytes).ok());
    }

    /// Puts the next bytes to those before.
    pub(super) fn append(&mut self, piece: &[u8]) -> Result<(), FetchError> {
        let length = self.bytes.len() + piece.len();
        if length > self.allowed {
            self.make_room(length)?;
        }
        self.bytes.extend_from_slice(piece);
        self.check()
    }

    /// Room for more than there is.
    fn make_room(&mut self, length: usize) -> Result<(), FetchError> {
        let mut longer = self.allowed;
        if let Some(expected) = self.expected.filter(|&expected| expected >= length) {
            longer = self.room.exactly(expected)?;
        }
        while longer < length {
            longer = self.room.grow(longer)?;
        }
        self.allowed = longer;
        lengthen(&mut self.bytes, longer);
        Ok(())
    }

    /// Whether it is not too long.
    pub(super) fn check(&self) -> Result<(), FetchError> {
        if self.bytes.len() > self.room.memory.most_body_bytes() {
            return Err(self.room.too_long());
        }
        Ok(())
    }

    /// The whole body. Of the usual length it goes back to the buffer.
    pub(super) fn end(self, buffer: &mut Vec<u8>) -> Body<'_> {
        if self.bytes.capacity() > 2 * KEPT_BYTES {
            let within = 0..self.bytes.len();
            return Body::Long(LongBody::new(self.bytes, within, self.room));
        }
        *buffer = self.bytes;
        Body::Kept(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_no_more_than_is_left_and_gives_it_back() {
        let memory = Memory::of(1 << 20);
        let (mut first, mut second) = (Room::of(&memory), Room::of(&memory));
        let longest = |room: &mut Room| {
            let mut length = KEPT_BYTES;
            while let Ok(longer) = room.grow(length) {
                length = longer;
            }
            length
        };
        let alone = longest(&mut first);
        assert!(alone >= 1 << 20, "{alone}");
        assert!(matches!(second.grow(KEPT_BYTES), Err(FetchError::NoRoom)));
        assert!(memory.is_tight() && memory.postponed() == 1);
        drop(first);
        assert!(!memory.is_tight());
        assert_eq!(longest(&mut second), alone);
        // More than all of it is never there.
        assert!(matches!(second.grow(alone), Err(FetchError::TooLarge(_))));
    }

    #[test]
    fn a_body_of_the_usual_length_stays_in_the_buffer_and_a_long_one_does_not() {
        let (memory, mut buffer) = (Memory::of(4 << 20), Vec::new());
        for (pieces, is_long) in [(3, false), (300, true), (3, false)] {
            let mut body = Gathering::begin(&mut buffer, &memory);
            (0..pieces).for_each(|_| body.append(&[7; 5_000]).unwrap());
            let body = body.end(&mut buffer);
            assert_eq!((body.len(), body.is_long()), (pieces * 5_000, is_long));
            drop(body);
            assert!(buffer.capacity() <= 2 * KEPT_BYTES && !memory.is_tight());
        }
    }
}
