//! The entries of a directory.

use super::*;
use bfs::{Dir, getdents64};
use butter::{EventSource, Reader};
use std::collections::BTreeMap;

/// Every name and its kind, read with a buffer of this size.
fn list(fd: &OwnedFd, size: usize) -> BTreeMap<Vec<u8>, FileType> {
    let (mut names, mut buffer) = (BTreeMap::new(), vec![0; size]);
    loop {
        let entries = getdents64(fd, &mut buffer[..]).unwrap();
        if entries.remainder().is_empty() {
            return names;
        }
        for entry in entries {
            assert_eq!(names.insert(entry.name().to_vec(), entry.file_type()), None);
        }
    }
}

#[test]
fn every_name_comes_once_with_its_kind() {
    let place = Place::with_file();
    for number in 0..300 {
        fs::write(place.path.join(format!("{number}")), "").unwrap();
    }
    fs::create_dir(place.path.join("directory")).unwrap();
    bfs::mknodat(&place.fd, "fifo", bfs::Node::Fifo, 0o600).unwrap();
    bfs::mknodat(&place.fd, "socket", bfs::Node::Socket, 0o600).unwrap();
    let longest = "x".repeat(255);
    fs::write(place.path.join(&longest), "").unwrap();
    for size in [300, 4120, 1 << 20] {
        let directory = place.open(".", OpenFlags::DIRECTORY).unwrap();
        let names = list(&directory, size);
        assert_eq!(names.len(), 2 + 300 + 2 + 3 + 1);
        // Some file systems do not say.
        let is = |name: &str, kind| assert!([kind, FileType::Unknown].contains(&names[name.as_bytes()]), "{name}");
        is("file", FileType::Regular);
        is("link", FileType::Symlink);
        is("directory", FileType::Directory);
        is("fifo", FileType::Fifo);
        is("socket", FileType::Socket);
        is(&longest, FileType::Regular);
        is("..", FileType::Directory);
    }
}

#[test]
fn an_entry_has_the_number_of_its_inode() {
    let place = Place::with_file();
    let (directory, mut buffer) = (Dir::open(&place.fd, ".").unwrap(), [0; 4120]);
    let mut found = 0;
    for entry in directory.read_events(&mut buffer).unwrap() {
        let path = place.path.join(entry.file_name());
        assert_eq!(entry.ino(), fs::symlink_metadata(path).unwrap().ino());
        assert_eq!(entry.is_dot_or_dotdot(), [&b"."[..], b".."].contains(&entry.name()));
        assert!(format!("{entry:?}").contains("name: \""), "{entry:?}");
        found += 1;
    }
    assert_eq!(found, 4);
}

#[test]
fn a_reader_ends_and_begins_anew() {
    let place = Place::with_file();
    let (directory, mut buffer) = (Dir::open(CWD, &*place.path).unwrap(), [0; Dir::MIN_BUFFER]);
    assert!(common::is_cloexec(&directory));
    let mut reader = Reader::new(&directory, &mut buffer).unwrap();
    for _ in 0..2 {
        let mut names = 0;
        while reader.wait(Some(common::LONG)).map_or_else(
            |errno| {
                assert_eq!(errno, Errno::ENODATA);
                false
            },
            |_| true,
        ) {
            names += 1;
        }
        assert_eq!(names, 4);
        assert_errno(reader.read_event().map(drop), Errno::ENODATA);
        directory.rewind().unwrap();
    }
}

#[test]
fn what_is_no_directory_is_refused() {
    let place = Place::with_file();
    assert_errno(Dir::open(&place.fd, "file").map(drop), Errno::ENOTDIR);
    let file = place.open("file", OpenFlags::RDONLY).unwrap();
    assert_errno(getdents64(&file, &mut [0; 4120]).map(drop), Errno::ENOTDIR);
    assert_errno(getdents64(not_open(), &mut [0; 4120]).map(drop), Errno::EBADF);
    assert_errno(getdents64(&place.fd, &mut [0; 20]).map(drop), Errno::EINVAL);
    assert_errno(Reader::new(Dir::from(file), &mut [0; 4119]).map(drop), Errno::EINVAL);
    let (reading, _writing) = common::pipe();
    assert_errno(Dir::from(reading).rewind(), Errno::ESPIPE);
    fs::create_dir(place.path.join("gone")).unwrap();
    let gone = place.open("gone", OpenFlags::DIRECTORY).unwrap();
    fs::remove_dir(place.path.join("gone")).unwrap();
    assert_errno(getdents64(&gone, &mut [0; 4120]).map(drop), Errno::ENOENT);
}
