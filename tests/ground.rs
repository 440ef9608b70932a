//! The small vocabulary: errors, sizes, descriptors, paths, times and flags.
//!
//! Errors that cannot be provoked here: `EDQUOT` and `EIO` of a write (a disk would have to be full or broken), and
//! `ENODEV` of `clock_gettime` (a device would have to be unplugged).

mod common;

use butter::errno::{Errno, ErrorKind};
use butter::{Epoll, Eventfd, Inotify, Result, Signalfd, Timerfd, fd};
use common::{alone, assert_errno, not_open, pipe};
use static_assertions::{assert_impl_all, assert_not_impl_any, const_assert_eq};
use std::fmt::Debug;
use std::io;

mod errno {
    use super::*;

    #[test]
    fn has_the_numbers_of_the_kernel() {
        let errnos = [
            (Errno::EPERM, 1, "EPERM"),
            (Errno::ENOENT, 2, "ENOENT"),
            (Errno::EAGAIN, 11, "EAGAIN"),
            (Errno::EINVAL, 22, "EINVAL"),
            (Errno::ERANGE, 34, "ERANGE"),
            #[cfg(any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64"))]
            (Errno::ENOSYS, 38, "ENOSYS"),
            #[cfg(any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64"))]
            (Errno::EHWPOISON, 133, "EHWPOISON"),
        ];
        for (errno, number, name) in errnos {
            assert_eq!((errno.number(), errno.name()), (number, Some(name)));
            assert_eq!(Errno::new(number), Some(errno));
        }
        assert_eq!(Errno::new(0), None);
        assert_eq!((Errno::EWOULDBLOCK, Errno::ENOTSUP), (Errno::EAGAIN, Errno::EOPNOTSUPP));
    }

    #[test]
    fn prints_its_name_and_says_it_in_words() {
        assert_eq!(format!("{:?}: {}", Errno::ENOENT, Errno::ENOENT), "ENOENT: no such file or directory");
        let unknown = Errno::new(4000).unwrap();
        assert_eq!(format!("{unknown:?}: {unknown}"), "Errno(4000): error number 4000");
        assert_eq!((unknown.name(), unknown.words()), (None, None));
    }

    #[test]
    fn has_a_kind() {
        let kinds = [
            (ErrorKind::WouldBlock, &[Errno::EAGAIN, Errno::EWOULDBLOCK][..]),
            (ErrorKind::Interrupted, &[Errno::EINTR]),
            (ErrorKind::TimedOut, &[Errno::ETIMEDOUT]),
            (ErrorKind::InvalidInput, &[Errno::EINVAL, Errno::EBADF, Errno::ENOTDIR, Errno::ENAMETOOLONG]),
            (ErrorKind::NotFound, &[Errno::ENOENT, Errno::ESRCH, Errno::ENODEV]),
            (ErrorKind::AlreadyExists, &[Errno::EEXIST]),
            (ErrorKind::PermissionDenied, &[Errno::EPERM, Errno::EACCES, Errno::EROFS]),
            (ErrorKind::OutOfMemory, &[Errno::ENOMEM, Errno::ENOBUFS]),
            (ErrorKind::LimitReached, &[Errno::EMFILE, Errno::ENFILE, Errno::ENOSPC]),
            (ErrorKind::Unsupported, &[Errno::ENOSYS, Errno::EOPNOTSUPP, Errno::ENOTTY]),
            (ErrorKind::Busy, &[Errno::EBUSY, Errno::ETXTBSY]),
            (ErrorKind::BrokenPipe, &[Errno::EPIPE, Errno::ECONNRESET]),
            (ErrorKind::Os, &[Errno::EIO, Errno::ECANCELED]),
        ];
        for (kind, errnos) in kinds {
            for errno in errnos {
                assert_eq!(errno.kind(), kind, "{errno:?}");
            }
        }
        assert_eq!(Errno::new(4000).unwrap().kind(), ErrorKind::Os);
    }

