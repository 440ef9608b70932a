//! Names.

use super::*;
use bfs::{
    LinkFlags, Node, RenameFlags, UnlinkFlags, linkat, mkdirat, mknodat, readlinkat, renameat2, symlinkat, unlinkat,
};
use std::os::unix::fs::FileTypeExt;

const CAP_MKNOD: u32 = 27;

#[test]
fn directories_are_made_and_removed() {
    let place = Place::new();
    mkdirat(&place.fd, "directory", 0o711).unwrap();
    assert_eq!(place.mode("directory") & !0o022, 0o40711 & !0o022);
    assert_errno(mkdirat(&place.fd, "directory", 0o700), Errno::EEXIST);
    assert_errno(unlinkat(&place.fd, "directory", UnlinkFlags::empty()), Errno::EISDIR);
    fs::write(place.path.join("directory/file"), "").unwrap();
    assert_errno(unlinkat(&place.fd, "directory", UnlinkFlags::REMOVEDIR), Errno::ENOTEMPTY);
    assert_errno(unlinkat(&place.fd, "directory/file", UnlinkFlags::REMOVEDIR), Errno::ENOTDIR);
    unlinkat(&place.fd, "directory/file", UnlinkFlags::empty()).unwrap();
    assert_errno(unlinkat(&place.fd, "directory/.", UnlinkFlags::REMOVEDIR), Errno::EINVAL);
    unlinkat(&place.fd, "directory", UnlinkFlags::REMOVEDIR).unwrap();
    assert_errno(unlinkat(&place.fd, "directory", UnlinkFlags::REMOVEDIR), Errno::ENOENT);
    assert_errno(unlinkat(CWD, "/proc", UnlinkFlags::REMOVEDIR), Errno::EBUSY);
    assert_errno(unlinkat(&place.fd, "x", UnlinkFlags::from_bits(1)), Errno::EINVAL);
    assert_errno(mkdirat(CWD, "/proc/x", 0o700), Errno::ENOENT);
}

#[test]
fn names_are_not_for_everybody() {
    let place = Place::with_file();
    fs::create_dir(place.path.join("open")).unwrap();
    fs::set_permissions(place.path.join("open"), fs::Permissions::from_mode(0o777)).unwrap();
    as_nobody(|| {
        if credentials::getuid() != fs::metadata(&*place.path).unwrap().uid() {
            assert_errno(mkdirat(&place.fd, "x", 0o700), Errno::EACCES);
            assert_errno(mknodat(&place.fd, "x", Node::Fifo, 0o700), Errno::EACCES);
            assert_errno(symlinkat("x", &place.fd, "x"), Errno::EACCES);
            assert_errno(unlinkat(&place.fd, "file", UnlinkFlags::empty()), Errno::EACCES);
            assert_errno(renameat2(&place.fd, "file", &place.fd, "x", RenameFlags::empty()), Errno::EACCES);
            let device = Node::CharDevice { major: 1, minor: 3 };
            assert_errno(mknodat(&place.fd, "open/x", device, 0o700), Errno::EPERM);
            mknodat(&place.fd, "open/pipe", Node::Fifo, 0o700).unwrap();
        }
    });
}

#[test]
fn files_of_every_kind_are_made() {
    let place = Place::new();
    let make = |name: &str, node| mknodat(&place.fd, name, node, 0o640);
    make("regular", Node::Regular).unwrap();
    make("fifo", Node::Fifo).unwrap();
    make("socket", Node::Socket).unwrap();
    let kind = |name: &str| fs::symlink_metadata(place.path.join(name)).unwrap().file_type();
    assert!(kind("regular").is_file() && kind("fifo").is_fifo() && kind("socket").is_socket());
    assert_eq!(place.mode("fifo") & 0o7777 & !0o022, 0o640);
    assert_errno(make("fifo", Node::Fifo), Errno::EEXIST);
    assert_errno(make("x", Node::CharDevice { major: 1 << 12, minor: 0 }), Errno::EINVAL);
    assert_errno(make("x", Node::BlockDevice { major: 0, minor: 1 << 20 }), Errno::EINVAL);
    make("whiteout", Node::Whiteout).unwrap();
    assert!(kind("whiteout").is_char_device() && fs::metadata(place.path.join("whiteout")).unwrap().rdev() == 0);
    if has_capability(CAP_MKNOD, "CAP_MKNOD") {
        make("char", Node::CharDevice { major: 0xabc, minor: 0x12345 }).unwrap();
        make("block", Node::BlockDevice { major: 7, minor: 0xfffff }).unwrap();
        assert!(kind("char").is_char_device() && kind("block").is_block_device());
        let device = |name| bfs::statx(&place.fd, name, AtFlags::empty(), StatxMask::TYPE).unwrap().rdev();
        assert_eq!(device("char"), bfs::Device { major: 0xabc, minor: 0x12345 });
        assert_eq!(device("block"), bfs::Device { major: 7, minor: 0xfffff });
    }
}

