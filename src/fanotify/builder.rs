//! How a group is made, in words.

use super::{Fanotify, InitFlags, Response};
use crate::errno::Result;
use crate::fd::OpenFlags;

/// How a group is to be made. Without another word it is of class `NOTIF`, waits when it is read, has files opened for
/// reading and closed over `exec`, as it is itself, and lets go on what nobody answers.
///
/// What needs another flag brings it along. What does not go together is refused by the kernel with `EINVAL`:
///
/// | | not with |
/// |---|---|
/// | [`content`](Self::content), [`pre_content`](Self::pre_content) | each other, any handle, [`report_mnt`](Self::report_mnt) |
/// | [`report_pidfd`](Self::report_pidfd) | [`report_tid`](Self::report_tid) |
/// | [`report_mnt`](Self::report_mnt) | any handle, [`report_fd_error`](Self::report_fd_error) |
///
/// Handles are [`report_fid`](Self::report_fid), [`report_dir_fid`](Self::report_dir_fid), [`report_name`](Self::report_name) and
/// [`report_target_fid`](Self::report_target_fid).
#[derive(Clone, Copy, Debug)]
#[must_use = "it makes no group until it is built"]
pub struct Builder {
    flags: InitFlags,
    event_flags: OpenFlags,
    unanswered: Response,
}

/// A method for each flag.
macro_rules! flags {
    ($($(#[$doc:meta])* $name:ident $flags:expr;)*) => {
        impl Builder {
            $($(#[$doc])*
            #[inline]
            pub const fn $name(self) -> Self {
                self.flags($flags)
            })*
        }
    };
}

flags! {
    /// Permission events too: of files that have their content. `CAP_SYS_ADMIN`.
    content InitFlags::CLASS_CONTENT;
    /// Permission events too: of files that may not have their content yet. `CAP_SYS_ADMIN`.
    pre_content InitFlags::CLASS_PRE_CONTENT;
    /// A read does not wait.
    nonblocking InitFlags::NONBLOCK;
    /// As many events as come are queued. `CAP_SYS_ADMIN`.
    unlimited_queue InitFlags::UNLIMITED_QUEUE;
    /// As many marks as are made. `CAP_SYS_ADMIN`.
    unlimited_marks InitFlags::UNLIMITED_MARKS;
    /// Answers may be audited. `CAP_AUDIT_WRITE`. Since Linux 4.15.
    audit InitFlags::ENABLE_AUDIT;
    /// A pidfd of the process that did it. `CAP_SYS_ADMIN`. Since Linux 5.15.
    report_pidfd InitFlags::REPORT_PIDFD;
    /// The thread that did it, not the process. `CAP_SYS_ADMIN`. Since Linux 4.20.
    report_tid InitFlags::REPORT_TID;
    /// The handle of the file instead of a descriptor. Since Linux 5.1.
    report_fid InitFlags::REPORT_FID;
    /// The handle of the directory. Since Linux 5.9.
    report_dir_fid InitFlags::REPORT_DIR_FID;
    /// The handle of the directory and the name in it. Since Linux 5.9.
    report_name InitFlags::REPORT_DFID_NAME;
    /// All of these handles, and that of the file whose name comes or goes. Since Linux 5.17.
    report_target_fid InitFlags::REPORT_DFID_NAME_TARGET;
    /// If a file cannot be opened, or a pidfd not be made, the error in its place. `CAP_SYS_ADMIN`. Since Linux 6.13.
    report_fd_error InitFlags::REPORT_FD_ERROR;
    /// Events about mounts. Since Linux 6.15.
    report_mnt InitFlags::REPORT_MNT;
}

impl Builder {
    pub(super) const fn new() -> Builder {
        Builder { flags: InitFlags::empty(), event_flags: Fanotify::EVENT_FLAGS, unanswered: Response::ALLOW }
    }

    /// These flags too: such as have no word here.
    #[inline]
    pub const fn flags(mut self, flags: InitFlags) -> Self {
        self.flags = self.flags.union(flags);
        self
    }

    /// How the files of events are opened, instead of `RDONLY | LARGEFILE`: see [`init`](super::init).
    #[inline]
    pub const fn event_flags(mut self, flags: OpenFlags) -> Self {
        self.event_flags = flags;
        self
    }

    /// What answers a permission event that is dropped unanswered, instead of [`Response::ALLOW`].
    #[inline]
    pub const fn unanswered(mut self, response: Response) -> Self {
        self.unanswered = response;
        self
    }

    /// Makes the group.
    ///
    /// # Errors
    ///
    /// Those of [`init`](super::init).
    #[inline]
    pub fn build(self) -> Result<Fanotify> {
        let mut group = Fanotify::with_flags(self.flags, self.event_flags)?;
        group.unanswered = self.unanswered;
        Ok(group)
    }
}
