//! Locks of ranges.

use super::*;
use bfs::{HeldLock, RecordLock, getlk, ofd_getlk, ofd_setlk, ofd_setlkw, setlk, setlkw};
use butter::process;
use butter::signal::{ChildStatus, Signal};
use std::ops::Bound;
use std::thread;

const READ: RecordLock = RecordLock::Read;
const WRITE: RecordLock = RecordLock::Write;
const MOST: u64 = i64::MAX as u64;

impl Place {
    fn both(&self) -> OwnedFd {
        self.open("file", OpenFlags::RDWR).unwrap()
    }
}

#[test]
fn a_description_excludes_another_from_a_range() {
    let place = Place::with_file();
    // A child of another test may have a copy of a descriptor, and its lock.
    let _no_forks = common::no_forks();
    let (one, other) = (place.both(), place.both());
    ofd_setlk(&one, Some(WRITE), 10..20).unwrap();
    for range in [(10, 11), (19, 20), (0, 11), (19, 100)] {
        assert_errno(ofd_setlk(&other, Some(READ), range.0..range.1), Errno::EAGAIN);
    }
    ofd_setlk(&other, Some(WRITE), ..10).unwrap();
    ofd_setlk(&other, Some(WRITE), 20..).unwrap();
    // Its own is changed, and others may be beside it.
    ofd_setlk(&one, Some(READ), 10..20).unwrap();
    ofd_setlk(&other, Some(READ), 12..=13).unwrap();
    assert_errno(ofd_setlk(&one, Some(WRITE), 10..=12), Errno::EAGAIN);
    ofd_setlk(&one, Some(WRITE), 14..20).unwrap();
    // What is given up in the middle leaves both ends.
    ofd_setlk(&one, None, 15..19).unwrap();
    ofd_setlk(&other, Some(WRITE), 15..19).unwrap();
    assert_errno(ofd_setlk(&other, Some(READ), 14..15), Errno::EAGAIN);
    assert_errno(ofd_setlk(&other, Some(READ), 19..20), Errno::EAGAIN);
}

#[test]
fn a_range_without_an_end_reaches_beyond_the_file() {
    let place = Place::with_file();
    let _no_forks = common::no_forks();
    let (one, other) = (place.both(), place.both());
    ofd_setlk(&one, Some(WRITE), 100..).unwrap();
    assert_errno(ofd_setlk(&other, Some(WRITE), MOST..=MOST), Errno::EAGAIN);
    ofd_setlk(&other, Some(WRITE), 0..100).unwrap();
    // And has all of its 64 bits.
    ofd_setlk(&one, None, 0x12_3456_7890..).unwrap();
    ofd_setlk(&other, Some(WRITE), 0x12_3456_7890..0x12_3456_7899).unwrap();
    assert_errno(ofd_setlk(&other, Some(WRITE), 0x12_3456_788f..0x12_3456_7890), Errno::EAGAIN);
    let held = HeldLock { lock: WRITE, start: 0x12_3456_7890, end: Some(0x12_3456_7899), pid: None };
    assert_eq!(ofd_getlk(&one, READ, 0x12_3456_7898..), Ok(Some(held)));
}

#[test]
fn what_is_in_the_way_is_told() {
    let place = Place::with_file();
    let _no_forks = common::no_forks();
    let (one, other) = (place.both(), place.both());
    ofd_setlk(&one, Some(READ), 5..9).unwrap();
    assert_eq!(ofd_getlk(&other, READ, ..), Ok(None));
    assert_eq!(ofd_getlk(&other, WRITE, ..5), Ok(None));
    assert_eq!(ofd_getlk(&one, WRITE, ..), Ok(None));
    let held = HeldLock { lock: READ, start: 5, end: Some(9), pid: None };
    assert_eq!(ofd_getlk(&other, WRITE, ..), Ok(Some(held)));
    assert_eq!(getlk(&one, WRITE, ..), Ok(Some(held)), "one of the process's own is in the way of POSIX's too");
    ofd_setlk(&one, Some(WRITE), 5..).unwrap();
    assert_eq!(ofd_getlk(&other, READ, 7..), Ok(Some(HeldLock { lock: WRITE, start: 5, end: None, pid: None })));
}

