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
    let names = |listed: butter::Result<&mut [u8]>| {
        let mut names: Vec<_> = listed.unwrap().split(|byte| *byte == 0).map(<[u8]>::to_vec).collect();
        names.retain(|name| name.starts_with(b"user."));
        names.sort();
        names
    };
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
