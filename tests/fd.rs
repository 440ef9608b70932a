//! Reading and writing in every form, and descriptors as such, against the running kernel. What `read` and `write`
//! themselves say is in `ground.rs`.
//!
//! Errors that cannot be provoked here: `EBUSY` of `dup3` (a race between two threads), `EINTR`, `EIO`, `ENOSPC` and
//! `EDQUOT` of `close` (few file systems have them), `EMFILE` and `ENOMEM` of `close_range` (the limit would have to be
//! lowered below what is open and the kernel be short of memory), `EINVAL` of an atomic write (it takes a disk that can do
//! it), and `EPERM` of `NOAPPEND` (not every file system has such files).

mod common;

use butter::fd::{self, CloseRangeFlags, DupFlags, IoSlice, IoSliceMut, Lease, OwnedFd, Owner, RwFlags, Whence};
use butter::pipe::{Pipe, PipeFlags};
use butter::signal::{Cause, SigSet, Signal};
use butter::{Errno, process, signal};
use common::{LONG, RLIMIT_NOFILE, TempDir, alone, assert_errno, no_forks, not_open, with_limit};
use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;

/// Different in every part.
const FAR: u64 = 0x1_2345_6000;

/// A file with this content, and its directory.
fn file(content: &[u8]) -> (File, TempDir) {
    let directory = TempDir::new();
    let path = directory.join("a");
    fs::write(&path, content).unwrap();
    (OpenOptions::new().read(true).write(true).open(path).unwrap(), directory)
}

fn content(directory: &TempDir) -> Vec<u8> {
    fs::read(directory.join("a")).unwrap()
}

fn appended(directory: &TempDir) -> File {
    OpenOptions::new().append(true).open(directory.join("a")).unwrap()
}

#[test]
fn a_position_is_read_and_written_at_and_the_file_stays_where_it_stands() {
    let (mut file, directory) = file(b"one, two");
    file.seek(SeekFrom::Start(3)).unwrap();
    assert_eq!(fd::pread(&file, &mut [0; 100], 5).unwrap(), b"two");
    assert_eq!(fd::pread(&file, &mut [0; 3], 0).unwrap(), b"one");
    assert_eq!(fd::pread(&file, &mut [0; 3], 8).unwrap(), b"");
    assert_eq!(fd::pwrite(&file, b"TWO", 5), Ok(3));
    assert_eq!((content(&directory), file.stream_position().unwrap()), (b"one, TWO".to_vec(), 3));
}

#[test]
fn several_pieces_are_read_and_written_in_their_order() {
    let (mut file, directory) = file(b"");
    assert_eq!(fd::writev(&file, &[IoSlice::new(b"one"), IoSlice::new(b""), IoSlice::new(b", two")]), Ok(8));
    assert_eq!(content(&directory), b"one, two");
    file.rewind().unwrap();
    let (mut a, mut b, mut c) = ([0; 3], [0; 4], [0; 9]);
    let mut pieces = [IoSliceMut::new(&mut a), IoSliceMut::new(&mut b), IoSliceMut::new(&mut c)];
    assert_eq!(fd::readv(&file, &mut pieces), Ok(8));
    assert_eq!((&a, &b, &c), (b"one", b", tw", b"o\0\0\0\0\0\0\0\0"));
    assert_eq!((fd::readv(&file, &mut []), fd::writev(&file, &[])), (Ok(0), Ok(0)));
}

#[test]
fn pieces_are_read_and_written_at_a_position() {
    let (mut file, directory) = file(b"........");
    file.seek(SeekFrom::Start(1)).unwrap();
    assert_eq!(fd::pwritev(&file, &[IoSlice::new(b"tw"), IoSlice::new(b"o")], 5), Ok(3));
    assert_eq!(fd::pwritev2(&file, &[IoSlice::new(b"one")], Some(0), RwFlags::empty()), Ok(3));
    assert_eq!(content(&directory), b"one..two");
    let (mut a, mut b) = ([0; 2], [0; 9]);
    assert_eq!(fd::preadv(&file, &mut [IoSliceMut::new(&mut a), IoSliceMut::new(&mut b)], 5), Ok(3));
    assert_eq!((&a, b[0]), (b"tw", b'o'));
    assert_eq!(fd::preadv2(&file, &mut [IoSliceMut::new(&mut a)], Some(1), RwFlags::empty()), Ok(2));
    assert_eq!((&a, file.stream_position().unwrap()), (b"ne", 1));
}

