//! sendfile and copy_file_range.

use super::*;
use butter::pipe::{copy_file_range, sendfile};

#[test]
fn a_file_is_sent_from_where_it_stands_or_from_an_offset() {
    let directory = TempDir::new();
    let (mut from, pipe) = (file(&directory, "a", b"one, two"), Pipe::new().unwrap());
    assert_eq!(sendfile(&pipe.writer, &from, None, 5), Ok(5));
    assert_eq!((content(&pipe), from.stream_position().unwrap()), (b"one, ".to_vec(), 5));
    let mut offset = 0;
    assert_eq!(sendfile(&pipe.writer, &from, Some(&mut offset), 3), Ok(3));
    assert_eq!((content(&pipe), offset, from.stream_position().unwrap()), (b"one".to_vec(), 3, 5));
    assert_eq!(sendfile(&pipe.writer, &from, None, 100), Ok(3));
    assert_eq!(sendfile(&pipe.writer, &from, None, 100), Ok(0));
    assert_eq!(content(&pipe), b"two");
}

#[test]
fn a_file_is_sent_to_a_file_and_to_a_socket() {
    let directory = TempDir::new();
    let (from, to) = (file(&directory, "a", &pattern(100_000)), file(&directory, "b", b""));
    assert_eq!(sendfile(&to, &from, Some(&mut 0), 200_000), Ok(100_000));
    assert_eq!(fs::read(directory.join("b")).unwrap(), pattern(100_000));
    let (socket, mut other) = UnixStream::pair().unwrap();
    assert_eq!(sendfile(&socket, &from, Some(&mut 10), 4), Ok(4));
    let mut bytes = [0; 4];
    other.read_exact(&mut bytes).unwrap();
    assert_eq!(bytes, pattern(14)[10..]);
}

#[test]
fn an_offset_of_sendfile_may_be_beyond_32_bits() {
    const FAR: u64 = 0x1_2345_6000;
    let directory = TempDir::new();
    let (mut from, pipe) = (file(&directory, "a", b""), Pipe::new().unwrap());
    from.seek(SeekFrom::Start(FAR)).unwrap();
    from.write_all(b"far away").unwrap();
    let mut offset = FAR + 4;
    assert_eq!(sendfile(&pipe.writer, &from, Some(&mut offset), 100), Ok(4));
    assert_eq!((content(&pipe), offset), (b"away".to_vec(), FAR + 8));
}

#[test]
fn errors_of_sendfile() {
    let _no_forks = no_forks();
    let directory = TempDir::new();
    let (file, pipe, full) = (file(&directory, "a", b"text"), Pipe::new().unwrap(), full());
    assert_errno(sendfile(&full.writer, &file, None, 1), Errno::EAGAIN);
    assert_errno(sendfile(not_open(), &file, None, 1), Errno::EBADF);
    assert_errno(sendfile(&pipe.writer, not_open(), None, 1), Errno::EBADF);
    assert_errno(sendfile(&pipe.reader, &file, None, 1), Errno::EBADF);
    let (socket, _other) = UnixStream::pair().unwrap();
    assert_errno(sendfile(&pipe.writer, &socket, Some(&mut 0), 1), Errno::ESPIPE);
    let null = OpenOptions::new().write(true).open("/dev/null").unwrap();
    let held = holding(b"x");
    assert_errno(sendfile(&null, &held.reader, None, 1), Errno::EINVAL);
    let appended = OpenOptions::new().append(true).open(directory.join("a")).unwrap();
    assert_errno(sendfile(&appended, &file, None, 1), Errno::EINVAL);
    assert_errno(sendfile(&pipe.writer, &file, Some(&mut { u64::MAX }), 1), Errno::EINVAL);
    assert_errno(sendfile(&null, &file, Some(&mut (i64::MAX as u64 - 1)), 1), Errno::EOVERFLOW);
    drop(pipe.reader);
    assert_errno(sendfile(&pipe.writer, &file, None, 1), Errno::EPIPE);
}

#[test]
fn a_signal_handler_is_eintr_while_there_is_no_room() {
    let directory = TempDir::new();
    let (file, full) = (file(&directory, "a", b"text"), full());
    fd::set_nonblocking(&full.writer, false).unwrap();
    assert_errno(interrupted(|| sendfile(&full.writer, &file, None, 1)), Errno::EINTR);
}

