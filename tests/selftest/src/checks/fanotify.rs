//! fanotify, and file handles.

use super::kernel::{AT_FDCWD, AT_REMOVEDIR, O_CREAT, O_RDWR, fork, wait};
use crate::{Failure, Verdict, claim};
use butter::errno::Errno;
use butter::fanotify::{Builder, Event, Fanotify, MarkFlags, Mask, Permission, Response};
use butter::fd::{self, CWD, OpenFlags};
use butter::handle::{self, Fid, HandleFlags, MountId, name_to_handle_at, open_by_handle_at};
use butter::signal::ChildStatus;
use butter::{EventSource, Reader, syscall};
use core::ffi::CStr;
use core::time::Duration;

/// What the kernel was not built with, or the file system has not.
fn skipped(errno: Errno) -> Failure {
    match errno {
        Errno::ENOSYS => Failure::Skipped("the kernel has none"),
        Errno::EOPNOTSUPP => Failure::Skipped("the file system has no handles"),
        errno => errno.into(),
    }
}

pub fn names() -> Verdict {
    let group = Fanotify::builder().report_name().nonblocking().build().map_err(skipped)?;
    let mask = Mask::CREATE | Mask::DELETE;
    group.add(MarkFlags::ONLYDIR, mask, c".").map_err(skipped)?;
    // The upper half is one, too.
    claim(group.add(MarkFlags::empty(), Mask::from_bits(1 << 40), c".") == Err(Errno::EINVAL))?;
    // SAFETY: the kernel reads the paths.
    unsafe {
        syscall!(SYMLINKAT, c"nowhere".as_ptr(), AT_FDCWD, c"a name".as_ptr())?;
        syscall!(UNLINKAT, AT_FDCWD, c"a name".as_ptr(), 0)?;
    }
    let (here, mut seen, mut buffer) = (Fid::of_path(CWD, c".")?, Mask::empty(), [0; 4096]);
    for event in group.read_events(&mut buffer)? {
        let Event::Notification(event) = event else { return claim(false) };
        claim(event.name() == Some(b"a name") && event.file().fd().is_none())?;
        claim(event.dfid().is_some_and(|info| info.fid() == here))?;
        seen |= event.mask();
    }
    claim(seen == mask)?;
    group.remove(MarkFlags::empty(), mask, c".")?;
    claim(group.remove(MarkFlags::empty(), mask, c".") == Err(Errno::ENOENT))
}

pub fn files() -> Verdict {
    let group = match Fanotify::builder().nonblocking().build() {
        Err(Errno::EPERM) => return Err(Failure::Skipped("it takes a privilege")),
        group => group.map_err(skipped)?,
    };
    group.add(MarkFlags::empty(), Mask::OPEN | Mask::ONDIR, c".").map_err(skipped)?;
    let flags = HandleFlags::empty();
    // SAFETY: the kernel reads the path, and the descriptor is closed again.
    let open = unsafe { syscall!(OPENAT, AT_FDCWD, c".".as_ptr(), 0)? };
    // SAFETY: nobody else has it.
    unsafe { syscall!(CLOSE, open)? };
    let (mut seen, mut buffer, mut path) = (0, [0; 4096], [0; 4096]);
    for event in group.read_events(&mut buffer)? {
        let Event::Notification(event) = event else { return claim(false) };
        claim(event.is_open() && event.pid() == Some(butter::process::getpid()))?;
        claim(event.path(&mut path)?.bytes().starts_with(b"/"))?;
        let file = event.file().fd().ok_or(Errno::EBADF)?;
        if let Ok((handle, _)) = name_to_handle_at(file, c"", flags | HandleFlags::EMPTY_PATH) {
            claim(handle == name_to_handle_at(CWD, c".", flags)?.0)?;
        }
        seen += 1;
    }
    claim(seen == 1)
}