#[test]
fn without_a_position_it_is_where_the_file_stands() {
    let (mut file, directory) = file(b"........");
    file.seek(SeekFrom::Start(2)).unwrap();
    assert_eq!(fd::pwritev2(&file, &[IoSlice::new(b"abc")], None, RwFlags::empty()), Ok(3));
    let mut byte = [0; 1];
    assert_eq!(fd::preadv2(&file, &mut [IoSliceMut::new(&mut byte)], None, RwFlags::empty()), Ok(1));
    assert_eq!((content(&directory), file.stream_position().unwrap()), (b"..abc...".to_vec(), 6));
}

#[test]
fn positions_may_be_beyond_32_bits() {
    let (file, _directory) = file(b"");
    let mut memory = [0; 4];
    assert_eq!(fd::pwrite(&file, b"abcd", FAR), Ok(4));
    assert_eq!(fd::pwritev(&file, &[IoSlice::new(b"efgh")], FAR + 4), Ok(4));
    assert_eq!(fd::pwritev2(&file, &[IoSlice::new(b"ijkl")], Some(FAR + 8), RwFlags::empty()), Ok(4));
    assert_eq!(file.metadata().unwrap().len(), FAR + 12);
    assert_eq!(fd::pread(&file, &mut [0; 4], FAR + 2).unwrap(), b"cdef");
    assert_eq!(fd::preadv(&file, &mut [IoSliceMut::new(&mut memory)], FAR + 6), Ok(4));
    assert_eq!(&memory, b"ghij");
    assert_eq!(fd::preadv2(&file, &mut [IoSliceMut::new(&mut memory)], Some(FAR + 8), RwFlags::empty()), Ok(4));
    assert_eq!(&memory, b"ijkl");
    assert_eq!(fd::lseek(&file, FAR as i64 + 5, Whence::Start), Ok(FAR + 5));
    assert_eq!(fd::lseek(&file, 0, Whence::Current), Ok(FAR + 5));
}

#[test]
fn positions_beyond_63_bits_are_einval_also_that_which_means_none_to_the_kernel() {
    let (file, _directory) = file(b"text");
    for position in [1 << 63, u64::MAX - 1, u64::MAX] {
        let (mut memory, none) = ([0; 4], RwFlags::empty());
        let (bytes, mut pieces) = ([IoSlice::new(b"x")], [IoSliceMut::new(&mut memory)]);
        assert_errno(fd::pread(&file, &mut [0; 4], position), Errno::EINVAL);
        assert_errno(fd::pwrite(&file, b"x", position), Errno::EINVAL);
        assert_errno(fd::preadv(&file, &mut pieces, position), Errno::EINVAL);
        assert_errno(fd::pwritev(&file, &bytes, position), Errno::EINVAL);
        assert_errno(fd::preadv2(&file, &mut pieces, Some(position), none), Errno::EINVAL);
        assert_errno(fd::pwritev2(&file, &bytes, Some(position), none), Errno::EINVAL);
    }
    assert_eq!(file.metadata().unwrap().len(), 4);
}

#[test]
fn what_has_no_positions_is_espipe() {
    let pipe = Pipe::new().unwrap();
    let (socket, _other) = UnixStream::pair().unwrap();
    let mut memory = [0; 4];
    assert_errno(fd::pread(&pipe.reader, &mut [0; 4], 0), Errno::ESPIPE);
    assert_errno(fd::pwrite(&pipe.writer, b"x", 0), Errno::ESPIPE);
    assert_errno(fd::preadv(&socket, &mut [IoSliceMut::new(&mut memory)], 0), Errno::ESPIPE);
    assert_errno(fd::pwritev(&socket, &[IoSlice::new(b"x")], 0), Errno::ESPIPE);
    for whence in [Whence::Start, Whence::Current, Whence::End] {
        assert_errno(fd::lseek(&socket, 0, whence), Errno::ESPIPE);
    }
}

#[test]
fn more_pieces_than_1024_are_einval() {
    let null = OpenOptions::new().read(true).write(true).open("/dev/null").unwrap();
    assert_errno(fd::writev(&null, &[IoSlice::new(b"x"); 1025]), Errno::EINVAL);
    assert_eq!(fd::writev(&null, &[IoSlice::new(b"x"); 1024]), Ok(1024));
    let mut pieces: Vec<IoSliceMut<'_>> = (0..1025).map(|_| IoSliceMut::new(&mut [])).collect();
    assert_errno(fd::readv(&null, &mut pieces), Errno::EINVAL);
}

