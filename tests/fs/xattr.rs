//! Extended attributes.

use super::*;
use bfs::*;

const NAME: &std::ffi::CStr = c"user.name";

/// A place whose file has an attribute, if its file system has them.
fn place() -> Option<Place> {
    let place = Place::with_file();
    match setxattr(&*place.path.join("file"), NAME, b"value", SetXattr::Create) {
        Err(Errno::EOPNOTSUPP) => {
            println!("skipped: the file system has no attributes");
            None
        }
        set => {
            set.unwrap();
            Some(place)
        }
    }
}

/// Those of the user's, in order.
#[track_caller]
fn names(listed: butter::Result<&mut [u8]>) -> Vec<Vec<u8>> {
    let mut names: Vec<_> = listed.unwrap().split(|byte| *byte == 0).map(<[u8]>::to_vec).collect();
    names.retain(|name| name.starts_with(b"user."));
    names.sort();
    names
}

#[test]
fn an_attribute_is_set_read_listed_and_removed() {
    let Some(place) = place() else { return };
    let (path, link) = (c_string(&place.path.join("file")), c_string(&place.path.join("link")));
    let file = place.open("file", OpenFlags::RDONLY).unwrap();
    let mut buffer = [0; 64];
    assert_eq!(getxattr(&path, NAME, &mut buffer).unwrap(), b"value");
    assert_eq!(getxattr(&link, NAME, &mut buffer).unwrap(), b"value");
    assert_eq!(fgetxattr(&file, NAME, &mut buffer).unwrap(), b"value");
    assert_eq!(lgetxattr(&path, NAME, &mut buffer).unwrap(), b"value");
    assert_errno(lgetxattr(&link, NAME, &mut buffer), Errno::ENODATA);

    fsetxattr(&file, NAME, b"", SetXattr::Replace).unwrap();
    assert_eq!(getxattr(&path, NAME, &mut buffer).unwrap(), b"");
    lsetxattr(&path, c"user.other", b"any \0 bytes", SetXattr::Any).unwrap();
    assert_eq!(fgetxattr(&file, c"user.other", &mut buffer).unwrap(), b"any \0 bytes");
    let both = [b"user.name".to_vec(), b"user.other".to_vec()];
    assert_eq!(names(listxattr(&link, &mut buffer)), both);
    assert_eq!(names(llistxattr(&path, &mut buffer)), both);
    assert_eq!(names(flistxattr(&file, &mut buffer)), both);
    assert!(names(llistxattr(&link, &mut buffer)).is_empty());

    assert_errno(lremovexattr(&link, NAME), Errno::EPERM);
    removexattr(&link, NAME).unwrap();
    assert_eq!(names(flistxattr(&file, &mut buffer)), both[1..]);
    lremovexattr(&path, c"user.other").unwrap();
    assert_errno(fremovexattr(&file, c"user.other"), Errno::ENODATA);
    setxattr(&link, NAME, b"again", SetXattr::default()).unwrap();
    fremovexattr(&file, NAME).unwrap();
    assert!(names(flistxattr(&file, &mut buffer)).is_empty());
}

#[test]
fn errors_say_what_is_wrong() {
    let Some(place) = place() else { return };
    let path = &*place.path.join("file");
    let mut buffer = [0; 64];
    assert_errno(getxattr(path, NAME, &mut buffer[..4]), Errno::ERANGE);
    assert_errno(getxattr(path, NAME, &mut buffer[..0]), Errno::ERANGE);
    assert_errno(listxattr(path, &mut buffer[..4]), Errno::ERANGE);
    assert_errno(listxattr(path, &mut buffer[..0]), Errno::ERANGE);
    assert_errno(getxattr(path, c"user.missing", &mut buffer), Errno::ENODATA);
    assert_errno(removexattr(path, c"user.missing"), Errno::ENODATA);
    assert_errno(setxattr(path, NAME, b"", SetXattr::Create), Errno::EEXIST);
    assert_errno(setxattr(path, c"user.missing", b"", SetXattr::Replace), Errno::ENODATA);
    assert_errno(setxattr(path, c"nothing", b"", SetXattr::Any), Errno::EOPNOTSUPP);
    assert_errno(setxattr(path, c"", b"", SetXattr::Any), Errno::ERANGE);
    let long = CString::new([b"user.".to_vec(), vec![b'x'; 251]].concat()).unwrap();
    assert_errno(setxattr(path, &long, b"", SetXattr::Any), Errno::ERANGE);
    assert_errno(setxattr(path, NAME, &[0; 65_537], SetXattr::Any), Errno::E2BIG);
    assert_errno(fsetxattr(not_open(), NAME, b"", SetXattr::Any), Errno::EBADF);
    assert_errno(fgetxattr(not_open(), NAME, &mut buffer), Errno::EBADF);
    assert_errno(flistxattr(not_open(), &mut buffer), Errno::EBADF);
    assert_errno(fremovexattr(not_open(), NAME), Errno::EBADF);
    let link = &*place.path.join("link");
    assert_errno(lsetxattr(link, NAME, b"", SetXattr::Any), Errno::EPERM);
    as_nobody(|| {
        if credentials::getuid() != fs::metadata(path).unwrap().uid() {
            assert_errno(setxattr(path, NAME, b"", SetXattr::Any), Errno::EACCES);
            assert_errno(setxattr(path, c"trusted.x", b"", SetXattr::Any), Errno::EPERM);
            assert_errno(removexattr(path, NAME), Errno::EACCES);
        }
    });
}

