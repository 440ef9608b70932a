//! Any bytes as directory entries: what is parsed writes back to the same bytes, and what is left is no whole entry.

#![no_main]

use butter::fs::{self, FileType};
use libfuzzer_sys::fuzz_target;
use std::hint::black_box;

const HEADER: usize = 19;

fuzz_target!(|bytes: &[u8]| {
    let mut entries = fs::parse(bytes);
    loop {
        let before = entries.remainder();
        let Some(entry) = entries.next() else { break };
        let taken = &before[..before.len() - entries.remainder().len()];
        assert_eq!(taken.len(), length(taken).unwrap(), "an entry takes as much as it says");
        assert_eq!(entry.ino().to_ne_bytes(), taken[..8]);
        assert_eq!(entry.off().to_ne_bytes(), taken[8..16]);
        let name = entry.name();
        assert!(taken[HEADER..].starts_with(name) && !name.contains(&0));
        assert!(taken.get(HEADER + name.len()).is_none_or(|byte| *byte == 0));
        assert_eq!(name, entry.file_name().as_encoded_bytes());
        assert_eq!(entry.is_dot_or_dotdot(), name == b"." || name == b"..");
        let kind = match entry.file_type() {
            FileType::Unknown => 0,
            FileType::Fifo => 1,
            FileType::CharDevice => 2,
            FileType::Directory => 4,
            FileType::BlockDevice => 6,
            FileType::Regular => 8,
            FileType::Symlink => 10,
            FileType::Socket => 12,
            FileType::Whiteout => 14,
            FileType::Other(number) => number,
        };
        assert_eq!(kind, taken[18]);
        black_box(format!("{entry:?}"));
    }
    let left = entries.remainder();
    assert!(length(left).is_none_or(|length| length < HEADER || length > left.len()), "{left:?} is a whole entry");
    assert!(entries.next().is_none());
    assert!(bytes.ends_with(left));
});

fn length(record: &[u8]) -> Option<usize> {
    Some(u16::from_ne_bytes(record.get(16..18)?.try_into().unwrap()).into())
}