#[test]
fn descriptors_that_are_not_open_or_of_the_wrong_direction_are_ebadf() {
    let (directory, mut memory) = (TempDir::new(), [0; 4]);
    fs::write(directory.join("a"), "text").unwrap();
    let read_only = File::open(directory.join("a")).unwrap();
    let write_only = OpenOptions::new().write(true).open(directory.join("a")).unwrap();
    for fd in [not_open(), write_only.as_fd()] {
        let pieces = &mut [IoSliceMut::new(&mut memory)];
        assert_errno(fd::pread(fd, &mut [0; 4], 0), Errno::EBADF);
        assert_errno(fd::readv(fd, pieces), Errno::EBADF);
        assert_errno(fd::preadv(fd, pieces, 0), Errno::EBADF);
        assert_errno(fd::preadv2(fd, pieces, None, RwFlags::empty()), Errno::EBADF);
    }
    for fd in [not_open(), read_only.as_fd()] {
        let bytes = &[IoSlice::new(b"x")];
        assert_errno(fd::pwrite(fd, b"x", 0), Errno::EBADF);
        assert_errno(fd::writev(fd, bytes), Errno::EBADF);
        assert_errno(fd::pwritev(fd, bytes, 0), Errno::EBADF);
        assert_errno(fd::pwritev2(fd, bytes, None, RwFlags::empty()), Errno::EBADF);
    }
    assert_errno(fd::lseek(not_open(), 0, Whence::Start), Errno::EBADF);
}

#[test]
fn nowait_is_eagain_where_it_would_wait() {
    let (pipe, mut memory) = (Pipe::new().unwrap(), [0; 4]);
    let mut pieces = [IoSliceMut::new(&mut memory)];
    assert_errno(fd::preadv2(&pipe.reader, &mut pieces, None, RwFlags::NOWAIT), Errno::EAGAIN);
    pipe.writer.write(b"x").unwrap();
    assert_eq!(fd::preadv2(&pipe.reader, &mut pieces, None, RwFlags::NOWAIT), Ok(1));
    pipe.set_size(4096).unwrap();
    pipe.writer.write(&[0; 4096]).unwrap();
    assert_errno(fd::pwritev2(&pipe.writer, &[IoSlice::new(b"x")], None, RwFlags::NOWAIT), Errno::EAGAIN);
}

#[test]
fn append_and_noappend_have_the_last_word() {
    let (file, directory) = file(b"....");
    let bytes = [IoSlice::new(b"x")];
    assert_eq!(fd::pwritev2(&file, &bytes, Some(0), RwFlags::APPEND), Ok(1));
    assert_eq!(content(&directory), b"....x");
    let appended = appended(&directory);
    assert_eq!(fd::pwritev2(&appended, &bytes, Some(1), RwFlags::NOAPPEND), Ok(1));
    assert_eq!(content(&directory), b".x..x");
    assert_eq!(fd::pwritev2(&appended, &bytes, Some(1), RwFlags::empty()), Ok(1));
    assert_eq!(content(&directory), b".x..xx");
    assert_errno(fd::pwritev2(&file, &bytes, None, RwFlags::APPEND | RwFlags::NOAPPEND), Errno::EINVAL);
}

#[test]
fn flags_of_the_disk_are_taken_or_refused_by_name() {
    let ((file, directory), mut memory) = (file(b"text"), [0; 4]);
    for flags in [RwFlags::DSYNC, RwFlags::SYNC, RwFlags::HIPRI, RwFlags::DSYNC | RwFlags::SYNC] {
        assert_eq!(fd::pwritev2(&file, &[IoSlice::new(b"TEXT")], Some(0), flags), Ok(4), "{flags:?}");
    }
    assert_eq!(content(&directory), b"TEXT");
    assert_eq!(fd::preadv2(&file, &mut [IoSliceMut::new(&mut memory)], Some(0), RwFlags::HIPRI), Ok(4));
    match fd::preadv2(&file, &mut [IoSliceMut::new(&mut memory)], Some(0), RwFlags::DONTCACHE) {
        Ok(read) => assert_eq!(read, 4),
        Err(errno) => assert_eq!(errno, Errno::EOPNOTSUPP),
    }
    // Of a file that is not opened for it.
    assert_errno(fd::pwritev2(&file, &[IoSlice::new(b"x")], Some(0), RwFlags::ATOMIC), Errno::EOPNOTSUPP);
}

