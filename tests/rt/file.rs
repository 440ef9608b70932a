//! Reading a whole small file.

use crate::common::{TempDir, assert_errno};
use butter::Errno;
use butter::rt::read_file;
use std::fs;

#[test]
fn a_file_of_any_length_that_fits() {
    let directory = TempDir::new();
    let path = directory.join("file");
    for length in [0, 1, 99, 100] {
        let content = vec![b'x'; length];
        fs::write(&path, &content).unwrap();
        assert_eq!(read_file(&path, &mut [0; 100]).unwrap(), content);
    }
    fs::write(&path, [b'x'; 101]).unwrap();
    assert_errno(read_file(&path, &mut [0; 100]), Errno::EFBIG);
    assert_errno(read_file(&path, &mut [0; 0]), Errno::EFBIG);
}

#[test]
fn a_file_that_does_not_know_its_length() {
    let mut buffer = [0; 4096];
    let status = read_file("/proc/self/status", &mut buffer).unwrap();
    assert!(status.starts_with(b"Name:\t") && status.ends_with(b"\n"));
    assert_errno(read_file("/proc/self/status", &mut [0; 16]), Errno::EFBIG);
}

#[test]
fn errors() {
    let directory = TempDir::new();
    assert_errno(read_file(directory.join("missing").as_path(), &mut [0; 8]), Errno::ENOENT);
    assert_errno(read_file(&*directory, &mut [0; 8]), Errno::EISDIR);
    assert_errno(read_file("a\0b", &mut [0; 8]), Errno::EINVAL);
}