pub fn renames() -> Verdict {
    let group = match Fanotify::builder().report_target_fid().nonblocking().build() {
        Err(Errno::EINVAL) => return Err(Failure::Skipped("since Linux 5.17")),
        group => group.map_err(skipped)?,
    };
    group.add(MarkFlags::ONLYDIR, Mask::RENAME | Mask::DELETE, c".").map_err(skipped)?;
    // SAFETY: the kernel reads the paths.
    unsafe {
        syscall!(SYMLINKAT, c"nowhere".as_ptr(), AT_FDCWD, c"old".as_ptr())?;
        let fid = Fid::of_path(CWD, c"old")?;
        syscall!(RENAMEAT2, AT_FDCWD, c"old".as_ptr(), AT_FDCWD, c"a new name".as_ptr(), 0)?;
        syscall!(UNLINKAT, AT_FDCWD, c"a new name".as_ptr(), 0)?;
        let (here, mut seen, mut buffer) = (Fid::of_path(CWD, c".")?, 0, [0; 4096]);
        for event in group.read_events(&mut buffer)? {
            let Event::Notification(event) = event else { return claim(false) };
            claim(event.fid().is_some_and(|info| info.fid() == fid))?;
            seen += 1;
            if event.is_rename() {
                let places = [event.renamed_from(), event.renamed_to()];
                let [Some(old), Some(new)] = places else { return claim(false) };
                claim(old.fid() == here && old.name() == Some(b"old"))?;
                claim(new.fid() == here && new.name() == Some(b"a new name"))?;
                claim(event.infos().count() == 3)?;
            } else {
                claim(event.is_delete() && event.name() == Some(b"a new name"))?;
            }
        }
        claim(seen == 2)
    }
}

pub fn mounts() -> Verdict {
    let group = match Fanotify::builder().report_mnt().nonblocking().build() {
        Err(Errno::EINVAL) => return Err(Failure::Skipped("since Linux 6.15")),
        group => group.map_err(skipped)?,
    };
    match group.add(MarkFlags::MNTNS, Mask::MNT_ATTACH | Mask::MNT_DETACH, c"/proc/self/ns/mnt") {
        Err(Errno::EPERM) => return Err(Failure::Skipped("it takes a privilege")),
        marked => marked.map_err(skipped)?,
    }
    // SAFETY: the kernel reads the strings.
    unsafe {
        syscall!(MKDIRAT, AT_FDCWD, c"mounted".as_ptr(), 0o700)?;
        let mounted = syscall!(MOUNT, c"none".as_ptr(), c"mounted".as_ptr(), c"tmpfs".as_ptr(), 0, 0);
        let id = name_to_handle_at(CWD, c"mounted", HandleFlags::MNT_ID_UNIQUE | HandleFlags::FID);
        if mounted.is_ok() {
            syscall!(UMOUNT2, c"mounted".as_ptr(), 0)?;
        }
        syscall!(UNLINKAT, AT_FDCWD, c"mounted".as_ptr(), AT_REMOVEDIR)?;
        mounted?;
        let MountId::Unique(id) = id?.1 else { return claim(false) };
        let (mut seen, mut buffer) = (Mask::empty(), [0; 4096]);
        for event in group.read_events(&mut buffer)? {
            let Event::Notification(event) = event else { return claim(false) };
            if event.mnt() == Some(id) {
                claim(event.mask() == if seen.is_empty() { Mask::MNT_ATTACH } else { Mask::MNT_DETACH })?;
                seen |= event.mask();
            }
        }
        claim(seen == Mask::MNT_ATTACH | Mask::MNT_DETACH)
    }
}

/// A group that decides, and a mark of this file that asks.
fn asking(builder: Builder, mask: Mask, name: &CStr) -> Result<Fanotify, Failure> {
    let group = match builder.unanswered(Response::DENY).build() {
        Err(Errno::EPERM) => return Err(Failure::Skipped("it takes a privilege")),
        Err(Errno::EINVAL) => return Err(Failure::Skipped("the kernel was built without permission events")),
        group => group.map_err(skipped)?,
    };
    match group.add(MarkFlags::empty(), mask, name) {
        Err(Errno::EINVAL) => Err(Failure::Skipped("this kernel has no such event")),
        Err(Errno::EOPNOTSUPP) => Err(Failure::Skipped("the file system does not allow it")),
        marked => Ok(marked.map(|()| group)?),
    }
}