#[test]
fn an_unknown_flag_and_one_of_the_other_direction_are_eopnotsupp() {
    let ((file, _directory), mut memory) = (file(b"text"), [0; 4]);
    let unknown = RwFlags::from_bits(0x4000_0000);
    let mut pieces = [IoSliceMut::new(&mut memory)];
    assert_errno(fd::preadv2(&file, &mut pieces, None, unknown), Errno::EOPNOTSUPP);
    assert_errno(fd::pwritev2(&file, &[IoSlice::new(b"x")], None, unknown), Errno::EOPNOTSUPP);
    assert_errno(fd::preadv2(&file, &mut pieces, None, RwFlags::ATOMIC), Errno::EOPNOTSUPP);
}

#[test]
fn nosignal_is_epipe_and_no_signal() {
    alone(Signal::PIPE, || {
        let Pipe { reader, writer } = Pipe::new().unwrap();
        drop(reader);
        match fd::pwritev2(&writer, &[IoSlice::new(b"x")], None, RwFlags::NOSIGNAL) {
            // Older than Linux 6.18.
            Err(Errno::EOPNOTSUPP) => println!("skipped: this kernel does not know it"),
            result => {
                assert_errno(result, Errno::EPIPE);
                assert_eq!(signal::sigpending(), Ok(SigSet::empty()));
            }
        }
    });
}

#[test]
fn a_file_is_set_to_where_it_should_stand() {
    let (file, _directory) = file(b"one, two");
    assert_eq!(fd::lseek(&file, 5, Whence::Start), Ok(5));
    assert_eq!(fd::lseek(&file, -2, Whence::Current), Ok(3));
    assert_eq!(fd::lseek(&file, -1, Whence::End), Ok(7));
    assert_eq!(fd::lseek(&file, 100, Whence::End), Ok(108));
    assert_errno(fd::lseek(&file, -1, Whence::Start), Errno::EINVAL);
    assert_errno(fd::lseek(&file, i64::MIN, Whence::Current), Errno::EINVAL);
    assert_errno(fd::lseek(&file, i64::MAX, Whence::Current), Errno::EINVAL);
    assert_errno(fd::lseek(&file, 9, Whence::Data), Errno::ENXIO);
    assert_errno(fd::lseek(&file, 9, Whence::Hole), Errno::ENXIO);
}

#[test]
fn data_and_holes_are_found() {
    // A file system without holes says that all is data.
    let (file, _directory) = file(b"");
    fd::pwrite(&file, &[b'x'; 4096], 1 << 20).unwrap();
    let data = fd::lseek(&file, 0, Whence::Data).unwrap();
    assert!(data == 0 || data == 1 << 20, "{data}");
    assert_eq!(fd::lseek(&file, 1 << 20, Whence::Hole), Ok((1 << 20) + 4096));
}

#[test]
fn a_duplicate_shares_where_the_file_stands_and_is_closed_over_exec() {
    let (mut file, _directory) = file(b"one, two");
    let duplicate = fd::dup(&file).unwrap();
    assert!(common::is_cloexec(&duplicate));
    assert_ne!(duplicate.as_raw_fd(), file.as_raw_fd());
    fd::lseek(&duplicate, 5, Whence::Start).unwrap();
    assert_eq!(file.stream_position().unwrap(), 5);
}

#[test]
fn a_duplicate_has_the_lowest_free_number_from_one_on() {
    let null = File::open("/dev/null").unwrap();
    let one = fd::dupfd(&null, 700, DupFlags::NO_CLOEXEC).unwrap();
    let two = fd::dupfd(&null, 700, DupFlags::empty()).unwrap();
    assert_eq!((one.as_raw_fd(), two.as_raw_fd()), (700, 701));
    assert!(!common::is_cloexec(&one) && common::is_cloexec(&two));
}

#[test]
fn errors_of_a_duplicate() {
    assert_errno(fd::dup(not_open()), Errno::EBADF);
    let null = File::open("/dev/null").unwrap();
    assert_errno(fd::dupfd(&null, i32::MAX as u32, DupFlags::empty()), Errno::EINVAL);
    assert_errno(fd::dupfd(&null, u32::MAX, DupFlags::NO_CLOEXEC), Errno::EINVAL);
    alone([], || {
        let null = File::open("/dev/null").unwrap();
        with_limit(RLIMIT_NOFILE, 50, || {
            let _all: Vec<OwnedFd> = std::iter::from_fn(|| fd::dup(&null).ok()).collect();
            assert_errno(fd::dup(&null), Errno::EMFILE);
        });
    });
}

