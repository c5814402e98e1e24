//! How much of a process's resident memory is its program's file as it lies on
//! the disk.
//!
//! The kernel maps such pages from its cache, many at a time, and how many
//! depends on how the file lies there: a copy of the same bytes may differ by
//! megabytes. The process did not ask for them, and they are freed when memory
//! is short. Pages of the file that it wrote to are its own.

use std::fs;
use std::path::Path;

/// Resident bytes of the program's file that the process did not write;
/// `None` where Linux does not tell.
pub fn program_file_bytes(process: u32) -> Option<u64> {
    let program = fs::read_link(format!("/proc/{process}/exe")).ok()?;
    let maps = fs::read_to_string(format!("/proc/{process}/smaps")).ok()?;
    Some(unwritten(&maps, &program))
}

fn unwritten(maps: &str, program: &Path) -> u64 {
    let mut is_program = false;
    let mut bytes = 0_u64;
    for line in maps.lines() {
        if let Some(kib) = kib(line, "Rss:").filter(|_| is_program) {
            bytes += kib * 1024;
        } else if let Some(kib) = kib(line, "Anonymous:").filter(|_| is_program) {
            bytes = bytes.saturating_sub(kib * 1024);
        } else if let Some(path) = mapped_path(line) {
            is_program = Path::new(path) == program;
        }
    }
    bytes
}

fn kib(line: &str, field: &str) -> Option<u64> {
    let value = line.strip_prefix(field)?;
    value.split_whitespace().next()?.parse().ok()
}

/// The path in the head of a mapping: `55d0-55d8 r-xp 0800 fe:00 131 /a b`, or
/// nothing if it has none.
fn mapped_path(line: &str) -> Option<&str> {
    let (addresses, rest) = line.split_once(' ')?;
    addresses.split_once('-')?;
    let mut rest = rest;
    // Permissions, offset, device and inode.
    for _ in 0..4 {
        rest = rest.trim_start_matches(' ').split_once(' ')?.1;
    }
    Some(rest.trim_start_matches(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAPS: &str = "\
55d0a000-55d0b000 r--p 00000000 fe:00 131   /tmp/my program
Size:                  8 kB
Rss:                   8 kB
Anonymous:             0 kB
55d0b000-55d0c000 rw-p 00001000 fe:00 131   /tmp/my program
Rss:                  12 kB
Anonymous:             4 kB
7f000000-7f001000 rw-p 00000000 00:00 0 
Rss:                 100 kB
Anonymous:           100 kB
7f100000-7f101000 r-xp 00000000 fe:00 140   /usr/lib/libc.so.6
Rss:                 900 kB
Anonymous:             0 kB
";

    #[test]
    fn only_pages_of_the_program_that_were_not_written_count() {
        let program = Path::new("/tmp/my program");
        assert_eq!(unwritten(MAPS, program), (8 + 12 - 4) * 1024);
        assert_eq!(unwritten(MAPS, Path::new("/tmp/other")), 0);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_has_pages_of_its_program() {
        let bytes = program_file_bytes(std::process::id()).unwrap();
        let resident = crate::measure::memory::Memory::now()
            .resident_bytes
            .unwrap();
        assert!(0 < bytes && bytes < resident, "{bytes} of {resident}");
    }
}
