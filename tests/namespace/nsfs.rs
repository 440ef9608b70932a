//! What namespaces are asked.

use super::*;
use common::{alone, as_nobody, has_capability, linux};

fn open(link: Link) -> Namespace {
    Namespace::open(None, link).unwrap()
}

/// Whether the process is in the pid namespace that the system began with: the kernel gives it a number that never changes.
fn in_first_pid_namespace() -> bool {
    own(Link::Pid) == 0xefff_fffc
}

#[test]
fn who_owns_it() {
    in_own_namespaces(|| {
        // This process is in a user namespace of its own, which owns the mounts.
        assert_eq!(inode(open(Link::Mnt).userns().unwrap()), own(Link::User));
        // All that is above cannot be seen.
        assert_errno(open(Link::Uts).userns(), Errno::EPERM);
        assert_errno(open(Link::User).userns(), Errno::EPERM);
        assert_errno(open(Link::User).parent(), Errno::EPERM);
        assert_errno(open(Link::Pid).parent(), Errno::EPERM);
        assert_eq!(open(Link::User).owner_uid(), Ok(0));
        assert!(common::is_cloexec(open(Link::Mnt).userns().unwrap()));
    });
}

#[test]
fn its_parent() {
    alone([], || {
        let other = Other::new(Kinds::USER);
        let theirs = Namespace::open(other.pid, Link::User).unwrap();
        assert_eq!(inode(theirs.parent().unwrap()), own(Link::User));
        assert_eq!(inode(theirs.userns().unwrap()), own(Link::User));
        // SAFETY: the call has no argument.
        assert_eq!(theirs.owner_uid(), Ok(unsafe { syscall!(GETUID) }.unwrap() as u32));
    });
}

#[test]
fn what_its_kind_does_not_have() {
    let uts = open(Link::Uts);
    assert_errno(uts.parent(), Errno::EINVAL);
    assert_errno(uts.owner_uid(), Errno::EINVAL);
    if linux(6, 11) {
        assert_errno(namespace::mnt_ns_id(&uts), Errno::EINVAL);
        assert_errno(uts.pid_in(process::getpid()), Errno::EINVAL);
    }
    if linux(6, 12) {
        assert_errno(uts.mnt_info(), Errno::EINVAL);
        // Newer kernels look first whether the caller may ask.
        let errno = if in_first_pid_namespace() { Errno::EINVAL } else { uts.mnt_next().unwrap_err() };
        assert!(matches!(errno, Errno::EINVAL | Errno::EPERM), "{errno:?}");
        assert_errno(uts.mnt_next(), errno);
        assert_errno(uts.mnt_prev(), errno);
    }
}

#[test]
fn what_is_no_namespace() {
    let null = Namespace::from(OwnedFd::from(File::open("/dev/null").unwrap()));
    assert_errno(null.kind(), Errno::ENOTTY);
    assert_errno(null.userns(), Errno::ENOTTY);
    assert_errno(null.parent(), Errno::ENOTTY);
    assert_errno(null.owner_uid(), Errno::ENOTTY);
    assert_errno(null.id(), Errno::ENOTTY);
    assert_errno(null.pid_in(Pid::INIT), Errno::ENOTTY);
    assert_errno(null.mnt_info(), Errno::ENOTTY);
    assert_errno(null.mnt_next(), Errno::ENOTTY);
    assert_errno(namespace::kind(not_open()), Errno::EBADF);
}

#[test]
fn its_number() {
    if !linux(6, 18) {
        return;
    }
    let id = open(Link::Uts).id().unwrap();
    assert_eq!(open(Link::Uts).id(), Ok(id));
    assert_ne!(open(Link::Ipc).id(), Ok(id));
    assert_eq!(open(Link::Mnt).id().ok(), namespace::mnt_ns_id(open(Link::Mnt)).ok());
    alone([], || {
        let other = Other::new(Kinds::USER | Kinds::UTS);
        let theirs = Namespace::open(other.pid, Link::Uts).unwrap();
        assert_ne!(theirs.id(), open(Link::Uts).id());
    });
}