#[test]
fn a_descriptor_is_replaced() {
    let (one, two) = (Pipe::new().unwrap(), Pipe::with_flags(PipeFlags::NONBLOCK).unwrap());
    let mut writer = OwnedFd::from(one.writer);
    fd::dup3(&two.writer, &mut writer, DupFlags::empty()).unwrap();
    assert!(common::is_cloexec(&writer));
    fd::write(&writer, b"x").unwrap();
    assert_eq!(two.reader.read(&mut [0; 9]).unwrap(), b"x");
    // It was the last writer.
    let _no_forks = no_forks();
    let again = Pipe::new().unwrap();
    let mut writer = OwnedFd::from(again.writer);
    fd::dup3(&two.writer, &mut writer, DupFlags::NO_CLOEXEC).unwrap();
    assert!(!common::is_cloexec(&writer));
    assert_eq!(again.reader.read(&mut [0; 9]).unwrap(), b"");
}

#[test]
fn errors_of_a_replacement() {
    let null = File::open("/dev/null").unwrap();
    let mut fd = OwnedFd::from(null.try_clone().unwrap());
    assert_errno(fd::dup3(not_open(), &mut fd, DupFlags::empty()), Errno::EBADF);
    assert_errno(fd::dup3(&null, &mut fd, DupFlags::from_bits(1)), Errno::EINVAL);
    // SAFETY: it is ours, and stays the same.
    let same = unsafe { BorrowedFd::borrow_raw(fd.as_raw_fd()) };
    assert_errno(fd::dup3(same, &mut fd, DupFlags::empty()), Errno::EINVAL);
    // SAFETY: no such number can be open.
    assert_errno(unsafe { fd::dup3_raw(&null, i32::MAX, DupFlags::empty()) }, Errno::EBADF);
    assert_eq!(fd::is_cloexec(&fd), Ok(true));
}

#[test]
fn a_number_that_is_not_open_is_made_a_duplicate() {
    let null = File::open("/dev/null").unwrap();
    // SAFETY: nothing else here has such a number.
    let fd = unsafe { fd::dup3_raw(&null, 800, DupFlags::empty()) }.unwrap();
    assert_eq!((fd.as_raw_fd(), fd::is_cloexec(&fd)), (800, Ok(true)));
}

#[test]
fn whether_two_are_the_same_open_file_is_told() {
    let (file, directory) = file(b"");
    let again = File::open(directory.join("a")).unwrap();
    match fd::dupfd_query(&file, &again) {
        Err(Errno::EINVAL) => return println!("skipped: this kernel cannot tell"),
        same => assert_eq!(same, Ok(false)),
    }
    assert_eq!(fd::dupfd_query(&file, &file), Ok(true));
    assert_eq!(fd::dupfd_query(fd::dup(&file).unwrap(), &file), Ok(true));
    assert_errno(fd::dupfd_query(&file, not_open()), Errno::EBADF);
    assert_errno(fd::dupfd_query(not_open(), &file), Errno::EBADF);
}

#[test]
fn whether_a_file_was_made_by_its_opening_is_told() {
    let directory = TempDir::new();
    let open = || OpenOptions::new().write(true).create(true).truncate(false).open(directory.join("a")).unwrap();
    match fd::created_query(open()) {
        Err(Errno::EINVAL) => return println!("skipped: this kernel cannot tell"),
        created => assert_eq!(created, Ok(true)),
    }
    assert_eq!(fd::created_query(open()), Ok(false));
    assert_errno(fd::created_query(not_open()), Errno::EBADF);
}

#[test]
fn cloexec_is_asked_for_and_set_for_one_descriptor_alone() {
    let null = File::open("/dev/null").unwrap();
    let duplicate = fd::dup(&null).unwrap();
    fd::set_cloexec(&null, false).unwrap();
    assert_eq!((fd::is_cloexec(&null), common::is_cloexec(&null)), (Ok(false), false));
    assert_eq!(fd::is_cloexec(&duplicate), Ok(true));
    fd::set_cloexec(&null, true).unwrap();
    assert_eq!((fd::is_cloexec(&null), common::is_cloexec(&null)), (Ok(true), true));
    assert_errno(fd::is_cloexec(not_open()), Errno::EBADF);
    assert_errno(fd::set_cloexec(not_open(), true), Errno::EBADF);
}

