//! Permissions, owners, times.

use super::*;
use bfs::{Access, AccessFlags, SetTime, faccessat2, fchmodat2, fchownat, futimens, utimensat};
use butter::time::Timespec;

const NONE: AtFlags = AtFlags::empty();
const SOMEBODY: u32 = 0x1_2345;
const CAP_CHOWN: u32 = 0;

#[test]
fn permissions_are_set() {
    let place = Place::with_file();
    match fchmodat2(&place.fd, "link", 0o4751, NONE) {
        Err(Errno::ENOSYS) => return println!("skipped: Linux 6.6"),
        set => set.unwrap(),
    }
    assert_eq!(place.mode("file"), 0o104751);
    fchmodat2(&place.fd, "file", 0o600, AtFlags::SYMLINK_NOFOLLOW).unwrap();
    assert_eq!(place.mode("file"), 0o100600);
    assert_errno(fchmodat2(&place.fd, "link", 0o600, AtFlags::SYMLINK_NOFOLLOW), Errno::EOPNOTSUPP);
    let file = place.open("file", OpenFlags::PATH).unwrap();
    fchmodat2(&file, "", 0o640, AtFlags::EMPTY_PATH).unwrap();
    assert_eq!(place.mode("file"), 0o100640);
    assert_errno(fchmodat2(&place.fd, "file", 0, AtFlags::from_bits(1)), Errno::EINVAL);
    as_nobody(|| {
        if credentials::getuid() != fs::metadata(&*place.path).unwrap().uid() {
            assert_errno(fchmodat2(&place.fd, "file", 0o600, NONE), Errno::EPERM);
        }
    });
    errors_of_every_path(&Place::new(), |at, path| fchmodat2(at, path, 0o600, NONE));
}

#[test]
fn owners_are_set_or_left() {
    if !has_capability(CAP_CHOWN, "CAP_CHOWN") {
        return;
    }
    let place = Place::with_file();
    let owner = |name: &str| {
        let metadata = fs::symlink_metadata(place.path.join(name)).unwrap();
        (metadata.uid(), metadata.gid())
    };
    let before = owner("link");
    fchownat(&place.fd, "link", Some(SOMEBODY), Some(SOMEBODY + 1), NONE).unwrap();
    assert_eq!((owner("file"), owner("link")), ((SOMEBODY, SOMEBODY + 1), before));
    fchownat(&place.fd, "link", Some(7), None, AtFlags::SYMLINK_NOFOLLOW).unwrap();
    fchownat(&place.fd, "file", None, Some(8), NONE).unwrap();
    assert_eq!((owner("file"), owner("link")), ((SOMEBODY, 8), (7, before.1)));
    let file = place.open("file", OpenFlags::PATH).unwrap();
    fchownat(&file, "", Some(9), None, AtFlags::EMPTY_PATH).unwrap();
    assert_eq!(owner("file"), (9, 8));
    assert_errno(fchownat(&place.fd, "file", None, None, AtFlags::from_bits(1)), Errno::EINVAL);
    as_nobody(|| assert_errno(fchownat(&place.fd, "file", Some(1), None, NONE), Errno::EPERM));
    errors_of_every_path(&Place::new(), |at, path| fchownat(at, path, None, None, NONE));
}

