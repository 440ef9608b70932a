//! What a file system keeps of a file.

use super::*;
use bfs::{Attributes, XFlags, file_getattr, file_setattr};

const NONE: AtFlags = AtFlags::empty();

#[test]
fn a_flag_is_set_and_taken_back() {
    let place = Place::with_file();
    let before = match file_getattr(&place.fd, "file", NONE) {
        Err(Errno::ENOSYS | Errno::EOPNOTSUPP) => return println!("skipped: Linux 6.17, or the file system has none"),
        attr => attr.unwrap(),
    };
    assert!(!before.xflags().contains(XFlags::NODUMP));
    file_setattr(&place.fd, "link", &before.with_xflags(before.xflags() | XFlags::NODUMP), NONE).unwrap();
    let after = file_getattr(&place.fd, "file", NONE).unwrap();
    assert_eq!(after.xflags(), before.xflags() | XFlags::NODUMP);
    assert_eq!(
        (after.projid(), after.extsize(), after.cowextsize()),
        (before.projid(), before.extsize(), before.cowextsize())
    );
    let stat = bfs::statx(&place.fd, "file", NONE, StatxMask::BASIC_STATS).unwrap();
    assert!(stat.attributes().0.contains(Attributes::NODUMP));
    let file = place.open("file", OpenFlags::RDONLY).unwrap();
    file_setattr(&file, "", &before, AtFlags::EMPTY_PATH).unwrap();
    assert_eq!(file_getattr(&file, "", AtFlags::EMPTY_PATH), Ok(before));

    let unknown = before.with_xflags(XFlags::from_bits(1 << 40));
    assert_errno(file_setattr(&place.fd, "file", &unknown, NONE), Errno::EINVAL);
    assert_errno(file_getattr(&place.fd, "file", AtFlags::from_bits(1)), Errno::EINVAL);
    assert_errno(file_getattr(&place.fd, "link", AtFlags::SYMLINK_NOFOLLOW), Errno::EOPNOTSUPP);
    assert_errno(file_getattr(CWD, "/proc/self/stat", NONE), Errno::EOPNOTSUPP);
    as_nobody(|| {
        if credentials::getuid() != fs::metadata(&*place.path).unwrap().uid() {
            assert_errno(file_setattr(&place.fd, "file", &before, NONE), Errno::EPERM);
        }
    });
    errors_of_every_path(&Place::new(), |at, path| file_getattr(at, path, NONE));
    errors_of_every_path(&Place::new(), |at, path| file_setattr(at, path, &before, NONE));
}

#[test]
fn each_number_is_in_its_place() {
    let place = Place::with_file();
    let Ok(attr) = file_getattr(&place.fd, "file", NONE) else { return println!("skipped: Linux 6.17") };
    let changed = attr.with_extsize(1).with_projid(2).with_cowextsize(3);
    assert_eq!((changed.extsize(), changed.projid(), changed.cowextsize()), (1, 2, 3));
    assert_eq!(changed.nextents(), attr.nextents());
}
