//! What holds for whatever a server sends, and however it arrives.

use proptest::prelude::*;

use super::tests::{begin, begun};
use super::*;

/// A head, a body and one more room that was made before either was full.
const MOST_BYTES: usize = MOST_HEAD_BYTES + MOST_BODY_BYTES + ROOM_BYTES;

/// The words for an answer that goes on behind its end. Whether that is
/// noticed depends on how it arrives: what is not read cannot be seen.
const MORE: &str = "more bytes";

/// Feeds the pieces one by one, then the end of the stream. Returns the page
/// or the words of the error.
fn feed<'a>(
    exchange: &mut Exchange,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> Result<Vec<u8>, String> {
    for mut piece in pieces {
        while !piece.is_empty() {
            let space = exchange.space();
            let count = piece.len().min(space.len());
            space[..count].copy_from_slice(&piece[..count]);
            piece = &piece[count..];
            let complete = exchange
                .received(count)
                .map_err(|error| error.to_string())?;
            if complete {
                return page(exchange);
            }
        }
    }
    exchange.received(0).map_err(|error| error.to_string())?;
    page(exchange)
}

fn page(exchange: &mut Exchange) -> Result<Vec<u8>, String> {
    let body = exchange.body().map_err(|error| error.to_string())?;
    Ok(body.to_vec())
}

/// Cuts `bytes` into pieces of these lengths, over and over.
fn cut<'a>(mut bytes: &'a [u8], lengths: &[usize]) -> impl Iterator<Item = &'a [u8]> {
    let mut lengths = lengths.iter().copied().cycle();
    std::iter::from_fn(move || {
        let piece;
        (piece, bytes) = bytes.split_at(lengths.next()?.min(bytes.len()));
        (!piece.is_empty()).then_some(piece)
    })
}

/// Answers that are right, nearly right, and nothing of the kind.
fn answer() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        12 => "HTTP/1\\.[01] (200|200|200|404|503|103) [a-zA-Z]{0,9}",
        1 => "HTTP/[0-9.]{0,4}[ a-z]{0,2}[0-9]{0,4}",
        1 => "[ -~]{0,20}",
    ];
    let header = prop_oneof![
        8 => "[Cc]ontent-[Ll]ength: {0,2}[0-3]?[0-9]",
        1 => "content-length:[ -~]{0,24}",
        1 => "(transfer-encoding: chunked|connection: close|retry-after: [0-9]{1,3})",
        1 => "[!-~]{0,6} ?: ?[ -~]{0,9}",
        1 => "x: y{0,200}".prop_map(|header| header.repeat(200)),
    ];
    let headers = prop::collection::vec(header, 0..3);
    let end = prop_oneof![8 => "\r\n\r\n", 1 => "\n\n", 1 => "[\r\n]{0,3}"];
    let body = prop::collection::vec(any::<u8>(), 0..40);
    (line, headers, end, body).prop_map(|(line, headers, end, body)| {
        let lines: Vec<String> = std::iter::once(line).chain(headers).collect();
        [(lines.join("\r\n") + &end).into_bytes(), body].concat()
    })
}

fn lengths() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(prop_oneof![1..20_usize, 1..40_000_usize], 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_answer_is_the_same_however_it_is_cut(answer in answer(), lengths in lengths()) {
        // Byte by byte, nothing behind the end is ever read.
        let alone = feed(&mut begun(), cut(&answer, &[1]));
        let whole = feed(&mut begun(), cut(&answer, &[usize::MAX]));
        for other in [whole, feed(&mut begun(), cut(&answer, &lengths))] {
            let sees_more = other.as_ref().is_err_and(|words| words.contains(MORE));
            prop_assert!(sees_more || other == alone, "{:?} is not {:?}", other, alone);
        }
    }

    #[test]
    fn no_answer_fills_more_than_a_head_and_a_body_may(answer in answer(), then in any::<u8>()) {
        let mut exchange = begun();
        let endless = vec![then; 64 * 1024];
        let most = 2 * MOST_BYTES / endless.len();
        let pieces = std::iter::once(&answer[..]).chain(std::iter::repeat_n(&endless[..], most));
        // It ends long before the server does: one way or the other.
        let _ = feed(&mut exchange, pieces);
        prop_assert!(exchange.filled <= MOST_BYTES && exchange.buffer.len() <= MOST_BYTES);
    }

    #[test]
    fn no_bytes_make_it_panic_or_spoil_the_exchange_after(bytes in any::<Vec<u8>>(), answer in answer()) {
        let mut exchange = begun();
        for bytes in [bytes, answer] {
            let _ = feed(&mut exchange, std::iter::once(&bytes[..]));
            begin(&mut exchange);
            let good = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
            prop_assert_eq!(feed(&mut exchange, cut(good, &[7])), Ok(b"hello".to_vec()));
            begin(&mut exchange);
        }
    }
}

#[test]
fn a_head_is_as_long_as_it_may_be_and_no_longer_however_it_is_cut() {
    for (bytes, is_read) in [(MOST_HEAD_BYTES, true), (MOST_HEAD_BYTES + 1, false)] {
        let mut answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx: ".to_vec();
        answer.resize(bytes - 4, b'y');
        answer.extend_from_slice(b"\r\n\r\n");
        for piece in [1_000, MOST_HEAD_BYTES, ROOM_BYTES] {
            let read = feed(&mut begun(), cut(&answer, &[piece]));
            assert_eq!(read.is_ok(), is_read, "{bytes} bytes by {piece}: {read:?}");
        }
    }
}