#[test]
fn times_are_set_or_left() {
    let place = Place::with_file();
    let times = |name: &str| {
        let metadata = fs::symlink_metadata(place.path.join(name)).unwrap();
        ((metadata.atime(), metadata.atime_nsec()), (metadata.mtime(), metadata.mtime_nsec()))
    };
    let at = |sec, nsec| SetTime::At(Timespec { sec, nsec });
    utimensat(&place.fd, "link", at(1_000_000_000, 123_456_789), at(5_000_000_000, 1), NONE).unwrap();
    assert_eq!(times("file"), ((1_000_000_000, 123_456_789), (5_000_000_000, 1)));
    utimensat(&place.fd, "file", SetTime::Omit, at(-1, 999_999_999), NONE).unwrap();
    assert_eq!(times("file"), ((1_000_000_000, 123_456_789), (-1, 999_999_999)));
    let file = place.open("file", OpenFlags::RDONLY).unwrap();
    futimens(&file, at(3, 4), SetTime::Omit).unwrap();
    assert_eq!(times("file"), ((3, 4), (-1, 999_999_999)));
    utimensat(&place.fd, "link", at(5, 6), at(7, 8), AtFlags::SYMLINK_NOFOLLOW).unwrap();
    assert_eq!((times("link"), times("file").0), (((5, 6), (7, 8)), (3, 4)));
    futimens(&file, SetTime::Now, SetTime::Now).unwrap();
    assert!(times("file").0.0 > 1_600_000_000 && times("file").1.0 > 1_600_000_000);
    // Numbers that the kernel gives a meaning are none.
    for nsec in [1_000_000_000, (1 << 30) - 1, (1 << 30) - 2, -1] {
        assert_errno(utimensat(&place.fd, "file", at(0, nsec), SetTime::Omit, NONE), Errno::EINVAL);
        assert_errno(futimens(&file, SetTime::Omit, at(0, nsec)), Errno::EINVAL);
    }
    assert_errno(utimensat(&place.fd, "file", SetTime::Now, SetTime::Now, AtFlags::from_bits(1)), Errno::EINVAL);
    assert_errno(futimens(not_open(), SetTime::Now, SetTime::Now), Errno::EBADF);
    as_nobody(|| {
        if credentials::getuid() != fs::metadata(&*place.path).unwrap().uid() {
            assert_errno(utimensat(&place.fd, "file", SetTime::Now, SetTime::Now, NONE), Errno::EACCES);
            assert_errno(utimensat(&place.fd, "file", at(1, 1), SetTime::Now, NONE), Errno::EPERM);
        }
    });
    errors_of_every_path(&Place::new(), |at, path| utimensat(at, path, SetTime::Now, SetTime::Now, NONE));
}

#[test]
fn what_may_be_done_is_told() {
    let place = Place::with_file();
    fs::set_permissions(place.path.join("file"), fs::Permissions::from_mode(0o644)).unwrap();
    let may = |access, flags| faccessat2(&place.fd, "file", access, flags);
    may(Access::empty(), AccessFlags::empty()).unwrap();
    may(Access::READ | Access::WRITE, AccessFlags::EACCESS).unwrap();
    assert_errno(may(Access::EXECUTE, AccessFlags::empty()), Errno::EACCES);
    assert_errno(faccessat2(&place.fd, "missing", Access::empty(), AccessFlags::empty()), Errno::ENOENT);
    symlink("nowhere", place.path.join("broken")).unwrap();
    assert_errno(faccessat2(&place.fd, "broken", Access::empty(), AccessFlags::empty()), Errno::ENOENT);
    faccessat2(&place.fd, "broken", Access::empty(), AccessFlags::SYMLINK_NOFOLLOW).unwrap();
    faccessat2(&place.fd, "", Access::EXECUTE, AccessFlags::EMPTY_PATH).unwrap();
    assert_errno(may(Access::from_bits(8), AccessFlags::empty()), Errno::EINVAL);
    assert_errno(may(Access::READ, AccessFlags::from_bits(1)), Errno::EINVAL);
    let program = fs::read_link("/proc/self/exe").unwrap();
    faccessat2(CWD, &program, Access::EXECUTE, AccessFlags::empty()).unwrap();
    as_nobody(|| {
        if credentials::getuid() != fs::metadata(&*place.path).unwrap().uid() {
            assert_errno(may(Access::WRITE, AccessFlags::empty()), Errno::EACCES);
            may(Access::READ, AccessFlags::empty()).unwrap();
        }
    });
    errors_of_every_path(&Place::new(), |at, path| faccessat2(at, path, Access::empty(), AccessFlags::empty()));
}

/// The effective user may what the real one may not.
#[test]
fn whose_right_it_is_makes_a_difference() {
    if !has_capability(7, "CAP_SETUID") {
        return;
    }
    let place = Place::with_file();
    fs::set_permissions(place.path.join("file"), fs::Permissions::from_mode(0o600)).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            credentials::setresuid(Some(SOMEBODY), None, None).unwrap();
            let may = |flags| faccessat2(&place.fd, "file", Access::READ, flags);
            assert_errno(may(AccessFlags::empty()), Errno::EACCES);
            may(AccessFlags::EACCESS).unwrap();
        });
    });
}
