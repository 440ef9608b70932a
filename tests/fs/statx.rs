//! What is known of a file.

use super::*;
use bfs::{Attributes, statx};

const BASIC: StatxMask = StatxMask::BASIC_STATS;

#[test]
fn everything_is_what_std_says() {
    let place = Place::with_file();
    // So that no two are the same by chance.
    let at = |sec| bfs::SetTime::At(butter::time::Timespec { sec, nsec: 5 });
    bfs::utimensat(&place.fd, "file", at(1_000_000), at(2_000_000), AtFlags::empty()).unwrap();
    for (name, kind) in [("file", FileType::Regular), ("link", FileType::Symlink), (".", FileType::Directory)] {
        let stat = statx(&place.fd, name, AtFlags::SYMLINK_NOFOLLOW, BASIC | StatxMask::BTIME).unwrap();
        let std = fs::symlink_metadata(place.path.join(name)).unwrap();
        assert!(stat.mask().contains(BASIC));
        assert_eq!(stat.file_type(), Some(kind));
        assert_eq!(stat.mode(), Some(std.mode() & 0o7777));
        assert_eq!(stat.nlink().map(u64::from), Some(std.nlink()));
        assert_eq!((stat.uid(), stat.gid()), (Some(std.uid()), Some(std.gid())));
        assert_eq!((stat.ino(), stat.size(), stat.blocks()), (Some(std.ino()), Some(std.size()), Some(std.blocks())));
        assert_eq!(u64::from(stat.blksize()), std.blksize());
        let time = |time: Option<butter::time::Timespec>| time.map(|time| (time.sec, time.nsec)).unwrap();
        assert_eq!(time(stat.atime()), (std.atime(), std.atime_nsec()));
        assert_eq!(time(stat.mtime()), (std.mtime(), std.mtime_nsec()));
        assert_eq!(time(stat.ctime()), (std.ctime(), std.ctime_nsec()));
        if let Ok(created) = std.created() {
            let created = created.duration_since(std::time::UNIX_EPOCH).unwrap();
            assert_eq!(time(stat.btime()), (created.as_secs() as i64, created.subsec_nanos().into()));
        }
        let (major, minor) = (u64::from(stat.dev().major), u64::from(stat.dev().minor));
        assert_eq!(std.dev(), (minor & 0xff) | (major & 0xfff) << 8 | (minor & !0xff) << 12);
        assert!(format!("{stat:?}").contains(&format!("{kind:?}")), "{stat:?}");
    }
}

#[test]
fn a_link_is_followed_unless_it_is_not_to_be() {
    let place = Place::with_file();
    let kind = |flags| statx(&place.fd, "link", flags, BASIC).unwrap().file_type();
    assert_eq!(kind(AtFlags::empty()), Some(FileType::Regular));
    assert_eq!(kind(AtFlags::STATX_DONT_SYNC | AtFlags::NO_AUTOMOUNT), Some(FileType::Regular));
    assert_eq!(kind(AtFlags::STATX_FORCE_SYNC), Some(FileType::Regular));
    assert_eq!(kind(AtFlags::SYMLINK_NOFOLLOW), Some(FileType::Symlink));
    let file = place.open("file", OpenFlags::PATH).unwrap();
    assert_eq!(statx(&file, "", AtFlags::EMPTY_PATH, BASIC).unwrap().size(), Some(4));
}

#[test]
fn a_device_has_its_numbers() {
    let null = statx(CWD, "/dev/null", AtFlags::empty(), BASIC).unwrap();
    assert_eq!((null.file_type(), null.rdev()), (Some(FileType::CharDevice), bfs::Device { major: 1, minor: 3 }));
}

#[test]
fn a_mount_has_its_number_and_a_root() {
    let stat = statx(CWD, "/proc", AtFlags::empty(), BASIC | StatxMask::MNT_ID).unwrap();
    let Some(id) = stat.mnt_id() else { return println!("skipped: Linux 5.8") };
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
    let line = mounts.lines().rfind(|line| line.split(' ').nth(4) == Some("/proc")).unwrap();
    assert_eq!(line.split(' ').next().unwrap(), id.to_string());
    let (has, known) = stat.attributes();
    assert!(known.contains(Attributes::MOUNT_ROOT) && has.contains(Attributes::MOUNT_ROOT));
    let inside = statx(CWD, "/proc/self", AtFlags::empty(), BASIC | StatxMask::MNT_ID).unwrap();
    assert!(inside.mnt_id() == Some(id) && !inside.attributes().0.contains(Attributes::MOUNT_ROOT));

    let stat = statx(CWD, "/proc", AtFlags::empty(), BASIC | StatxMask::MNT_ID_UNIQUE).unwrap();
    let Some(unique) = stat.mnt_id_unique() else { return println!("skipped: Linux 6.8") };
    // The kernel begins to count beyond those that may be used again.
    assert!(unique > i32::MAX as u64 && stat.mnt_id().is_none());
}

#[test]
fn what_a_file_system_does_not_have_is_none() {
    let stat = statx(CWD, "/proc/self/stat", AtFlags::empty(), StatxMask::from_bits(0x3_ffff)).unwrap();
    assert_eq!((stat.btime(), stat.subvol(), stat.dio_align()), (None, None, None));
    assert_eq!((stat.atomic_write_unit(), stat.dio_read_offset_align()), (None, None));
    assert_eq!((stat.atomic_write_segments_max(), stat.atomic_write_unit_max_opt()), (None, None));
}

#[test]
fn direct_reads_have_an_alignment_on_a_disk() {
    let place = Place::with_file();
    let stat = statx(&place.fd, "file", AtFlags::empty(), BASIC | StatxMask::DIOALIGN).unwrap();
    if let Some((memory, offset)) = stat.dio_align() {
        assert!([memory, offset].iter().all(|bytes| *bytes == 0 || bytes.is_power_of_two()));
    }
}

#[test]
fn large_numbers_are_whole() {
    let place = Place::with_file();
    let file = place.open("file", OpenFlags::RDWR).unwrap();
    bfs::ftruncate(&file, 0x12_3456_7890).unwrap();
    assert_eq!(statx(&place.fd, "file", AtFlags::empty(), BASIC).unwrap().size(), Some(0x12_3456_7890));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let both = AtFlags::STATX_FORCE_SYNC | AtFlags::STATX_DONT_SYNC;
    assert_errno(statx(CWD, "/", both, BASIC).map(drop), Errno::EINVAL);
    assert_errno(statx(CWD, "/", AtFlags::from_bits(1), BASIC).map(drop), Errno::EINVAL);
    assert_errno(statx(CWD, "/", AtFlags::empty(), StatxMask::from_bits(1 << 31)).map(drop), Errno::EINVAL);
    assert_errno(statx(not_open(), "x", AtFlags::empty(), BASIC).map(drop), Errno::EBADF);
    errors_of_every_path(&Place::new(), |at, path| statx(at, path, AtFlags::empty(), BASIC).map(drop));
}