    #[test]
    fn becomes_an_io_error_and_is_found_in_one() {
        let error = io::Error::from(Errno::ENOENT);
        assert_eq!((error.raw_os_error(), error.kind()), (Some(2), io::ErrorKind::NotFound));
        assert_eq!(Errno::from_io_error(&error), Some(Errno::ENOENT));
        assert_eq!(Errno::from_io_error(&std::fs::File::open("/no/such/file").unwrap_err()), Some(Errno::ENOENT));
        assert_eq!(Errno::from_io_error(&io::Error::other("no errno")), None);
        assert_eq!(Errno::from_io_error(&io::Error::from_raw_os_error(-1)), None);
    }

    #[test]
    fn is_taken_by_question_mark() {
        fn io() -> io::Result<()> {
            Err(Errno::EBUSY)?
        }
        fn any() -> std::result::Result<(), Box<dyn std::error::Error>> {
            Err(Errno::EBUSY)?
        }
        assert_eq!(io().unwrap_err().kind(), io::ErrorKind::ResourceBusy);
        assert_eq!(any().unwrap_err().to_string(), Errno::EBUSY.to_string());
    }
}

/// Nothing is larger than it must be.
mod sizes {
    use super::*;
    use butter::inotify::{Event, Wd};
    use butter::process::Pid;
    use butter::signal::{SigInfo, SigSet, SigValue, Signal};

