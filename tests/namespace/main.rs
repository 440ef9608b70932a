//! Namespaces against the running kernel, in those that are made for the test.
//!
//! Errors that cannot be provoked here: `ENFILE`, `ENOMEM`, `EMFILE` of `unshare_files` and of what opens related namespaces,
//! `EIO` of the maps, `EOPNOTSUPP` of `open_by_id`, `ENOENT` for want of `/proc` or of a kind of namespaces, `ESRCH` of a link;
//! what `listns` says, where the kernel is older than Linux 6.19.

#[path = "../common/mod.rs"]
mod common;
mod list;
mod maps;
mod nsfs;
mod open;
mod setns;
mod time;
mod unshare;

use butter::fd::{AsFd, AsRawFd, OwnedFd};
use butter::namespace::{self, IdMap, Kinds, Link, Namespace};
use butter::process::{self, Pid};
use butter::signal::ChildStatus;
use butter::{Errno, syscall};
use common::{CAP_SYS_ADMIN, assert_errno, ensure, in_child, in_own_namespaces, not_open, pipe};
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::thread;

const LINKS: [Link; 10] = [
    Link::Cgroup,
    Link::Ipc,
    Link::Mnt,
    Link::Net,
    Link::Pid,
    Link::PidForChildren,
    Link::Time,
    Link::TimeForChildren,
    Link::User,
    Link::Uts,
];

/// What tells a namespace from another: the inode.
fn inode(namespace: impl AsFd) -> u64 {
    fs::metadata(format!("/proc/self/fd/{}", namespace.as_fd().as_raw_fd())).unwrap().ino()
}

/// That of the calling thread.
fn own(link: Link) -> u64 {
    fs::metadata(format!("/proc/thread-self/ns/{}", link.name())).unwrap().ino()
}

/// A process in new namespaces of these kinds, which waits until this is dropped. Who makes it may do so with one thread only.
struct Other {
    pid: Pid,
    stop: Option<OwnedFd>,
}

impl Other {
    fn new(kinds: Kinds) -> Other {
        let ((told, tell), (stopped, stop)) = (pipe(), pipe());
        let run = |stop: OwnedFd| {
            namespace::unshare(kinds)?;
            butter::fd::write(&tell, b"!")?;
            drop(stop);
            butter::fd::read(&stopped, &mut [0]).map(drop)
        };
        // SAFETY: the child makes system calls only.
        match unsafe { process::fork() }.unwrap() {
            None => process::exit(run(stop).map_or_else(|errno| errno.number().into(), |()| 0)),
            Some(pid) => {
                drop(tell);
                let other = Other { pid, stop: Some(stop) };
                assert_eq!(butter::fd::read(&told, &mut [0]).unwrap(), b"!");
                other
            }
        }
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        self.stop = None;
        let status = process::wait(self.pid);
        if !thread::panicking() {
            assert_eq!(status, Ok(ChildStatus::Exited(0)));
        }
    }
}