#[test]
fn a_sealed_file_is_eperm() {
    let directory = TempDir::new();
    let (file, pipe) = (file(&directory, "a", b"text"), holding(b"x"));
    let sealed = butter::Memfd::sealed("test", b"text").unwrap();
    assert_errno(sendfile(&sealed, &file, None, 1), Errno::EPERM);
    assert_errno(pipe::splice(&pipe.reader, None, &sealed, None, 1, NONE), Errno::EPERM);
    let open = butter::Memfd::new("test").unwrap();
    fd::write(&open, b"text").unwrap();
    assert_errno(copy_file_range(&open, Some(&mut 0), &sealed, None, 1, 0), Errno::EPERM);
}

#[test]
fn a_range_is_copied_within_the_kernel() {
    let directory = TempDir::new();
    let (mut from, mut to) = (file(&directory, "a", b"one, two"), file(&directory, "b", b"........"));
    assert_eq!(copy_file_range(&from, None, &to, None, 3, 0), Ok(3));
    assert_eq!((from.stream_position().unwrap(), to.stream_position().unwrap()), (3, 3));
    let (mut from_offset, mut to_offset) = (5, 0);
    assert_eq!(copy_file_range(&from, Some(&mut from_offset), &to, Some(&mut to_offset), 100, 0), Ok(3));
    assert_eq!((from_offset, to_offset), (8, 3));
    assert_eq!((from.stream_position().unwrap(), to.stream_position().unwrap()), (3, 3));
    assert_eq!(fs::read(directory.join("b")).unwrap(), b"two.....");
    assert_eq!(copy_file_range(&from, Some(&mut 8), &to, None, 100, 0), Ok(0));
}

#[test]
fn offsets_of_a_range_may_be_beyond_32_bits() {
    const FAR: u64 = 0x1_2345_6000;
    let directory = TempDir::new();
    let (from, to) = (file(&directory, "a", b"far away"), file(&directory, "b", b""));
    let mut offset = FAR;
    assert_eq!(copy_file_range(&from, Some(&mut 4), &to, Some(&mut offset), 4, 0), Ok(4));
    assert_eq!((offset, to.metadata().unwrap().len()), (FAR + 4, FAR + 4));
    let mut back = FAR;
    assert_eq!(copy_file_range(&to, Some(&mut back), &from, Some(&mut 0), 4, 0), Ok(4));
    assert_eq!(fs::read(directory.join("a")).unwrap(), b"awayaway");
}

#[test]
fn errors_of_copy_file_range() {
    let directory = TempDir::new();
    let (a, b) = (file(&directory, "a", b"text"), file(&directory, "b", b""));
    let copy = |from: &File, to: &File| copy_file_range(from, None, to, None, 1, 0);
    assert_errno(copy_file_range(not_open(), None, &b, None, 1, 0), Errno::EBADF);
    assert_errno(copy_file_range(&a, None, not_open(), None, 1, 0), Errno::EBADF);
    assert_errno(copy(&a, &File::open(directory.join("b")).unwrap()), Errno::EBADF);
    assert_errno(copy(&a, &OpenOptions::new().append(true).open(directory.join("b")).unwrap()), Errno::EBADF);
    assert_errno(copy_file_range(&a, None, &b, Some(&mut (i64::MAX as u64 - 1)), 1, 0), Errno::EFBIG);
    assert_errno(copy_file_range(&a, None, &b, None, 1, 1), Errno::EINVAL);
    assert_errno(copy_file_range(&a, None, &b, Some(&mut (1 << 63)), 1, 0), Errno::EINVAL);
    assert_errno(copy_file_range(&a, Some(&mut 0), &a, Some(&mut 1), 2, 0), Errno::EINVAL);
    assert_errno(copy_file_range(&a, None, &holding(b"").writer, None, 1, 0), Errno::EINVAL);
    assert_errno(copy(&File::open(&*directory).unwrap(), &b), Errno::EISDIR);
    assert_errno(copy_file_range(&a, None, &b, Some(&mut { u64::MAX }), 1, 0), Errno::EOVERFLOW);
    assert_errno(copy(&File::open("/proc/version").unwrap(), &b), Errno::EXDEV);
}
