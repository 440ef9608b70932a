//! What is watched: the group and its mark, the most that the kernel, the file system and the user's privileges give.
//!
//! - The **file system** with a group that reports handles: all kinds, those of names among them, whoever does it and
//!   through whatever mount.
//! - The **mount** (`-c`) with a group that opens the files. The kernel tells no kinds of names for a mount, so that
//!   handles and names would give nothing more, and an open file has the path as it is seen through that mount, even
//!   if it is deleted.
//! - The **file system** with a group that opens the files, if it has no handles (overlayfs, some FUSE) or several ids
//!   (btrfs).
//! - The **directory** without `CAP_SYS_ADMIN`: what is in it, but not below, and not by whom.

use crate::options::Options;
use butter::errno::{Errno, Result};
use butter::fanotify::{Builder, Fanotify, MarkFlags, Mask};
use std::fs::File;
use std::io;

/// All that a group can tell that opens files.
const OPENING: Mask = Mask::ACCESS.union(Mask::MODIFY).union(Mask::CLOSE).union(Mask::OPEN).union(Mask::OPEN_EXEC);

/// Makes the group, and tells what it watches.
pub fn watch(options: &Options, file: &File) -> io::Result<(Fanotify, &'static str)> {
    // What is known of paths needs to be kept true, whatever is shown.
    let kinds = options.kinds | Mask::CREATE | Mask::DELETE | Mask::RENAME | Mask::ONDIR;
    let handles = Fanotify::builder().nonblocking().report_target_fid();
    if options.mount {
        return opening(options, file, MarkFlags::MOUNT, "the mount");
    }
    match marked(handles.report_pidfd(), MarkFlags::FILESYSTEM, kinds, file) {
        Ok(group) => Ok((group, "the file system")),
        Err(Errno::EOPNOTSUPP | Errno::ENODEV | Errno::EXDEV) => {
            let what = "the file system, which has no handles: names that come and go are not told,";
            opening(options, file, MarkFlags::FILESYSTEM, what)
        }
        Err(Errno::EPERM) => {
            // In a user namespace that owns the file system, this is allowed since Linux 6.16.
            if let Ok(group) = marked(handles, MarkFlags::FILESYSTEM, kinds, file) {
                return Ok((group, "the file system, but without CAP_SYS_ADMIN of the whole system not by whom,"));
            }
            // What has no directory is not told of one.
            let kinds = (kinds - Mask::FS_ERROR) | Mask::EVENT_ON_CHILD;
            match marked(handles, MarkFlags::ONLYDIR, kinds, file) {
                Ok(group) => Ok((group, "without CAP_SYS_ADMIN only this directory, and not by whom,")),
                Err(Errno::EPERM) => Err(io::Error::other("it needs CAP_SYS_ADMIN before Linux 5.13")),
                Err(Errno::ENOTDIR) => Err(io::Error::other("without CAP_SYS_ADMIN it needs a directory")),
                Err(errno) => Err(told(errno)),
            }
        }
        Err(errno) => Err(told(errno)),
    }
}

fn opening(
    options: &Options,
    file: &File,
    mark: MarkFlags,
    what: &'static str,
) -> io::Result<(Fanotify, &'static str)> {
    let kinds = options.kinds & OPENING;
    if kinds.is_empty() {
        return Err(io::Error::other("these kinds are told of a whole file system with handles only"));
    }
    let (builder, kinds) = (Fanotify::builder().nonblocking().report_pidfd(), kinds | Mask::ONDIR);
    // Since Linux 6.13 an event whose file cannot be opened is told with the error, else it may be lost without a word.
    let group = match marked(builder.report_fd_error(), mark, kinds, file) {
        Err(Errno::EINVAL) => marked(builder, mark, kinds, file),
        group => group,
    };
    match group {
        Ok(group) => Ok((group, what)),
        Err(Errno::EPERM) => Err(io::Error::other("to watch a whole mount it needs CAP_SYS_ADMIN")),
        Err(errno) => Err(told(errno)),
    }
}

fn marked(builder: Builder, mark: MarkFlags, kinds: Mask, file: &File) -> Result<Fanotify> {
    let group = builder.build()?;
    group.add_fd(mark, kinds, file)?;
    Ok(group)
}

fn told(errno: Errno) -> io::Error {
    match errno {
        Errno::EINVAL => io::Error::other("it needs Linux 5.17, and a file system that can be watched"),
        Errno::EMFILE => io::Error::other("too many groups: /proc/sys/fs/fanotify/max_user_groups"),
        Errno::ENOSPC => io::Error::other("too many marks: /proc/sys/fs/fanotify/max_user_marks"),
        Errno::ENOSYS => io::Error::other("this kernel has no fanotify"),
        errno => errno.into(),
    }
}
