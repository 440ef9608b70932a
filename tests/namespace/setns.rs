//! Other namespaces entered.

use super::*;
use butter::Pidfd;
use common::{alone, as_nobody, has_capability};

/// Runs `f` in a process of its own that may enter namespaces.
fn capable(f: impl FnOnce()) {
    alone([], || {
        if has_capability(CAP_SYS_ADMIN, "CAP_SYS_ADMIN") {
            f();
        }
    });
}

#[test]
fn by_its_descriptor() {
    capable(|| {
        let other = Other::new(Kinds::UTS | Kinds::IPC);
        let uts = Namespace::open(other.pid, Link::Uts).unwrap();
        let ipc = Namespace::open(other.pid, Link::Ipc).unwrap();
        assert_ne!(inode(&uts), own(Link::Uts));
        uts.enter().unwrap();
        assert_eq!(inode(&uts), own(Link::Uts));
        assert_ne!(inode(&ipc), own(Link::Ipc));
        assert_errno(namespace::setns(&ipc, Kinds::UTS), Errno::EINVAL);
        namespace::setns(&ipc, Kinds::IPC).unwrap();
        assert_eq!(inode(&ipc), own(Link::Ipc));
    });
}

#[test]
fn several_by_a_pidfd() {
    capable(|| {
        let other = Other::new(Kinds::UTS | Kinds::IPC | Kinds::NET);
        let pidfd = Pidfd::open(other.pid).unwrap();
        namespace::setns(&pidfd, Kinds::UTS | Kinds::IPC).unwrap();
        let theirs = |link| inode(pidfd.namespace(link).unwrap());
        assert_eq!(theirs(Link::Uts), own(Link::Uts));
        assert_eq!(theirs(Link::Ipc), own(Link::Ipc));
        assert_ne!(theirs(Link::Net), own(Link::Net));
        assert_errno(namespace::setns(&pidfd, Kinds::empty()), Errno::EINVAL);
        assert_errno(namespace::setns(&pidfd, Kinds::from_bits(1)), Errno::EINVAL);
        // This process has several threads, and all or none is entered.
        assert_errno(namespace::setns(&pidfd, Kinds::NET | Kinds::USER), Errno::EINVAL);
        assert_ne!(theirs(Link::Net), own(Link::Net));
        drop(other);
        assert_errno(namespace::setns(&pidfd, Kinds::UTS), Errno::ESRCH);
    });
}

#[test]
fn a_user_namespace_and_what_it_owns() {
    capable(|| {
        let other = Other::new(Kinds::USER | Kinds::UTS);
        let pidfd = Pidfd::open(other.pid).unwrap();
        let user = Namespace::open(other.pid, Link::User).unwrap();
        in_child(|| namespace::setns(&pidfd, Kinds::USER | Kinds::UTS)).unwrap();
        // The own one cannot be entered again.
        assert_errno(in_child(|| user.enter().and_then(|()| user.enter())), Errno::EINVAL);
    });
}

#[test]
fn a_pid_namespace_is_for_the_children() {
    capable(|| {
        thread::scope(|scope| {
            scope.spawn(|| {
                let outside = Namespace::open(None, Link::Pid).unwrap();
                namespace::unshare(Kinds::PID).unwrap();
                in_child(|| {
                    ensure(process::getpid() == Pid::INIT)?;
                    // Not below its own.
                    ensure(outside.enter() == Err(Errno::EINVAL))
                })
                .unwrap();
                // Its init is gone, so there are no others.
                // SAFETY: there is no child.
                assert_errno(unsafe { process::fork() }, Errno::ENOMEM);
                outside.enter().unwrap();
                in_child(|| ensure(process::getpid() != Pid::INIT)).unwrap();
            });
        });
    });
}

#[test]
fn a_time_namespace() {
    capable(|| {
        let other = Other::new(Kinds::TIME);
        let theirs = Namespace::open(other.pid, Link::TimeForChildren).unwrap();
        in_child(|| namespace::setns(&theirs, Kinds::TIME)).unwrap();
        // This process has several threads.
        assert_errno(theirs.enter(), Errno::EUSERS);
    });
}

#[test]
fn errors() {
    let uts = Namespace::open(None, Link::Uts).unwrap();
    assert_errno(namespace::setns(not_open(), Kinds::empty()), Errno::EBADF);
    assert_errno(namespace::setns(File::open("/dev/null").unwrap(), Kinds::empty()), Errno::EINVAL);
    assert_errno(namespace::setns(&uts, Kinds::IPC), Errno::EINVAL);
    as_nobody(|| assert_errno(uts.enter(), Errno::EPERM));
    // A mount namespace is not for a thread that shares its directories.
    let mnt = Namespace::open(None, Link::Mnt).unwrap();
    assert_errno(thread::scope(|scope| scope.spawn(|| mnt.enter()).join().unwrap()), Errno::EINVAL);
    let pidfd = Pidfd::open(Pid::INIT).unwrap();
    as_nobody(|| assert_errno(namespace::setns(&pidfd, Kinds::UTS), Errno::EPERM));
}

#[test]
fn the_namespaces_of_a_pidfd() {
    let pidfd = Pidfd::open(process::getpid()).unwrap();
    if !common::linux(6, 11) {
        return;
    }
    for link in LINKS {
        let namespace = pidfd.namespace(link).unwrap();
        assert!(common::is_cloexec(&namespace));
        assert_eq!((namespace.kind(), inode(&namespace)), (Ok(link.kind()), own(link)), "{link:?}");
    }
    capable(|| {
        let other = Other::new(Kinds::UTS | Kinds::TIME);
        let pidfd = Pidfd::open(other.pid).unwrap();
        assert_ne!(inode(pidfd.namespace(Link::Uts).unwrap()), own(Link::Uts));
        assert_eq!(inode(pidfd.namespace(Link::Time).unwrap()), own(Link::Time));
        assert_ne!(inode(pidfd.namespace(Link::TimeForChildren).unwrap()), own(Link::Time));
        drop(other);
        assert_errno(pidfd.namespace(Link::Uts), Errno::ESRCH);
    });
    let init = Pidfd::open(Pid::INIT).unwrap();
    as_nobody(|| assert_errno(init.namespace(Link::Uts), Errno::EACCES));
    let null = File::open("/dev/null").unwrap();
    assert_errno(butter::pidfd::namespace(&null, Link::Uts), Errno::ENOTTY);
    assert_errno(butter::pidfd::namespace(not_open(), Link::Uts), Errno::EBADF);
}
