//! Namespaces.

use super::kernel::{fork, wait};
use crate::{Failure, Verdict, claim};
use butter::Errno;
use butter::fd::{CWD, OpenFlags};
use butter::fs;
use butter::mount::{ListmountFlags, MntIdReq, MountId, listmount};
use butter::namespace::{self, Kinds, Link, ListRequest, Namespace, UnshareFlags};
use butter::process;
use butter::signal::ChildStatus;

pub fn own() -> Verdict {
    namespace::unshare(UnshareFlags::FS)?;
    let uts = match Namespace::open(None, Link::Uts) {
        Err(Errno::ENOENT) => return Err(Failure::Skipped("there is no /proc")),
        uts => uts?,
    };
    let pid = Namespace::open(process::getpid(), Link::Pid)?;
    match uts.kind() {
        // An emulator that does not know it, or an old kernel.
        Err(Errno::ENOTTY | Errno::ENOSYS) => return Err(Failure::Skipped("a namespace cannot be asked")),
        kind => claim(kind? == Link::Uts.kind() && pid.kind()? == Link::Pid.kind())?,
    }
    claim(pid.owner_uid() == Err(Errno::EINVAL))
}

/// What came with Linux 6.19: all of them by one call, and one by its number alone.
pub fn listed() -> Verdict {
    let (mut ids, mut few) = ([0; 256], [0; 2]);
    let ids = match namespace::listns(&ListRequest::new(), &mut ids) {
        Err(Errno::ENOSYS) => return Err(Failure::Skipped("needs listns, which came with Linux 6.19")),
        ids => ids?,
    };
    let uts = Namespace::open(None, Link::Uts)?;
    let id = uts.id()?;
    claim(ids.contains(&id) && ids.is_sorted())?;
    let kind = ListRequest::new().kinds(Kinds::UTS);
    claim(namespace::listns(&kind, &mut few)?.contains(&id))?;
    claim(kind.owned_by(uts.userns()?.id()?).iter(&mut few).any(|listed| listed == Ok(id)))?;
    claim(kind.owned_by_own().iter(&mut few).any(|listed| listed == Ok(id)))?;
    // As many calls as it takes.
    let mut count = 0;
    for listed in ListRequest::new().iter(&mut few) {
        claim(ids.contains(&listed?))?;
        count += 1;
    }
    claim(count == ids.len())?;
    claim(namespace::listns(&ListRequest::new().after(u64::MAX - 1), &mut few) == Err(Errno::ENOENT))?;
    claim(namespace::listns(&ListRequest::new().kinds(Kinds::from_bits(1)), &mut few) == Err(Errno::EOPNOTSUPP))?;

    claim(namespace::listns(&kind.owned_by(id), &mut few) == Err(Errno::EINVAL))?;

    let opened = Namespace::from(namespace::open_by_id(id, Kinds::empty(), 0)?);
    claim(opened.id()? == id && opened.kind()? == Kinds::UTS)?;
    claim(namespace::open_by_id(id, Kinds::NET, 0).err() == Some(Errno::ESTALE))?;
    claim(namespace::open_by_id(u64::MAX - 1, Kinds::empty(), 0).err() == Some(Errno::ESTALE))
}

/// What came with Linux 7.1. Nothing can be made in the root of such a namespace.
pub fn empty() -> Verdict {
    const OLDER: i32 = 2;
    let child = fork(|| {
        let before = Namespace::open(None, Link::Mnt);
        match namespace::unshare(UnshareFlags::EMPTY_MNTNS) {
            Err(Errno::EINVAL) => return OLDER,
            Err(_) => return 3,
            Ok(()) => {}
        }
        if !is_empty() {
            return 0;
        }
        // And back to one that has a root.
        i32::from(
            before.and_then(|before| before.enter()).is_ok()
                && fs::openat(CWD, "/proc/self", OpenFlags::PATH, 0).is_ok(),
        )
    })?;
    match wait(child)? {
        ChildStatus::Exited(OLDER) => Err(Failure::Skipped("needs UNSHARE_EMPTY_MNTNS, which came with Linux 7.1")),
        status => claim(status == ChildStatus::Exited(1)),
    }
}

/// Whether the caller's mount namespace has one mount, on which nothing can be made.
pub fn is_empty() -> bool {
    let mut ids = [MountId::ROOT; 4];
    let alone = listmount(&MntIdReq::new(MountId::ROOT), None, ListmountFlags::empty(), &mut ids).map(|ids| ids.len());
    let absent = fs::openat(CWD, "/proc", OpenFlags::PATH, 0).err();
    let refused = fs::mkdirat(CWD, "/directory", 0o700);
    alone == Ok(1) && absent == Some(Errno::ENOENT) && refused == Err(Errno::ENOENT)
}