#[test]
fn opened_again_by_its_number() {
    alone([], || {
        if !linux(6, 18) {
            return;
        }
        let id = open(Link::Uts).id().unwrap();
        let inode_of = |namespace: &Namespace| inode(namespace) as u32;
        let again = namespace::open_by_id(id, Kinds::UTS, inode_of(&open(Link::Uts))).unwrap();
        assert!(common::is_cloexec(&again));
        assert_eq!((inode(&again), namespace::kind(&again)), (own(Link::Uts), Ok(Kinds::UTS)));
        assert_errno(namespace::open_by_id(id, Kinds::IPC, inode_of(&open(Link::Uts))), Errno::ESTALE);
        assert_errno(namespace::open_by_id(id, Kinds::UTS, 1), Errno::ESTALE);
        // With the number alone since Linux 6.19.
        match namespace::open_by_id(id, Kinds::empty(), 0) {
            Err(errno) => assert_eq!(errno, Errno::ESTALE),
            Ok(again) => assert_eq!(inode(again), own(Link::Uts)),
        }
        if has_capability(CAP_SYS_ADMIN, "CAP_SYS_ADMIN") {
            let other = Other::new(Kinds::UTS);
            let theirs = Namespace::open(other.pid, Link::Uts).unwrap();
            let (id, number) = (theirs.id().unwrap(), inode_of(&theirs));
            let again = || namespace::open_by_id(id, Kinds::UTS, number);
            assert_eq!(again().map(inode), Ok(number.into()));
            as_nobody(|| assert_errno(again(), Errno::ESTALE));
            drop((other, theirs));
            assert_errno(again(), Errno::ESTALE);
        }
    });
}

#[test]
fn numbers_of_processes_in_it() {
    alone([], || {
        if !has_capability(CAP_SYS_ADMIN, "CAP_SYS_ADMIN") || !linux(6, 11) {
            return;
        }
        let outside = open(Link::Pid);
        assert_eq!(outside.pid_in(process::getpid()), Ok(process::getpid()));
        let (thread, process) = (process::gettid(), process::getpid());
        assert_ne!(thread, process);
        assert_eq!((outside.pid_in(thread), namespace::tgid_in(&outside, thread)), (Ok(thread), Ok(process)));
        assert_eq!((outside.pid_from(thread), namespace::tgid_from(&outside, thread)), (Ok(thread), Ok(process)));
        assert_errno(outside.pid_in(Pid::new(i32::MAX).unwrap()), Errno::ESRCH);

        namespace::unshare(Kinds::PID).unwrap();
        let other = Other::new(Kinds::UTS);
        let inside = Namespace::open(other.pid, Link::Pid).unwrap();
        assert_eq!(inside.pid_in(other.pid), Ok(Pid::INIT));
        assert_eq!(inside.pid_from(Pid::INIT), Ok(other.pid));
        assert_eq!(namespace::tgid_in(&inside, other.pid), Ok(Pid::INIT));
        assert_eq!(namespace::tgid_from(&inside, Pid::INIT), Ok(other.pid));
        assert_errno(inside.pid_in(process), Errno::ESRCH);
        assert_eq!(inode(inside.parent().unwrap()), inode(&outside));
    });
}

#[test]
fn what_a_mount_namespace_has() {
    in_own_namespaces(|| {
        if !linux(6, 12) {
            return;
        }
        let own = open(Link::Mnt);
        let info = own.mnt_info().unwrap();
        assert_eq!(Ok(info.id()), namespace::mnt_ns_id(&own));
        assert!(info.mounts() > 0, "{info:?}");
        // Of those that this process may see it is the only one, if it may ask at all.
        for neighbour in [own.mnt_next(), own.mnt_prev()] {
            assert!(matches!(neighbour, Err(Errno::ENOENT | Errno::EPERM)), "{neighbour:?}");
        }
    });
}

#[test]
fn mount_namespaces_in_a_row() {
    alone([], || {
        if !has_capability(CAP_SYS_ADMIN, "CAP_SYS_ADMIN") || !linux(6, 12) {
            return;
        }
        let first = open(Link::Mnt);
        let other = Other::new(Kinds::MNT);
        let theirs = Namespace::open(other.pid, Link::Mnt).unwrap();
        let next = first.mnt_next();
        if next.is_err() && !in_first_pid_namespace() {
            assert_errno(next, Errno::EPERM);
            return println!("skipped: on this kernel it needs the first pid namespace");
        }
        // Others come and go, so some may lie between.
        let mut id = first.mnt_info().unwrap().id();
        let mut next = next.unwrap();
        while inode(&next.0) != inode(&theirs) {
            assert!(common::is_cloexec(&next.0) && next.1.id() > id);
            id = next.1.id();
            next = next.0.mnt_next().unwrap();
        }
        assert_eq!(Ok(next.1), theirs.mnt_info());
        let (before, info) = theirs.mnt_prev().unwrap();
        assert!(info.id() < next.1.id() && info.id() >= first.mnt_info().unwrap().id());
        assert_eq!(before.mnt_info().unwrap().id(), info.id());
        let mut last = (theirs, info);
        let end = loop {
            match last.0.mnt_next() {
                Ok(next) => last = next,
                Err(errno) => break errno,
            }
        };
        assert_eq!(end, Errno::ENOENT);
    });
}
