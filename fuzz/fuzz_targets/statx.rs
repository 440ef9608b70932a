//! Any bytes as what statx fills in, and behind it a duration: every part is where the header says, and only if its bit says that
//! it is there; a time that makes no sense is refused.

#![no_main]

use butter::fs::{FileType, Statx, StatxMask};
use butter::time::Timespec;
use libfuzzer_sys::fuzz_target;
use std::hint::black_box;
use std::time::Duration;

fuzz_target!(|bytes: &[u8]| {
    let Some((bytes, rest)) = bytes.split_first_chunk::<{ Statx::SIZE }>() else { return };
    let stat = Statx::from_bytes(*bytes);
    black_box(format!("{stat:?} {stat:#?} {:?}", stat.attributes()));

    let half = |offset: usize| u16::from_ne_bytes(bytes[offset..offset + 2].try_into().unwrap());
    let word = |offset: usize| u32::from_ne_bytes(bytes[offset..offset + 4].try_into().unwrap());
    let long = |offset: usize| u64::from_ne_bytes(bytes[offset..offset + 8].try_into().unwrap());
    assert_eq!(stat.mask().bits(), word(0));
    let has = |part: StatxMask| word(0) & part.bits() == part.bits();

    assert_eq!(stat.file_type(), has(StatxMask::TYPE).then(|| file_type(half(28) >> 12)));
    let unique = has(StatxMask::MNT_ID_UNIQUE);
    let numbers = [
        (stat.mode().map(u64::from), has(StatxMask::MODE), (half(28) & 0o7777).into()),
        (stat.nlink().map(u64::from), has(StatxMask::NLINK), word(16).into()),
        (stat.uid().map(u64::from), has(StatxMask::UID), word(20).into()),
        (stat.gid().map(u64::from), has(StatxMask::GID), word(24).into()),
        (stat.ino(), has(StatxMask::INO), long(32)),
        (stat.size(), has(StatxMask::SIZE), long(40)),
        (stat.blocks(), has(StatxMask::BLOCKS), long(48)),
        (stat.mnt_id(), has(StatxMask::MNT_ID) && !unique, long(144)),
        (stat.mnt_id_unique(), unique, long(144)),
        (stat.subvol(), has(StatxMask::SUBVOL), long(160)),
        (stat.atomic_write_segments_max().map(u64::from), has(StatxMask::WRITE_ATOMIC), word(176).into()),
        (stat.dio_read_offset_align().map(u64::from), has(StatxMask::DIO_READ_ALIGN), word(180).into()),
        (stat.atomic_write_unit_max_opt().map(u64::from), has(StatxMask::WRITE_ATOMIC), word(184).into()),
    ];
    for (number, told, expected) in numbers {
        assert_eq!(number, told.then_some(expected));
    }
    assert_eq!(stat.dio_align(), has(StatxMask::DIOALIGN).then(|| (word(152), word(156))));
    assert_eq!(stat.atomic_write_unit(), has(StatxMask::WRITE_ATOMIC).then(|| (word(168), word(172))));
    assert_eq!(stat.blksize(), word(4));
    assert_eq!((stat.attributes().0.bits(), stat.attributes().1.bits()), (long(8), long(56)));
    assert_eq!((stat.rdev().major, stat.rdev().minor), (word(128), word(132)));
    assert_eq!((stat.dev().major, stat.dev().minor), (word(136), word(140)));

    let duration = duration(rest);
    let times = [
        (stat.atime(), StatxMask::ATIME, 64),
        (stat.btime(), StatxMask::BTIME, 80),
        (stat.ctime(), StatxMask::CTIME, 96),
        (stat.mtime(), StatxMask::MTIME, 112),
    ];
    for (time, part, offset) in times {
        let expected = Timespec { sec: long(offset) as i64, nsec: word(offset + 8).into() };
        assert_eq!(time, has(part).then_some(expected));
        convert(expected, duration);
        // The kernel's own type has room for more.
        convert(Timespec { sec: long(offset) as i64, nsec: long(offset + 8) as i64 }, duration);
    }
});

fn file_type(number: u16) -> FileType {
    match number {
        0 => FileType::Unknown,
        1 => FileType::Fifo,
        2 => FileType::CharDevice,
        4 => FileType::Directory,
        6 => FileType::BlockDevice,
        8 => FileType::Regular,
        10 => FileType::Symlink,
        12 => FileType::Socket,
        14 => FileType::Whiteout,
        number => FileType::Other(number as u8),
    }
}

/// As many bytes as there are.
fn duration(bytes: &[u8]) -> Duration {
    let mut twelve = [0; 12];
    let length = bytes.len().min(twelve.len());
    twelve[..length].copy_from_slice(&bytes[..length]);
    let seconds = u64::from_ne_bytes(twelve[..8].try_into().unwrap());
    let nanoseconds = u32::from_ne_bytes(twelve[8..].try_into().unwrap());
    Duration::new(seconds, nanoseconds % SECOND as u32)
}

const SECOND: i128 = 1_000_000_000;

/// What a wide integer says.
fn convert(time: Timespec, duration: Duration) {
    let wide = (0..SECOND).contains(&time.nsec.into()).then(|| i128::from(time.sec) * SECOND + i128::from(time.nsec));
    let expected = wide.and_then(|wide| u128::try_from(wide).ok());
    assert_eq!(Duration::try_from(time).ok().map(|duration| duration.as_nanos()), expected);
    if let Ok(duration) = Duration::try_from(time) {
        assert_eq!(Timespec::try_from(duration), Ok(time));
    }

    // Euclid's, as the nanoseconds count forward before 1970 too.
    let sum = wide.and_then(|wide| {
        let sum = wide + duration.as_nanos() as i128;
        let sec = i64::try_from(sum.div_euclid(SECOND)).ok()?;
        Some(Timespec { sec, nsec: sum.rem_euclid(SECOND) as i64 })
    });
    assert_eq!(time.checked_add(duration), sum, "{time:?} + {duration:?}");
}