#[test]
fn a_lock_is_given_up_with_the_last_descriptor() {
    let place = Place::with_file();
    let _no_forks = common::no_forks();
    let (one, other) = (place.both(), place.both());
    let copy = fd::dup(&one).unwrap();
    ofd_setlk(&one, Some(WRITE), ..).unwrap();
    drop(one);
    assert_errno(ofd_setlk(&other, Some(WRITE), ..), Errno::EAGAIN);
    ofd_setlk(&copy, Some(WRITE), ..).unwrap();
    drop(copy);
    ofd_setlk(&other, Some(WRITE), ..).unwrap();
}

#[test]
fn a_wait_ends_when_the_other_gives_up() {
    let place = Place::with_file();
    let _no_forks = common::no_forks();
    let (one, other) = (place.both(), place.both());
    ofd_setlk(&one, Some(WRITE), ..).unwrap();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| ofd_setlkw(&other, Some(WRITE), 3..4));
        // `/proc/locks` has a line with an arrow for who waits.
        let ino = fs::metadata(place.path.join("file")).unwrap().ino();
        let waits = || {
            let locks = fs::read_to_string("/proc/locks").unwrap();
            locks.lines().any(|line| line.contains("->") && line.contains(&format!(":{ino} ")))
        };
        while !waits() {
            thread::yield_now();
        }
        ofd_setlk(&one, None, ..).unwrap();
        waiting.join().unwrap().unwrap();
    });
    assert_errno(ofd_setlk(&one, Some(READ), 3..4), Errno::EAGAIN);
    assert_errno(interrupted(|| ofd_setlkw(&one, Some(READ), 3..4)), Errno::EINTR);
}

/// What the lock of a process is to others.
#[test]
fn a_process_has_its_locks_until_it_closes_the_file() {
    alone([], || {
        let place = Place::with_file();
        let (one, other) = (place.both(), place.both());
        setlk(&one, Some(WRITE), 4..8).unwrap();
        // It does not exclude itself, not even by another description.
        setlkw(&other, Some(WRITE), 2..6).unwrap();
        assert_eq!(getlk(&other, WRITE, ..), Ok(None));
        let own = process::getpid();
        let held = HeldLock { lock: WRITE, start: 2, end: Some(8), pid: Some(own) };
        assert_eq!(ofd_getlk(&one, READ, ..), Ok(Some(held)));
        assert_errno(ofd_setlk(&one, Some(READ), 7..9), Errno::EAGAIN);
        let in_child = |lock, range: (u64, u64)| {
            common::in_child(|| match lock {
                None => common::ensure(getlk(&one, READ, range.0..range.1)? == Some(held)),
                lock => setlk(&one, lock, range.0..range.1),
            })
        };
        assert_eq!(in_child(None, (0, 3)), Ok(()));
        assert_errno(in_child(Some(READ), (0, 3)), Errno::EAGAIN);
        assert_eq!(in_child(Some(READ), (0, 2)), Ok(()));
        setlk(&one, None, 4..).unwrap();
        assert_eq!(in_child(Some(WRITE), (4, 5)), Ok(()));
        assert_errno(in_child(Some(READ), (3, 4)), Errno::EAGAIN);
        assert_errno(common::in_child(|| setlkw_interrupted(&one)), Errno::EINTR);
        // Any descriptor of the file.
        drop(place.both());
        assert_eq!(in_child(Some(WRITE), (0, 100)), Ok(()));
    });
}

/// In a child, whose timer goes off again and again.
fn setlkw_interrupted(file: &OwnedFd) -> butter::Result<()> {
    extern "C" fn nothing(_: i32) {}
    common::handle(Signal::ALRM, nothing);
    let timer = [0_i64, 1000, 0, 1000];
    let old = std::ptr::null_mut::<i64>();
    // SAFETY: the kernel reads an interval and a time, each of seconds and microseconds.
    unsafe { butter::syscall!(SETITIMER, 0, timer.as_ptr(), old) }?;
    setlkw(file, Some(READ), 3..4)
}

