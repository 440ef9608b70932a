//! An open file.

use super::*;
use bfs::{FallocateMode, Lock, fallocate, fdatasync, flock, fsync, ftruncate};

#[test]
fn a_file_becomes_shorter_and_longer() {
    let place = Place::with_file();
    let file = place.open("file", OpenFlags::RDWR).unwrap();
    ftruncate(&file, 2).unwrap();
    assert_eq!(fs::read(place.path.join("file")).unwrap(), b"te");
    ftruncate(&file, 4).unwrap();
    assert_eq!(fs::read(place.path.join("file")).unwrap(), b"te\0\0");
    ftruncate(&file, 0x1_0000_0003).unwrap();
    assert_eq!(fs::metadata(place.path.join("file")).unwrap().len(), 0x1_0000_0003);
    assert_errno(ftruncate(&file, u64::MAX), Errno::EINVAL);
    assert_errno(ftruncate(&file, i64::MAX as u64), Errno::EFBIG);
    assert_errno(ftruncate(place.open("file", OpenFlags::RDONLY).unwrap(), 0), Errno::EINVAL);
    assert_errno(ftruncate(&place.fd, 0), Errno::EINVAL);
    assert_errno(ftruncate(not_open(), 0), Errno::EBADF);
}

#[test]
fn a_range_gets_room_and_loses_it() {
    let place = Place::with_file();
    let file = place.open("file", OpenFlags::RDWR).unwrap();
    let blocks = || fs::metadata(place.path.join("file")).unwrap().blocks();
    match fallocate(&file, FallocateMode::empty(), 0, 1 << 20) {
        Err(Errno::EOPNOTSUPP) => return println!("skipped: the file system does not have it"),
        done => done.unwrap(),
    }
    assert!(blocks() >= 2048 && fs::metadata(place.path.join("file")).unwrap().len() == 1 << 20);
    fallocate(&file, FallocateMode::PUNCH_HOLE | FallocateMode::KEEP_SIZE, 0, 1 << 20).unwrap();
    assert!(blocks() < 64 && fs::metadata(place.path.join("file")).unwrap().len() == 1 << 20);
    fallocate(&file, FallocateMode::KEEP_SIZE, 1 << 20, 1 << 20).unwrap();
    assert!(blocks() >= 2048 && fs::metadata(place.path.join("file")).unwrap().len() == 1 << 20);
    assert_errno(fallocate(&file, FallocateMode::PUNCH_HOLE, 0, 1), Errno::EOPNOTSUPP);
    assert_errno(fallocate(&file, FallocateMode::from_bits(1 << 20), 0, 1), Errno::EOPNOTSUPP);
    assert_errno(fallocate(&file, FallocateMode::empty(), 0, 0), Errno::EINVAL);
    assert_errno(fallocate(&file, FallocateMode::empty(), u64::MAX, 1), Errno::EINVAL);
    assert_errno(fallocate(&file, FallocateMode::empty(), i64::MAX as u64, 1), Errno::EFBIG);
    assert_errno(fallocate(place.open("file", OpenFlags::RDONLY).unwrap(), FallocateMode::empty(), 0, 1), Errno::EBADF);
    let (_reading, writing) = common::pipe();
    assert_errno(fallocate(&writing, FallocateMode::empty(), 0, 1), Errno::ESPIPE);
}

#[test]
fn a_range_is_taken_out_and_put_in() {
    let place = Place::new();
    let contents: Vec<u8> = [[b'a'; 4096], [b'b'; 4096], [b'c'; 4096]].concat();
    fs::write(place.path.join("file"), &contents).unwrap();
    let file = place.open("file", OpenFlags::RDWR).unwrap();
    let read = || fs::read(place.path.join("file")).unwrap();
    match fallocate(&file, FallocateMode::COLLAPSE_RANGE, 4096, 4096) {
        Err(Errno::EOPNOTSUPP) => return println!("skipped: the file system does not have it"),
        done => done.unwrap(),
    }
    assert_eq!(read(), [[b'a'; 4096], [b'c'; 4096]].concat());
    fallocate(&file, FallocateMode::INSERT_RANGE, 4096, 4096).unwrap();
    assert_eq!(read(), [[b'a'; 4096], [0; 4096], [b'c'; 4096]].concat());
    fallocate(&file, FallocateMode::ZERO_RANGE, 0, 4096).unwrap();
    assert_eq!(read(), [[0; 4096], [0; 4096], [b'c'; 4096]].concat());
    assert_errno(fallocate(&file, FallocateMode::COLLAPSE_RANGE, 1, 4096), Errno::EINVAL);
    assert_errno(fallocate(&file, FallocateMode::COLLAPSE_RANGE, 0, 3 * 4096), Errno::EINVAL);
}

#[test]
fn a_lock_is_shared_or_not() {
    let place = Place::with_file();
    let open = || place.open("file", OpenFlags::RDONLY).unwrap();
    let (one, other) = (open(), open());
    flock(&one, Lock::SHARED).unwrap();
    flock(&other, Lock::SHARED | Lock::NONBLOCK).unwrap();
    assert_errno(flock(&other, Lock::EXCLUSIVE | Lock::NONBLOCK), Errno::EAGAIN);
    flock(&one, Lock::UNLOCK).unwrap();
    flock(&other, Lock::EXCLUSIVE | Lock::NONBLOCK).unwrap();
    assert_errno(flock(&one, Lock::SHARED | Lock::NONBLOCK), Errno::EAGAIN);
    assert_errno(interrupted(|| flock(&one, Lock::EXCLUSIVE)), Errno::EINTR);
    // A child of another test may have a copy of the descriptor.
    let _no_forks = common::no_forks();
    flock(&other, Lock::UNLOCK).unwrap();
    flock(&one, Lock::EXCLUSIVE).unwrap();
    assert_errno(flock(&one, Lock::NONBLOCK), Errno::EINVAL);
    assert_errno(flock(not_open(), Lock::SHARED), Errno::EBADF);
}

#[test]
fn what_was_written_is_on_the_disk() {
    let place = Place::with_file();
    let file = place.open("file", OpenFlags::RDWR).unwrap();
    fd::write(&file, b"more").unwrap();
    fdatasync(&file).unwrap();
    fsync(&file).unwrap();
    fsync(&place.fd).unwrap();
    assert_errno(fsync(not_open()), Errno::EBADF);
    assert_errno(fdatasync(not_open()), Errno::EBADF);
    let (reading, _writing) = common::pipe();
    assert_errno(fsync(&reading), Errno::EINVAL);
    assert_errno(fdatasync(&reading), Errno::EINVAL);
}
