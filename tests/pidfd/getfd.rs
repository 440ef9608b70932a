//! Descriptors of others.

use super::*;
use butter::fd::AsRawFd;
use common::{as_nobody, is_cloexec, pipe};

#[test]
fn it_means_the_same_open_file() {
    let (reader, writer) = pipe();
    let own = Pidfd::open(process::getpid()).unwrap();
    let copy = own.getfd(writer.as_raw_fd()).unwrap();
    assert!(is_cloexec(&copy));
    assert_ne!(copy.as_raw_fd(), writer.as_raw_fd());
    butter::fd::write(&copy, b"!").unwrap();
    assert_eq!(butter::fd::read(&reader, &mut [0; 4]).unwrap(), b"!");
}

#[test]
fn of_a_child() {
    let child = sleeper();
    let pidfd = Pidfd::open(child).unwrap();
    let theirs = pidfd.getfd(0).unwrap();
    let path = |number: i32, process: Pid| std::fs::read_link(format!("/proc/{process}/fd/{number}")).unwrap();
    assert_eq!(path(theirs.as_raw_fd(), process::getpid()), path(0, child));
    assert_errno(pidfd.getfd(1000), Errno::EBADF);
    as_nobody(|| assert_errno(pidfd.getfd(0), Errno::EPERM));
    end(child);
    assert_errno(pidfd.getfd(0), Errno::ESRCH);
}

#[test]
fn errors() {
    assert_errno(pidfd::getfd(not_open(), 0), Errno::EBADF);
    assert_errno(pidfd::getfd(File::open("/dev/null").unwrap(), 0), Errno::EBADF);
    assert_errno(Pidfd::open(process::getpid()).unwrap().getfd(-1), Errno::EBADF);
}
