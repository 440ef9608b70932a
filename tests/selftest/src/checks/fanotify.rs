//! fanotify, and file handles.

use super::kernel::AT_FDCWD;
use crate::{Failure, Verdict, claim};
use butter::errno::Errno;
use butter::fanotify::{Event, Fanotify, MarkFlags, Mask};
use butter::fd::{self, CWD, OpenFlags};
use butter::handle::{self, Fid, HandleFlags, MountId, name_to_handle_at, open_by_handle_at};
use butter::{EventSource, syscall};

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