    const_assert_eq!(size_of::<Errno>(), 2);
    const_assert_eq!(size_of::<Option<Errno>>(), 2);
    const_assert_eq!(size_of::<Result<()>>(), 2);
    const_assert_eq!(size_of::<Result<fd::OwnedFd>>(), 8);
    const_assert_eq!(size_of::<Result<Wd>>(), 8);
    const_assert_eq!(size_of::<Option<Pid>>(), 4);
    const_assert_eq!(size_of::<Option<Signal>>(), 1);
    const_assert_eq!(size_of::<SigSet>(), 8);
    const_assert_eq!(size_of::<SigValue>(), size_of::<usize>());
    const_assert_eq!(size_of::<SigInfo>(), 128);
    const_assert_eq!(align_of::<SigInfo>(), 1);
    const_assert_eq!(size_of::<Eventfd>(), 4);
    const_assert_eq!(size_of::<Option<Eventfd>>(), 4);
    const_assert_eq!(size_of::<Inotify>(), 4);
    const_assert_eq!(size_of::<Timerfd>(), 4);
    const_assert_eq!(size_of::<Epoll>(), 4);
    const_assert_eq!(size_of::<butter::poll::PollFd<'_>>(), 8);
    // No more than the bytes that it stands for.
    const_assert_eq!(size_of::<Event<'_>>(), size_of::<&[u8]>());
}

/// Everything goes from thread to thread, but for what belongs to one.
mod auto_traits {
    use super::*;
    use butter::signal::{SigInfo, sigmask};
    use butter::{Reader, buffer::Buffer, inotify};

    assert_impl_all!(Errno: Send, Sync, Copy, std::error::Error);
    assert_impl_all!(Inotify: Send, Sync, Debug, Unpin, fd::AsFd, From<fd::OwnedFd>, Into<fd::OwnedFd>);
    assert_impl_all!(Eventfd: Send, Sync, Debug, Unpin, fd::AsFd, From<fd::OwnedFd>, Into<fd::OwnedFd>);
    assert_impl_all!(Timerfd: Send, Sync, Debug, Unpin, fd::AsFd, From<fd::OwnedFd>, Into<fd::OwnedFd>);
    assert_impl_all!(Epoll: Send, Sync, Debug, Unpin, fd::AsFd, From<fd::OwnedFd>, Into<fd::OwnedFd>);
    assert_impl_all!(Signalfd: Send, Sync, Debug, Unpin, fd::AsFd, Into<fd::OwnedFd>);
    // The kernel does not tell its signals.
    assert_not_impl_any!(Signalfd: From<fd::OwnedFd>);
    assert_impl_all!(SigInfo: Send, Sync, Copy);
    assert_impl_all!(Buffer<'static>: Send, Sync);
    assert_impl_all!(Reader<'static, &'static Inotify>: Send, Sync, Debug);
    assert_impl_all!(inotify::Event<'static>: Send, Sync, Copy);
    assert_impl_all!(butter::poll::PollFd<'static>: Send, Sync, Copy);
    // The mask is that of a thread.
    assert_not_impl_any!(sigmask::Guard: Send, Sync, Clone);
}

mod path {
    use super::*;
    use butter::path::PathArg;
    use std::ffi::{CString, OsStr, OsString};
    use std::path::{Path, PathBuf};

    /// What the kernel would be given.
    fn given(path: impl PathArg) -> Result<Vec<u8>> {
        path.with_c_str(|path| Ok(path.to_bytes().to_vec()))
    }

    #[test]
    fn is_whatever_holds_one() {
        let expected = Ok(b"/a/b".to_vec());
        assert_eq!(given("/a/b"), expected);
        assert_eq!(given(&"/a/b".to_owned()), expected);
        assert_eq!(given(b"/a/b"), expected);
        assert_eq!(given(b"/a/b".as_slice()), expected);
        assert_eq!(given(c"/a/b"), expected);
        assert_eq!(given(&CString::from(c"/a/b")), expected);
        assert_eq!(given(Path::new("/a/b")), expected);
        assert_eq!(given(&PathBuf::from("/a/b")), expected);
        assert_eq!(given(OsStr::new("/a/b")), expected);
        assert_eq!(given(&OsString::from("/a/b")), expected);
        assert_eq!(given(""), Ok(vec![]));
    }

    #[test]
    fn is_of_any_bytes() {
        let bytes: Vec<u8> = (1..=255).collect();
        assert_eq!(given(bytes.as_slice()), Ok(bytes.clone()));
    }

    #[test]
    fn that_is_a_c_string_passes_as_it_is() {
        let path = CString::new("x".repeat(10_000)).unwrap();
        path.with_c_str(|given| {
            assert_eq!((given.as_ptr(), given.count_bytes()), (path.as_ptr(), 10_000));
            Ok(())
        })
        .unwrap();
    }

    #[test]
    fn with_a_nul_inside_is_einval() {
        for path in ["\0", "a\0", "\0a", "a\0b"] {
            assert_errno(given(path), Errno::EINVAL);
            assert_errno(given(Path::new(path)), Errno::EINVAL);
        }
    }

    #[test]
    fn of_4095_bytes_fits_and_of_4096_is_enametoolong() {
        let longest = "x".repeat(4095);
        assert_eq!(given(&longest), Ok(longest.clone().into_bytes()));
        assert_errno(given(&(longest + "x")), Errno::ENAMETOOLONG);
        assert_errno(given(&"x".repeat(100_000)), Errno::ENAMETOOLONG);
    }

    #[test]
    fn of_4095_bytes_is_what_the_kernel_takes_too() {
        let inotify = Inotify::new().unwrap();
        let root = "/".repeat(4095);
        inotify.add_watch(&root, butter::inotify::Mask::CREATE).unwrap();
    }

    #[test]
    fn hands_on_what_the_call_gives() {
        assert_errno("a".with_c_str(|_| Err::<(), _>(Errno::EXDEV)), Errno::EXDEV);
        assert_eq!("a".with_c_str(|_| Ok(7)), Ok(7));
    }
}

mod time {
    use super::*;
    use butter::time::{Clock, Timespec, clock_gettime};
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    const fn timespec(sec: i64, nsec: i64) -> Timespec {
        Timespec { sec, nsec }
    }

    #[test]
    fn a_duration_becomes_a_timespec_and_back() {
        for (duration, time) in [
            (Duration::ZERO, timespec(0, 0)),
            (Duration::new(1, 999_999_999), timespec(1, 999_999_999)),
            (Duration::from_secs(i64::MAX as u64), timespec(i64::MAX, 0)),
        ] {
            assert_eq!(Timespec::try_from(duration), Ok(time));
            assert_eq!(Duration::try_from(time), Ok(duration));
        }
    }

    #[test]
    fn what_does_not_fit_is_einval() {
        assert_errno(Timespec::try_from(Duration::MAX), Errno::EINVAL);
        assert_errno(Timespec::try_from(Duration::from_secs(1 << 63)), Errno::EINVAL);
        for time in [timespec(-1, 0), timespec(0, -1), timespec(0, 1_000_000_000)] {
            assert_errno(Duration::try_from(time), Errno::EINVAL);
        }
    }

    #[test]
    fn checked_add_carries_and_says_if_it_does_not_fit() {
        let half = Duration::from_millis(500);
        assert_eq!(timespec(1, 500_000_000).checked_add(half), Some(timespec(2, 0)));
        assert_eq!(timespec(1, 499_999_999).checked_add(half), Some(timespec(1, 999_999_999)));
        assert_eq!(timespec(-1, 0).checked_add(Duration::from_secs(1)), Some(timespec(0, 0)));
        assert_eq!(timespec(i64::MAX, 500_000_000).checked_add(half), None);
        assert_eq!(timespec(i64::MAX, 0).checked_add(Duration::from_secs(1)), None);
        for nsec in [-1, 1_000_000_000, 1_500_000_000, i64::MIN, i64::MAX] {
            assert_eq!(timespec(0, nsec).checked_add(half), None);
            assert_eq!(timespec(0, nsec).checked_add(Duration::ZERO), None);
        }
    }

    #[test]
    fn times_are_ordered() {
        assert!(timespec(1, 999_999_999) < timespec(2, 0));
        assert!(timespec(-1, 0) < timespec(0, 0));
    }

    #[test]
    fn every_clock_shows_a_time() {
        let clocks = [
            (Clock::REALTIME, 0),
            (Clock::MONOTONIC, 1),
            (Clock::PROCESS_CPUTIME_ID, 2),
            (Clock::THREAD_CPUTIME_ID, 3),
            (Clock::MONOTONIC_RAW, 4),
            (Clock::REALTIME_COARSE, 5),
            (Clock::MONOTONIC_COARSE, 6),
            (Clock::BOOTTIME, 7),
            (Clock::TAI, 11),
        ];
        for (clock, number) in clocks {
            assert_eq!((clock.number(), Clock::from_number(number)), (number, clock));
            let before = clock_gettime(clock).unwrap();
            assert!(before > timespec(0, 0) && (0..1_000_000_000).contains(&before.nsec), "{clock:?}");
        }
        assert_eq!((Clock::REALTIME_ALARM.number(), Clock::BOOTTIME_ALARM.number()), (8, 9));
    }

    #[test]
    fn the_realtime_clock_is_that_of_std() {
        let std = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let ours = Duration::try_from(clock_gettime(Clock::REALTIME).unwrap()).unwrap();
        assert!(ours.abs_diff(std) < common::LONG);
    }

    #[test]
    fn a_clock_that_the_kernel_does_not_have_is_einval() {
        assert_errno(clock_gettime(Clock::from_number(99)), Errno::EINVAL);
    }
}

mod flags {
    use butter::inotify::Mask;

    #[test]
    fn have_the_operators_of_sets() {
        let both = Mask::CREATE | Mask::DELETE;
        assert_eq!(both.bits(), 0x300);
        assert_eq!(both & Mask::CREATE, Mask::CREATE);
        assert_eq!(both - Mask::CREATE, Mask::DELETE);
        assert!(both.contains(Mask::CREATE) && !Mask::CREATE.contains(both));
        assert!(both.intersects(Mask::DELETE | Mask::OPEN) && !both.intersects(Mask::OPEN));
        assert!(Mask::empty().is_empty() && !both.is_empty());
        assert_eq!(Mask::default(), Mask::empty());

        let mut mask = Mask::CREATE;
        mask |= Mask::OPEN;
        assert_eq!(mask, Mask::CREATE | Mask::OPEN);
        mask &= Mask::OPEN;
        assert_eq!(mask, Mask::OPEN);
    }

    #[test]
    fn are_put_together_in_constants() {
        const MASK: Mask = Mask::CREATE.union(Mask::DELETE).difference(Mask::CREATE);
        assert_eq!(MASK, Mask::DELETE);
    }

    #[test]
    fn keep_bits_that_have_no_name() {
        let mask = Mask::from_bits(0x10100);
        assert_eq!(mask.bits(), 0x10100);
        assert_eq!((mask | Mask::DELETE).bits(), 0x10300);
        assert_eq!((mask - Mask::CREATE).bits(), 0x10000);
    }

    #[test]
    fn print_their_names_and_then_the_bits_that_have_none() {
        assert_eq!(format!("{:?}", Mask::DELETE | Mask::CREATE), "Mask(CREATE | DELETE)");
        assert_eq!(format!("{:?}", Mask::CLOSE), "Mask(CLOSE_WRITE | CLOSE_NOWRITE)");
        assert_eq!(format!("{:?}", Mask::from_bits(0x90100)), "Mask(CREATE | 0x90000)");
        assert_eq!(format!("{:?}", Mask::from_bits(0x10000)), "Mask(0x10000)");
        assert_eq!(format!("{:?}", Mask::empty()), "Mask()");
    }
}

mod descriptor {
    use super::*;
    use butter::signal::Signal;
    use butter::syscall;
    use fd::{AsRawFd, FromRawFd, OwnedFd};
    use std::ffi::CStr;
    use std::fs::{File, OpenOptions};

    fn full_pipe() -> (OwnedFd, OwnedFd) {
        let (reader, writer) = pipe();
        fd::set_nonblocking(&writer, true).unwrap();
        while fd::write(&writer, &[0; 65536]).is_ok() {}
        fd::set_nonblocking(&writer, false).unwrap();
        (reader, writer)
    }

    #[test]
    fn gives_what_was_written() {
        let _no_forks = common::no_forks();
        let (reader, writer) = pipe();
        assert_eq!(fd::write(&writer, b"hello"), Ok(5));
        assert_eq!(fd::buffered(&reader), Ok(5));
        let mut buffer = [0; 4];
        assert_eq!(fd::read(&reader, &mut buffer).unwrap(), b"hell");
        assert_eq!(fd::read(&reader, &mut buffer).unwrap(), b"o");
        assert_eq!(fd::buffered(&reader), Ok(0));
        drop(writer);
        assert_eq!(fd::read(&reader, &mut buffer).unwrap(), b"");
    }

    #[test]
    fn is_blocking_until_it_is_set() {
        let (reader, _writer) = pipe();
        let duplicate = reader.try_clone().unwrap();
        assert_eq!(fd::is_nonblocking(&reader), Ok(false));
        fd::set_nonblocking(&reader, true).unwrap();
        assert_eq!([fd::is_nonblocking(&reader), fd::is_nonblocking(&duplicate)], [Ok(true); 2]);
        fd::set_nonblocking(&reader, false).unwrap();
        assert_eq!(fd::is_nonblocking(&duplicate), Ok(false));
    }

    #[test]
    fn that_is_made_nonblocking_or_not_keeps_its_other_settings() {
        const O_APPEND: usize = 0o2000;
        let dir = common::TempDir::new();
        let file = OpenOptions::new().append(true).create(true).open(dir.join("a")).unwrap();
        for nonblocking in [true, false] {
            fd::set_nonblocking(&file, nonblocking).unwrap();
            // SAFETY: the call has no pointer; 3 is `F_GETFL`.
            let flags = unsafe { syscall!(FCNTL, file.as_raw_fd(), 3, 0) }.unwrap();
            assert_eq!(flags & O_APPEND, O_APPEND);
        }
    }

    #[test]
    fn says_eagain_instead_of_waiting() {
        let (reader, _writer) = pipe();
        fd::set_nonblocking(&reader, true).unwrap();
        assert_errno(fd::read(&reader, &mut [0; 8]).map(drop), Errno::EAGAIN);
        let (_reader, writer) = full_pipe();
        fd::set_nonblocking(&writer, true).unwrap();
        assert_errno(fd::write(&writer, b"x"), Errno::EAGAIN);
    }

    #[test]
    fn says_eintr_when_a_handler_interrupts_it() {
        let (reader, _writer) = pipe();
        assert_errno(common::interrupted(|| fd::read(&reader, &mut [0; 8]).map(drop)), Errno::EINTR);
        let (_reader, writer) = full_pipe();
        assert_errno(common::interrupted(|| fd::write(&writer, b"x")), Errno::EINTR);
    }

    #[test]
    fn that_is_not_open_is_ebadf() {
        assert_errno(fd::read(not_open(), &mut [0; 8]).map(drop), Errno::EBADF);
        assert_errno(fd::write(not_open(), b"x"), Errno::EBADF);
        assert_errno(fd::buffered(not_open()), Errno::EBADF);
        assert_errno(fd::set_nonblocking(not_open(), true), Errno::EBADF);
        assert_errno(fd::is_nonblocking(not_open()), Errno::EBADF);
        // Nor is one for the other direction.
        let (reader, writer) = pipe();
        assert_errno(fd::read(&writer, &mut [0; 8]).map(drop), Errno::EBADF);
        assert_errno(fd::write(&reader, b"x"), Errno::EBADF);
    }

    #[test]
    fn that_has_nothing_to_read_or_write_is_einval() {
        let epoll = Epoll::new().unwrap();
        assert_errno(fd::read(&epoll, &mut [0; 8]).map(drop), Errno::EINVAL);
        assert_errno(fd::write(&epoll, b"x"), Errno::EINVAL);
        assert_errno(fd::write(Eventfd::new().unwrap(), b"too few"), Errno::EINVAL);
    }

    #[test]
    fn that_does_not_count_is_enotty() {
        assert_errno(fd::buffered(Eventfd::new().unwrap()), Errno::ENOTTY);
    }

    #[test]
    fn of_a_directory_is_eisdir() {
        assert_errno(fd::read(File::open("/").unwrap(), &mut [0; 8]).map(drop), Errno::EISDIR);
    }

    #[test]
    fn of_a_pipe_that_nobody_reads_is_epipe() {
        let _no_forks = common::no_forks();
        let (reader, writer) = pipe();
        drop(reader);
        // The signal is ignored: std has seen to that.
        assert_errno(fd::write(&writer, b"x"), Errno::EPIPE);
    }

    #[test]
    fn of_a_full_device_is_enospc() {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        assert_errno(fd::write(&full, b"x"), Errno::ENOSPC);
    }

    /// A file in memory that can be sealed.
    fn memfd(name: &CStr) -> OwnedFd {
        const MFD_ALLOW_SEALING: u32 = 2;
        // SAFETY: the kernel reads the name up to its NUL and gives a new descriptor.
        unsafe { OwnedFd::from_raw_fd(syscall!(MEMFD_CREATE, name.as_ptr(), MFD_ALLOW_SEALING).unwrap() as i32) }
    }

    #[test]
    fn of_a_sealed_file_is_eperm() {
        const F_ADD_SEALS: i32 = 1033;
        const F_SEAL_WRITE: i32 = 8;
        let file = memfd(c"sealed");
        assert_eq!(fd::write(&file, b"x"), Ok(1));
        // SAFETY: the call has no pointer.
        unsafe { syscall!(FCNTL, file.as_raw_fd(), F_ADD_SEALS, F_SEAL_WRITE) }.unwrap();
        assert_errno(fd::write(&file, b"x"), Errno::EPERM);
    }

    #[test]
    fn of_a_file_that_is_as_large_as_allowed_is_efbig() {
        const RLIMIT_FSIZE: u32 = 1;
        alone(Signal::XFSZ, || {
            let file = memfd(c"large");
            common::with_limit(RLIMIT_FSIZE, 4, || {
                assert_eq!(fd::write(&file, b"abcdef"), Ok(4));
                assert_errno(fd::write(&file, b"x"), Errno::EFBIG);
            });
        });
    }
}