#[test]
fn a_symbolic_link_says_what_it_was_told() {
    let place = Place::new();
    symlinkat("the target", &place.fd, "link").unwrap();
    let mut buffer = [0; 64];
    assert_eq!(readlinkat(&place.fd, "link", &mut buffer).unwrap(), b"the target");
    assert_eq!(readlinkat(&place.fd, "link", &mut buffer[..3]).unwrap(), b"the");
    assert_errno(readlinkat(&place.fd, "link", &mut buffer[..0]), Errno::EINVAL);
    let link = place.open("link", OpenFlags::PATH | OpenFlags::NOFOLLOW).unwrap();
    assert_eq!(readlinkat(&link, c"", &mut buffer).unwrap(), b"the target");
    assert_errno(readlinkat(&place.fd, ".", &mut buffer), Errno::EINVAL);
    assert_errno(symlinkat("x", &place.fd, "link"), Errno::EEXIST);
    assert_errno(symlinkat("", &place.fd, "x"), Errno::ENOENT);
}

#[test]
fn a_file_has_several_names() {
    let place = Place::with_file();
    let link = |from: &str, to: &str, flags| linkat(&place.fd, from, &place.fd, to, flags);
    link("file", "other", LinkFlags::empty()).unwrap();
    assert_eq!(fs::metadata(place.path.join("file")).unwrap().nlink(), 2);
    link("link", "link itself", LinkFlags::empty()).unwrap();
    assert!(fs::symlink_metadata(place.path.join("link itself")).unwrap().is_symlink());
    link("link", "the file", LinkFlags::SYMLINK_FOLLOW).unwrap();
    assert!(!fs::symlink_metadata(place.path.join("the file")).unwrap().is_symlink());
    let file = place.open("file", OpenFlags::PATH).unwrap();
    match linkat(&file, "", &place.fd, "from a descriptor", LinkFlags::EMPTY_PATH) {
        Ok(()) => assert_eq!(fs::read(place.path.join("from a descriptor")).unwrap(), b"text"),
        Err(errno) => assert_eq!(errno, Errno::ENOENT),
    }
    assert_errno(link("file", "other", LinkFlags::empty()), Errno::EEXIST);
    assert_errno(link(".", "x", LinkFlags::empty()), Errno::EPERM);
    assert_errno(link("file", "x", LinkFlags::from_bits(1)), Errno::EINVAL);
    assert_errno(linkat(CWD, "/proc/self/stat", &place.fd, "x", LinkFlags::empty()), Errno::EXDEV);
}

#[test]
fn names_are_changed_replaced_and_exchanged() {
    let place = Place::with_file();
    fs::write(place.path.join("other"), "other").unwrap();
    let rename = |from: &str, to: &str, flags| renameat2(&place.fd, from, &place.fd, to, flags);
    let read = |name: &str| fs::read_to_string(place.path.join(name)).ok();
    assert_errno(rename("file", "other", RenameFlags::NOREPLACE), Errno::EEXIST);
    rename("file", "other", RenameFlags::EXCHANGE).unwrap();
    assert_eq!((read("file").unwrap(), read("other").unwrap()), ("other".to_owned(), "text".to_owned()));
    rename("file", "other", RenameFlags::empty()).unwrap();
    assert_eq!((read("file"), read("other").unwrap()), (None, "other".to_owned()));
    rename("other", "new", RenameFlags::NOREPLACE).unwrap();
    assert_errno(rename("new", "missing", RenameFlags::EXCHANGE), Errno::ENOENT);
    assert_errno(rename("new", "x", RenameFlags::EXCHANGE | RenameFlags::NOREPLACE), Errno::EINVAL);
    assert_errno(rename("new", "x", RenameFlags::from_bits(1 << 8)), Errno::EINVAL);
    fs::create_dir_all(place.path.join("directory/inner")).unwrap();
    fs::create_dir(place.path.join("empty")).unwrap();
    assert_errno(rename("directory", "directory/inner/x", RenameFlags::empty()), Errno::EINVAL);
    assert_errno(rename("new", "empty", RenameFlags::empty()), Errno::EISDIR);
    assert_errno(rename("empty", "new", RenameFlags::empty()), Errno::ENOTDIR);
    assert_errno(rename("empty", "directory", RenameFlags::empty()), Errno::ENOTEMPTY);
    assert_errno(renameat2(&place.fd, "new", CWD, "/proc/x", RenameFlags::empty()), Errno::EXDEV);
    match rename("new", "renamed", RenameFlags::WHITEOUT) {
        Ok(()) => assert!(fs::symlink_metadata(place.path.join("new")).unwrap().file_type().is_char_device()),
        Err(errno) => assert!(matches!(errno, Errno::EINVAL | Errno::EPERM), "{errno}"),
    }
}

#[test]
fn every_path_has_its_errors() {
    errors_of_every_path(&Place::new(), |at, path| mkdirat(at, path, 0o700));
    errors_of_every_path(&Place::new(), |at, path| mknodat(at, path, Node::Fifo, 0o700));
    errors_of_every_path(&Place::new(), |at, path| symlinkat("x", at, path));
    errors_of_every_path(&Place::new(), |at, path| unlinkat(at, path, UnlinkFlags::empty()));
    errors_of_every_path(&Place::new(), |at, path| renameat2(at, path, at, "new", RenameFlags::empty()));
    errors_of_every_path(&Place::new(), |at, path| linkat(at, path, at, "new", LinkFlags::empty()));
    errors_of_every_path(&Place::new(), |at, path| readlinkat(at, path, &mut [0; 8]).map(drop));
    assert_errno(mkdirat(not_open(), "x", 0), Errno::EBADF);
}
