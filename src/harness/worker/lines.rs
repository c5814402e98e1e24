//! The lines of a worker's input, which may be anything.

use std::io::{self, BufRead, Read};

/// Far longer than any job.
const LONGEST_BYTES: u64 = 1 << 20;

/// The next line, or what is wrong with it. `None` at the end of the input.
pub(super) fn next(input: &mut impl BufRead) -> io::Result<Option<Result<String, String>>> {
    let mut line = Vec::new();
    let read = input.take(LONGEST_BYTES).read_until(b'\n', &mut line)?;
    if read == 0 {
        return Ok(None);
    }
    if read as u64 == LONGEST_BYTES && !line.ends_with(b"\n") {
        skip_line(input)?;
        return Ok(Some(Err(format!(
            "invalid job: the line is longer than {LONGEST_BYTES} bytes; docs/PROTOCOL.md shows one"
        ))));
    }
    Ok(Some(String::from_utf8(line).map_err(|error| {
        format!(
            "invalid job: byte {} of the line is not UTF-8; docs/PROTOCOL.md shows one",
            error.utf8_error().valid_up_to() + 1
        )
    })))
}

fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let length = end.map_or(buffer.len(), |end| end + 1);
        let is_over = end.is_some() || buffer.is_empty();
        input.consume(length);
        if is_over {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(mut input: &[u8]) -> Vec<Result<String, String>> {
        std::iter::from_fn(|| next(&mut input).unwrap()).collect()
    }

    #[test]
    fn what_is_not_utf8_is_an_error_and_the_next_line_is_read() {
        let lines = lines(b"one\n\x80\xff\nlast");
        assert_eq!(lines[0], Ok("one\n".to_owned()));
        assert!(lines[1].as_ref().unwrap_err().contains("byte 1"));
        assert_eq!(lines[2], Ok("last".to_owned()));
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn a_line_without_end_is_skipped_and_the_next_line_is_read() {
        for surplus in [0, 1, 3 << 20] {
            let mut input = vec![b'x'; usize::try_from(LONGEST_BYTES).unwrap() + surplus];
            input.extend(b"\nnext\n");
            let lines = lines(&input);
            assert!(lines[0].as_ref().unwrap_err().contains("longer than"));
            assert_eq!(lines[1..], [Ok("next\n".to_owned())]);
        }
    }
}