#[test]
fn closing_says_whether_it_went_well() {
    let _no_forks = no_forks();
    let Pipe { reader, writer } = Pipe::new().unwrap();
    assert_eq!(fd::close(writer.into()), Ok(()));
    assert_eq!(reader.read(&mut [0; 9]).unwrap(), b"");
}

#[test]
fn a_range_is_closed_and_nothing_around_it() {
    alone([], || {
        let null = File::open("/dev/null").unwrap();
        let fds: Vec<i32> = (0..5)
            .map(|n| fd::dupfd(&null, 900 + n, DupFlags::NO_CLOEXEC).map(std::os::fd::IntoRawFd::into_raw_fd).unwrap())
            .collect();
        assert_eq!(fds, [900, 901, 902, 903, 904]);
        let open = || fds.iter().map(|fd| fs::exists(format!("/proc/self/fd/{fd}")).unwrap()).collect::<Vec<_>>();
        // SAFETY: the descriptors are known, and their owners are gone.
        unsafe { fd::close_range(901, 902, CloseRangeFlags::empty()) }.unwrap();
        assert_eq!(open(), [true, false, false, true, true]);
        // SAFETY: the same.
        unsafe { fd::close_range(904, u32::MAX, CloseRangeFlags::UNSHARE) }.unwrap();
        assert_eq!(open()[..4], [true, false, false, true]);
    });
}

#[test]
fn an_unshared_range_is_closed_for_this_thread_alone() {
    alone([], || {
        let null = File::open("/dev/null").unwrap();
        let fd = fd::dupfd(&null, 900, DupFlags::empty()).unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                // SAFETY: this thread has a table of its own then, and uses none of them.
                unsafe { fd::close_range(900, u32::MAX, CloseRangeFlags::UNSHARE) }.unwrap();
                assert_errno(fd::is_cloexec(&fd), Errno::EBADF);
            });
        });
        assert_eq!(fd::is_cloexec(&fd), Ok(true));
    });
}

#[test]
fn a_range_is_marked_and_stays_open() {
    alone([], || {
        let null = File::open("/dev/null").unwrap();
        let fds: Vec<OwnedFd> = (0..4).map(|n| fd::dupfd(&null, 900 + n, DupFlags::NO_CLOEXEC).unwrap()).collect();
        fd::set_cloexec_range(901, 902).unwrap();
        let marked: Vec<bool> = fds.iter().map(|fd| fd::is_cloexec(fd).unwrap()).collect();
        assert_eq!(marked, [false, true, true, false]);
    });
}

#[test]
fn a_range_that_ends_before_it_begins_and_an_unknown_flag_are_einval() {
    assert_errno(fd::set_cloexec_range(1000, 999), Errno::EINVAL);
    // SAFETY: no such numbers can be open.
    unsafe {
        let (first, last) = (i32::MAX as u32, u32::MAX);
        assert_errno(fd::close_range(first, last, CloseRangeFlags::from_bits(0x100)), Errno::EINVAL);
        fd::close_range(first, last, CloseRangeFlags::empty()).unwrap();
    }
}

#[test]
fn the_owner_is_nobody_until_one_is_set() {
    alone([], || {
        let pipe = Pipe::new().unwrap();
        assert_eq!(fd::owner(&pipe.reader), Ok(None));
        let (pid, tid) = (process::getpid(), process::gettid());
        // The group that the process had may be one that its pid namespace does not know.
        let group = process::setsid().unwrap();
        for owner in [Owner::Thread(tid), Owner::Process(pid), Owner::Group(group)] {
            fd::set_owner(&pipe.reader, Some(owner)).unwrap();
            assert_eq!(fd::owner(&pipe.reader), Ok(Some(owner)));
        }
        fd::set_owner(&pipe.reader, None).unwrap();
        assert_eq!(fd::owner(&pipe.reader), Ok(None));
        let nobody = process::Pid::new(i32::MAX).unwrap();
        assert_errno(fd::set_owner(&pipe.reader, Some(Owner::Process(nobody))), Errno::ESRCH);
        assert_errno(fd::set_owner(not_open(), None), Errno::EBADF);
        assert_errno(fd::owner(not_open()), Errno::EBADF);
    });
}