/// Answers a child that reads the file, and says how its call fared: the number of bytes, or 100 and the error.
fn read_by_leave(
    group: &Fanotify,
    name: &CStr,
    answer: impl FnOnce(Permission<'_>) -> Verdict,
) -> Result<i32, Failure> {
    let child = fork(|| {
        // SAFETY: the kernel reads the path, and what it gives ends with the child.
        let read = unsafe { syscall!(OPENAT, AT_FDCWD, name.as_ptr(), O_RDWR, 0) }.and_then(|file| {
            let mut bytes = [0_u8; 10];
            // SAFETY: the kernel writes the bytes.
            unsafe { syscall!(READ, file, bytes.as_mut_ptr(), bytes.len()) }
        });
        read.map_or_else(|errno| 100 + i32::from(errno.number()), |read| read as i32)
    })?;
    let mut buffer = [0; 4096];
    let verdict = match Reader::new(group, &mut buffer)?.wait(Some(Duration::from_secs(10)))? {
        Event::Permission(event) => claim(event.pid() == Some(child)).and_then(|()| answer(event)),
        _ => claim(false),
    };
    let ChildStatus::Exited(status) = wait(child)? else { return Err(Errno::ECHILD.into()) };
    verdict.map(|()| status)
}

pub fn questions() -> Verdict {
    let name = c"asks";
    with_file(name, || {
        let group = asking(Fanotify::builder().content(), Mask::OPEN_PERM, name)?;
        claim(read_by_leave(&group, name, |event| Ok(event.allow()?))? == 0)?;
        let denied = 100 + i32::from(Errno::EPERM.number());
        claim(read_by_leave(&group, name, |event| Ok(event.deny()?))? == denied)?;
        claim(read_by_leave(&group, name, |event| claim(event.is_open_perm()))? == denied)
    })
}

pub fn parts() -> Verdict {
    let name = c"filled";
    with_file(name, || {
        let builder = Fanotify::builder().pre_content().event_flags(OpenFlags::RDWR | OpenFlags::LARGEFILE);
        let group = asking(builder, Mask::PRE_ACCESS, name)?;
        let fill = |event: Permission<'_>| {
            claim(event.is_pre_access() && event.range().is_some_and(|range| range.offset == 0 && range.count >= 10))?;
            claim(fd::write(event.file().fd().ok_or(Errno::EBADF)?, b"hello") == Ok(5))?;
            Ok(event.allow()?)
        };
        claim(read_by_leave(&group, name, fill)? == 5)?;
        let error = 100 + i32::from(Errno::EIO.number());
        claim(read_by_leave(&group, name, |event| Ok(event.deny_with(Errno::EIO)?))? == error)
    })
}

/// Has the file made, and removes it when the check is done.
fn with_file(name: &CStr, check: impl FnOnce() -> Verdict) -> Verdict {
    // SAFETY: the kernel reads the path, and what is closed is nobody else's.
    unsafe {
        let file = syscall!(OPENAT, AT_FDCWD, name.as_ptr(), O_RDWR | O_CREAT, 0o600)?;
        syscall!(CLOSE, file)?;
        let verdict = check();
        syscall!(UNLINKAT, AT_FDCWD, name.as_ptr(), 0)?;
        verdict
    }
}

pub fn handles() -> Verdict {
    let (handle, mount) = name_to_handle_at(CWD, c".", HandleFlags::empty()).map_err(skipped)?;
    claim(!handle.bytes().is_empty() && matches!(mount, MountId::Reused(id) if id > 0))?;
    claim(name_to_handle_at(CWD, c"not there", HandleFlags::empty()) == Err(Errno::ENOENT))?;
    claim(handle::fsid(fd::CWD) == Err(Errno::EBADF))?;
    match open_by_handle_at(CWD, &handle, OpenFlags::RDONLY | OpenFlags::DIRECTORY) {
        Err(Errno::EPERM) => Ok(()),
        opened => {
            let opened = opened?;
            claim(Fid::of(&opened)? == Fid::of_path(CWD, c".")?)?;
            claim(open_by_handle_at(CWD, &handle, OpenFlags::WRONLY).err() == Some(Errno::EISDIR))
        }
    }
}