#[test]
fn two_processes_that_wait_for_one_another_are_told() {
    alone([], || {
        let place = Place::with_file();
        let file = place.both();
        let (reader, writer) = common::pipe();
        setlk(&file, Some(WRITE), 0..1).unwrap();
        // SAFETY: the child makes system calls only.
        let Some(child) = (unsafe { process::fork() }).unwrap() else {
            let waits = setlk(&file, Some(WRITE), 1..2)
                .and_then(|()| fd::write(&writer, b"!"))
                .and_then(|_| setlkw(&file, Some(WRITE), 0..1));
            process::exit(waits.map_or_else(|errno| errno.number().into(), |()| 0))
        };
        drop(writer);
        fd::read(&reader, &mut [0]).unwrap();
        // Whoever is the second to wait is told; the lock of the other is free when it has ended, or when this gives up its own.
        let second = setlkw(&file, Some(WRITE), 1..2);
        setlk(&file, None, ..).unwrap();
        match (second, process::wait(child).unwrap()) {
            (Err(Errno::EDEADLK), ChildStatus::Exited(0)) => {}
            (Ok(()), ChildStatus::Exited(status)) => assert_eq!(status, i32::from(Errno::EDEADLK.number())),
            other => panic!("{other:?}"),
        }
    });
}

type Range = (Bound<u64>, Bound<u64>);
type Set = fn(&OwnedFd, Option<RecordLock>, Range) -> butter::Result<()>;
type Get = fn(&OwnedFd, Range) -> butter::Result<()>;

#[test]
fn what_makes_no_sense_is_refused() {
    let place = Place::with_file();
    let file = place.both();
    let set: [Set; 4] = [
        |fd, lock, range| setlk(fd, lock, range),
        |fd, lock, range| setlkw(fd, lock, range),
        |fd, lock, range| ofd_setlk(fd, lock, range),
        |fd, lock, range| ofd_setlkw(fd, lock, range),
    ];
    let get: [Get; 2] =
        [|fd, range| getlk(fd, WRITE, range).map(drop), |fd, range| ofd_getlk(fd, WRITE, range).map(drop)];
    let range = |start, end| (Bound::Included(start), Bound::Excluded(end));
    for (start, end, errno) in [
        (5, 5, Errno::EINVAL),
        (5, 4, Errno::EINVAL),
        (0, 0, Errno::EINVAL),
        (0, MOST + 1, Errno::EINVAL),
        (MOST + 1, MOST + 2, Errno::EINVAL),
        (2, MOST + 2, Errno::EOVERFLOW),
    ] {
        for set in set {
            assert_errno(set(&file, Some(WRITE), range(start, end)), errno);
            assert_errno(set(&file, None, range(start, end)), errno);
        }
        for get in get {
            assert_errno(get(&file, range(start, end)), errno);
        }
    }
    let (reading, writing) =
        (place.open("file", OpenFlags::RDONLY).unwrap(), place.open("file", OpenFlags::WRONLY).unwrap());
    let path = place.open("file", OpenFlags::PATH).unwrap();
    for set in set {
        assert_errno(set(&reading, Some(WRITE), range(0, 1)), Errno::EBADF);
        assert_errno(set(&writing, Some(READ), range(0, 1)), Errno::EBADF);
        assert_errno(set(&path, Some(READ), range(0, 1)), Errno::EBADF);
        set(&reading, Some(READ), range(0, 1)).unwrap();
        set(&reading, None, range(0, 1)).unwrap();
    }
    assert_errno(setlk(not_open(), Some(WRITE), ..), Errno::EBADF);
    assert_errno(ofd_setlk(not_open(), Some(WRITE), ..), Errno::EBADF);
    assert_errno(getlk(not_open(), WRITE, ..), Errno::EBADF);
    assert_errno(ofd_getlk(not_open(), WRITE, ..), Errno::EBADF);
    // How it is open does not matter to who only asks.
    assert_eq!((getlk(&reading, WRITE, ..), ofd_getlk(&writing, READ, ..)), (Ok(None), Ok(None)));
}
