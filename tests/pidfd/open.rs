//! Opened by numbers.

use super::*;
use common::{RLIMIT_NOFILE, alone, is_cloexec, with_limit};
use std::iter;

#[test]
fn it_is_closed_over_exec_and_waits_unless_asked_otherwise() {
    let own = Pidfd::open(process::getpid()).unwrap();
    assert!(is_cloexec(&own));
    assert!(!butter::fd::is_nonblocking(&own).unwrap());
    let nonblocking = Pidfd::with_flags(process::getpid(), OpenFlags::NONBLOCK).unwrap();
    assert!(is_cloexec(&nonblocking));
    assert!(butter::fd::is_nonblocking(&nonblocking).unwrap());
}

#[test]
fn a_child_that_was_not_waited_for_can_be_opened_and_one_that_was_cannot() {
    let child = ended(3);
    assert!(Pidfd::open(child).unwrap().has_ended(NOW).unwrap());
    process::wait(child).unwrap();
    assert_errno(Pidfd::open(child), Errno::ESRCH);
}

#[test]
fn a_thread() {
    with_thread(|thread| {
        // ENOENT since Linux 6.16.
        assert!(matches!(Pidfd::open(thread), Err(Errno::EINVAL | Errno::ENOENT)));
        let pidfd = Pidfd::with_flags(thread, OpenFlags::THREAD).unwrap();
        assert_eq!(pidfd.has_ended(NOW), Ok(false));
    });
}

#[test]
fn the_end_of_a_thread_is_told() {
    let pidfd = with_thread(|thread| Pidfd::with_flags(thread, OpenFlags::THREAD).unwrap());
    assert_eq!(pidfd.has_ended(None), Ok(true));
    // It is no child.
    assert_errno(pidfd.wait(), Errno::ECHILD);
}

#[test]
fn errors() {
    assert_errno(Pidfd::open(Pid::new(i32::MAX).unwrap()), Errno::ESRCH);
    assert_errno(Pidfd::with_flags(process::getpid(), OpenFlags::from_bits(1)), Errno::EINVAL);
    alone([], || {
        let own = Pidfd::open(process::getpid()).unwrap();
        with_limit(RLIMIT_NOFILE, 32, || {
            let all: Vec<File> = iter::from_fn(|| File::open("/dev/null").ok()).collect();
            assert!(!all.is_empty());
            assert_errno(Pidfd::open(process::getpid()), Errno::EMFILE);
            assert_errno(own.getfd(0), Errno::EMFILE);
        });
    });
}

#[test]
fn it_prints_as_its_descriptor() {
    let own = Pidfd::open(process::getpid()).unwrap();
    use butter::fd::AsRawFd;
    assert_eq!(format!("{own:?}"), format!("Pidfd(fd {})", own.as_raw_fd()));
    assert_eq!(format!("{:?}", OpenFlags::NONBLOCK | OpenFlags::THREAD), "OpenFlags(NONBLOCK | THREAD)");
}