#[test]
fn a_signal_tells_which_descriptor_is_ready() {
    alone([Signal::IO, common::rt(0)], || {
        let pipe = Pipe::new().unwrap();
        assert_eq!(fd::signal(&pipe.reader), Ok(None));
        fd::set_owner(&pipe.reader, Some(Owner::Thread(process::gettid()))).unwrap();
        fd::set_async(&pipe.reader, true).unwrap();
        pipe.writer.write(b"x").unwrap();
        assert_eq!(signal::sigtimedwait(&Signal::IO.into(), Some(LONG)).unwrap().signal(), Some(Signal::IO));

        fd::set_signal(&pipe.reader, Some(common::rt(0))).unwrap();
        assert_eq!(fd::signal(&pipe.reader), Ok(Some(common::rt(0))));
        pipe.writer.write(b"x").unwrap();
        let info = signal::sigtimedwait(&common::rt(0).into(), Some(LONG)).unwrap();
        let Cause::Poll { fd, .. } = info.cause() else { panic!("{info:?}") };
        assert_eq!(fd, pipe.reader.as_raw_fd());

        fd::set_async(&pipe.reader, false).unwrap();
        pipe.writer.write(b"x").unwrap();
        fd::set_signal(&pipe.reader, None).unwrap();
        assert_eq!((fd::signal(&pipe.reader), signal::sigpending()), (Ok(None), Ok(SigSet::empty())));
    });
    assert_errno(fd::set_signal(not_open(), None), Errno::EBADF);
    assert_errno(fd::signal(not_open()), Errno::EBADF);
    assert_errno(fd::set_async(not_open(), true), Errno::EBADF);
}

#[test]
fn a_lease_is_taken_and_given_back() {
    let _no_forks = no_forks();
    let (file, directory) = file(b"text");
    drop(file);
    let file = File::open(directory.join("a")).unwrap();
    assert_eq!(fd::lease(&file), Ok(None));
    for lease in [Lease::Read, Lease::Write] {
        fd::set_lease(&file, Some(lease)).unwrap();
        assert_eq!(fd::lease(&file), Ok(Some(lease)));
    }
    fd::set_lease(&file, None).unwrap();
    assert_eq!(fd::lease(&file), Ok(None));
}

#[test]
fn a_lease_is_broken_with_a_signal_and_the_other_waits_for_it() {
    alone(common::rt(0), || {
        let (file, directory) = file(b"text");
        drop(file);
        let file = File::open(directory.join("a")).unwrap();
        fd::set_signal(&file, Some(common::rt(0))).unwrap();
        fd::set_lease(&file, Some(Lease::Read)).unwrap();
        std::thread::scope(|scope| {
            let opened = scope.spawn(|| OpenOptions::new().write(true).open(directory.join("a")).map(drop));
            let info = signal::sigtimedwait(&common::rt(0).into(), Some(LONG)).unwrap();
            let Cause::Poll { fd, .. } = info.cause() else { panic!("{info:?}") };
            assert_eq!((fd, fd::lease(&file)), (file.as_raw_fd(), Ok(None)));
            assert!(!opened.is_finished());
            fd::set_lease(&file, None).unwrap();
            opened.join().unwrap().unwrap();
        });
    });
}

#[test]
fn errors_of_a_lease() {
    let (writable, directory) = file(b"text");
    let file = File::open(directory.join("a")).unwrap();
    assert_errno(fd::set_lease(&file, Some(Lease::Read)), Errno::EAGAIN);
    assert_errno(fd::set_lease(&writable, Some(Lease::Read)), Errno::EAGAIN);
    assert_errno(fd::set_lease(&file, Some(Lease::Write)), Errno::EAGAIN);
    assert_errno(fd::set_lease(&file, None), Errno::EAGAIN);
    assert_errno(fd::set_lease(Pipe::new().unwrap().reader, Some(Lease::Read)), Errno::EINVAL);
    assert_errno(fd::set_lease(not_open(), None), Errno::EBADF);
    assert_errno(fd::lease(not_open()), Errno::EBADF);
    drop(writable);
    if fs::metadata("/proc/1").unwrap().uid() == file.metadata().unwrap().uid() {
        assert_errno(common::as_nobody(|| fd::set_lease(&file, Some(Lease::Read))), Errno::EACCES);
    }
}