#[test]
fn a_path_begins_at_a_directory() {
    let Some(place) = place() else { return };
    if !linux(6, 13) {
        return;
    }
    let (at, none) = (&place.fd, AtFlags::empty());
    let mut buffer = [0; 64];
    setxattrat(at, "file", none, c"user.other", b"any \0 bytes", SetXattr::Create).unwrap();
    assert_errno(setxattrat(at, "file", none, c"user.other", b"", SetXattr::Create), Errno::EEXIST);
    assert_errno(setxattrat(at, "file", none, c"user.missing", b"", SetXattr::Replace), Errno::ENODATA);
    assert_eq!(getxattrat(at, "link", none, c"user.other", &mut buffer).unwrap(), b"any \0 bytes");
    assert_eq!(names(listxattrat(at, "link", none, &mut buffer)), [b"user.name".to_vec(), b"user.other".to_vec()]);
    removexattrat(at, "link", none, c"user.other").unwrap();
    assert_errno(removexattrat(at, "file", none, c"user.other"), Errno::ENODATA);
    assert_eq!(names(listxattrat(at, "file", none, &mut buffer)), [NAME.to_bytes()]);
    // One that begins with `/` does not.
    assert_eq!(getxattrat(not_open(), &*place.path.join("file"), none, NAME, &mut buffer).unwrap(), b"value");
}

#[test]
fn a_link_is_not_followed_where_it_must_not_be() {
    let Some(place) = place() else { return };
    if !linux(6, 13) {
        return;
    }
    let (at, flags) = (&place.fd, AtFlags::SYMLINK_NOFOLLOW);
    let mut buffer = [0; 64];
    assert_errno(getxattrat(at, "link", flags, NAME, &mut buffer), Errno::ENODATA);
    assert!(names(listxattrat(at, "link", flags, &mut buffer)).is_empty());
    assert_errno(setxattrat(at, "link", flags, NAME, b"", SetXattr::Any), Errno::EPERM);
    assert_errno(removexattrat(at, "link", flags, NAME), Errno::EPERM);
}

#[test]
fn an_empty_path_is_the_descriptor() {
    let Some(place) = place() else { return };
    if !linux(6, 13) {
        return;
    }
    let (file, flags) = (place.open("file", OpenFlags::RDONLY).unwrap(), AtFlags::EMPTY_PATH);
    let mut buffer = [0; 64];
    setxattrat(&file, "", flags, NAME, b"other", SetXattr::Replace).unwrap();
    assert_eq!(getxattrat(&file, "", flags, NAME, &mut buffer).unwrap(), b"other");
    assert_eq!(names(listxattrat(&file, "", flags, &mut buffer)), [NAME.to_bytes()]);
    removexattrat(&file, "", flags, NAME).unwrap();
    assert!(names(flistxattr(&file, &mut buffer)).is_empty());
    for file in [not_open(), place.open("file", OpenFlags::PATH).unwrap().as_fd()] {
        assert_errno(setxattrat(file, "", flags, NAME, b"", SetXattr::Any), Errno::EBADF);
        assert_errno(getxattrat(file, "", flags, NAME, &mut buffer), Errno::EBADF);
        assert_errno(listxattrat(file, "", flags, &mut buffer), Errno::EBADF);
        assert_errno(removexattrat(file, "", flags, NAME), Errno::EBADF);
    }
}

#[test]
fn errors_of_the_calls_with_a_directory() {
    let Some(place) = place() else { return };
    if !linux(6, 13) {
        return;
    }
    let (at, none, unknown) = (&place.fd, AtFlags::empty(), AtFlags::NO_AUTOMOUNT);
    let mut buffer = [0; 64];
    assert_errno(getxattrat(at, "file", unknown, NAME, &mut buffer), Errno::EINVAL);
    assert_errno(setxattrat(at, "file", unknown, NAME, b"", SetXattr::Any), Errno::EINVAL);
    assert_errno(listxattrat(at, "file", unknown, &mut buffer), Errno::EINVAL);
    assert_errno(removexattrat(at, "file", unknown, NAME), Errno::EINVAL);
    assert_errno(getxattrat(at, "file", none, NAME, &mut buffer[..4]), Errno::ERANGE);
    assert_errno(getxattrat(at, "file", none, NAME, &mut buffer[..0]), Errno::ERANGE);
    assert_errno(listxattrat(at, "file", none, &mut buffer[..4]), Errno::ERANGE);
    assert_errno(listxattrat(at, "file", none, &mut buffer[..0]), Errno::ERANGE);
    assert_errno(setxattrat(at, "file", none, NAME, &[0; 65_537], SetXattr::Any), Errno::E2BIG);
    errors_of_every_path(&place, |fd, path| getxattrat(fd, path, none, NAME, &mut [0; 64]).map(drop));
}
