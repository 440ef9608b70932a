//! How a group is made, what is marked, and what happened.

use super::abi;
use crate::flags::flags;

flags! {
    /// How a group is made: one class, and what else it is to do. It is closed over `exec` unless asked otherwise.
    ///
    /// Without `CAP_SYS_ADMIN` a group may be made since Linux 5.13, if it reports handles ([`REPORT_FID`](Self::REPORT_FID) or
    /// [`REPORT_DIR_FID`](Self::REPORT_DIR_FID)), or since 6.15 mounts; what takes the capability all the same is said with the
    /// flag.
    InitFlags: u32 {
        /// What happened is told afterwards: no bit, the class if nothing else is given.
        #[doc(alias = "FAN_CLASS_NOTIF")]
        const CLASS_NOTIF = abi::FAN_CLASS_NOTIF;
        /// Permission events as well, of files that have their content: for scanners. `CAP_SYS_ADMIN`. Not with `REPORT_FID`,
        /// `REPORT_DIR_FID` or `REPORT_MNT`.
        #[doc(alias = "FAN_CLASS_CONTENT")]
        const CLASS_CONTENT = abi::FAN_CLASS_CONTENT;
        /// Permission events as well, before the groups of the other classes are asked, of files that may not have their
        /// content yet: for storage that fills them on demand. `CAP_SYS_ADMIN`. Not with `CLASS_CONTENT`, `REPORT_FID`,
        /// `REPORT_DIR_FID` or `REPORT_MNT`.
        #[doc(alias = "FAN_CLASS_PRE_CONTENT")]
        const CLASS_PRE_CONTENT = abi::FAN_CLASS_PRE_CONTENT;
        /// A read does not wait: it gives `EAGAIN`.
        #[doc(alias = "FAN_NONBLOCK")]
        const NONBLOCK = abi::FAN_NONBLOCK;
        /// The descriptor stays open over `exec`. (The kernel's flag, `FAN_CLOEXEC`, is given unless this is.)
        #[doc(alias = "FAN_CLOEXEC")]
        const NO_CLOEXEC = abi::FAN_CLOEXEC;
        /// As many events as come are queued, beyond `/proc/sys/fs/fanotify/max_queued_events`. `CAP_SYS_ADMIN`.
        #[doc(alias = "FAN_UNLIMITED_QUEUE")]
        const UNLIMITED_QUEUE = abi::FAN_UNLIMITED_QUEUE;
        /// As many marks as are made, beyond `/proc/sys/fs/fanotify/max_user_marks`. `CAP_SYS_ADMIN`.
        #[doc(alias = "FAN_UNLIMITED_MARKS")]
        const UNLIMITED_MARKS = abi::FAN_UNLIMITED_MARKS;
        /// Answers may ask for a record in the audit log: [`Response::audit`](super::Response::audit). `CAP_AUDIT_WRITE`, and a
        /// kernel with auditing. Since Linux 4.15.
        #[doc(alias = "FAN_ENABLE_AUDIT")]
        const ENABLE_AUDIT = abi::FAN_ENABLE_AUDIT;
        /// A pidfd of the process that did it, in a record of the event. `CAP_SYS_ADMIN`. Not with `REPORT_TID`. Since Linux
        /// 5.15.
        #[doc(alias = "FAN_REPORT_PIDFD")]
        const REPORT_PIDFD = abi::FAN_REPORT_PIDFD;
        /// The number of the thread that did it, instead of the process. `CAP_SYS_ADMIN`. Not with `REPORT_PIDFD`. Since
        /// Linux 4.20.
        #[doc(alias = "FAN_REPORT_TID")]
        const REPORT_TID = abi::FAN_REPORT_TID;
        /// The handle of the file, in a record of the event, instead of a descriptor; of names that come and go that of their
        /// directory. Since Linux 5.1.
        #[doc(alias = "FAN_REPORT_FID")]
        const REPORT_FID = abi::FAN_REPORT_FID;
        /// The handle of the directory that the file is in, or of the directory itself. Since Linux 5.9.
        #[doc(alias = "FAN_REPORT_DIR_FID")]
        const REPORT_DIR_FID = abi::FAN_REPORT_DIR_FID;
        /// The name in that directory. Only with `REPORT_DIR_FID`. Since Linux 5.9.
        #[doc(alias = "FAN_REPORT_NAME")]
        const REPORT_NAME = abi::FAN_REPORT_NAME;
        /// With names that come and go the handle of the file that has or had the name. Only with `REPORT_FID`, `REPORT_DIR_FID`
        /// and `REPORT_NAME`. Since Linux 5.17.
        #[doc(alias = "FAN_REPORT_TARGET_FID")]
        const REPORT_TARGET_FID = abi::FAN_REPORT_TARGET_FID;
        /// If the file cannot be opened, or there is no pidfd, the error stands in its place. `CAP_SYS_ADMIN`. Not with
        /// `REPORT_MNT`. Since Linux 6.13.
        #[doc(alias = "FAN_REPORT_FD_ERROR")]
        const REPORT_FD_ERROR = abi::FAN_REPORT_FD_ERROR;
        /// Events about mounts, and no others. Not with another class, `REPORT_FID`, `REPORT_DIR_FID` or `REPORT_FD_ERROR`.
        /// Since Linux 6.15.
        #[doc(alias = "FAN_REPORT_MNT")]
        const REPORT_MNT = abi::FAN_REPORT_MNT;
        /// `REPORT_DIR_FID | REPORT_NAME`.
        #[doc(alias = "FAN_REPORT_DFID_NAME")]
        const REPORT_DFID_NAME = abi::FAN_REPORT_DFID_NAME;
        /// `REPORT_DFID_NAME | REPORT_FID | REPORT_TARGET_FID`.
        #[doc(alias = "FAN_REPORT_DFID_NAME_TARGET")]
        const REPORT_DFID_NAME_TARGET = abi::FAN_REPORT_DFID_NAME_TARGET;
    }
}

flags! {
    /// What is marked, and how. To [`mark`](super::mark()) one of `ADD`, `REMOVE` and `FLUSH`; the methods of
    /// [`Fanotify`](super::Fanotify) add that by themselves.
    MarkFlags: u32 {
        /// The mask is added to the mark, which is made if there is none.
        #[doc(alias = "FAN_MARK_ADD")]
        const ADD = abi::FAN_MARK_ADD;
        /// The mask is taken from the mark; when nothing is left, the mark is gone.
        #[doc(alias = "FAN_MARK_REMOVE")]
        const REMOVE = abi::FAN_MARK_REMOVE;
        /// All marks of this kind are removed: of inodes, or with `MOUNT`, `FILESYSTEM` or `MNTNS` of these.
        #[doc(alias = "FAN_MARK_FLUSH")]
        const FLUSH = abi::FAN_MARK_FLUSH;

        /// The file or directory itself: no bit, what is marked if nothing else is given.
        #[doc(alias = "FAN_MARK_INODE")]
        const INODE = abi::FAN_MARK_INODE;
        /// The whole mount that the path is on, as it is seen through that mount. `CAP_SYS_ADMIN`, as for `FILESYSTEM`. Not for
        /// the events that need `REPORT_FID`.
        #[doc(alias = "FAN_MARK_MOUNT")]
        const MOUNT = abi::FAN_MARK_MOUNT;
        /// The whole file system that the path is on. `CAP_SYS_ADMIN`; since Linux 6.16 that over the user namespace which the
        /// group was made in and the file system mounted in is enough. Since Linux 4.20.
        #[doc(alias = "FAN_MARK_FILESYSTEM")]
        const FILESYSTEM = abi::FAN_MARK_FILESYSTEM;
        /// The mount namespace that the path names, as `/proc/self/ns/mnt`: for a group with `REPORT_MNT`. `CAP_SYS_ADMIN` over
        /// the namespace. Since Linux 6.15.
        #[doc(alias = "FAN_MARK_MNTNS")]
        const MNTNS = abi::FAN_MARK_MNTNS;

        /// Mark a symbolic link, not what it points to.
        #[doc(alias = "FAN_MARK_DONT_FOLLOW")]
        const DONT_FOLLOW = abi::FAN_MARK_DONT_FOLLOW;
        /// Refuse with `ENOTDIR` what is not a directory.
        #[doc(alias = "FAN_MARK_ONLYDIR")]
        const ONLYDIR = abi::FAN_MARK_ONLYDIR;
        /// The mask is that of the events which are not told, though another mark asks for them. Whether `ONDIR` and
        /// `EVENT_ON_CHILD` count depends on the kernel: `IGNORE` has them right. Not with `IGNORE`.
        #[doc(alias = "FAN_MARK_IGNORED_MASK")]
        const IGNORED_MASK = abi::FAN_MARK_IGNORED_MASK;
        /// The same, for directories only with `ONDIR` in the mask, and for what is in them only with `EVENT_ON_CHILD`. On a
        /// directory, a mount or a file system only with `IGNORED_SURV_MODIFY`. Since Linux 6.0.
        #[doc(alias = "FAN_MARK_IGNORE")]
        const IGNORE = abi::FAN_MARK_IGNORE;
        /// What is ignored stays ignored when the file is modified. The kernel does not forget it while the mark lasts.
        #[doc(alias = "FAN_MARK_IGNORED_SURV_MODIFY")]
        const IGNORED_SURV_MODIFY = abi::FAN_MARK_IGNORED_SURV_MODIFY;
        /// `IGNORE | IGNORED_SURV_MODIFY`.
        #[doc(alias = "FAN_MARK_IGNORE_SURV")]
        const IGNORE_SURV = abi::FAN_MARK_IGNORE_SURV;
        /// The mark does not keep the inode in memory: when that is needed for something else, the mark is gone with it. For
        /// inodes only. Since Linux 5.19.
        #[doc(alias = "FAN_MARK_EVICTABLE")]
        const EVICTABLE = abi::FAN_MARK_EVICTABLE;
    }
}

flags! {
    /// What to tell of, and what happened. An event may have several bits: what is the same but for them is merged while
    /// it is queued.
    Mask: u64 {
        /// A file was read, or a directory.
        #[doc(alias = "FAN_ACCESS")]
        const ACCESS = abi::FAN_ACCESS;
        /// A file was written or truncated.
        #[doc(alias = "FAN_MODIFY")]
        const MODIFY = abi::FAN_MODIFY;
        /// Metadata changed. Only in a group that reports handles. Since Linux 5.1.
        #[doc(alias = "FAN_ATTRIB")]
        const ATTRIB = abi::FAN_ATTRIB;
        /// A file that was open for writing was closed.
        #[doc(alias = "FAN_CLOSE_WRITE")]
        const CLOSE_WRITE = abi::FAN_CLOSE_WRITE;
        /// A file or directory that was not open for writing was closed.
        #[doc(alias = "FAN_CLOSE_NOWRITE")]
        const CLOSE_NOWRITE = abi::FAN_CLOSE_NOWRITE;
        /// A file or directory was opened.
        #[doc(alias = "FAN_OPEN")]
        const OPEN = abi::FAN_OPEN;
        /// A file was opened to be executed: a program, or its interpreter. Since Linux 5.0.
        #[doc(alias = "FAN_OPEN_EXEC")]
        const OPEN_EXEC = abi::FAN_OPEN_EXEC;
        /// A name in a directory was renamed away. Only in a group that reports handles. Since Linux 5.1.
        #[doc(alias = "FAN_MOVED_FROM")]
        const MOVED_FROM = abi::FAN_MOVED_FROM;
        /// A name came into a directory by a rename. Only in a group that reports handles. Since Linux 5.1.
        #[doc(alias = "FAN_MOVED_TO")]
        const MOVED_TO = abi::FAN_MOVED_TO;
        /// A name was made in a directory. Only in a group that reports handles. Since Linux 5.1.
        #[doc(alias = "FAN_CREATE")]
        const CREATE = abi::FAN_CREATE;
        /// A name in a directory was removed. Only in a group that reports handles. Since Linux 5.1.
        #[doc(alias = "FAN_DELETE")]
        const DELETE = abi::FAN_DELETE;
        /// The marked file or directory itself is gone. Only in a group that reports handles. Since Linux 5.1.
        #[doc(alias = "FAN_DELETE_SELF")]
        const DELETE_SELF = abi::FAN_DELETE_SELF;
        /// The marked file or directory itself was renamed. Only in a group that reports handles. Since Linux 5.1.
        #[doc(alias = "FAN_MOVE_SELF")]
        const MOVE_SELF = abi::FAN_MOVE_SELF;
        /// A rename, in one event: the old place, the new one, or both, as they are marked. Only in a group with `REPORT_NAME`.
        /// Since Linux 5.17.
        #[doc(alias = "FAN_RENAME")]
        const RENAME = abi::FAN_RENAME;
        /// The file system found that it is damaged. Only on a file system (`FILESYSTEM`), in a group that reports handles.
        /// Since Linux 5.16; ext4, and since 7.0 others.
        #[doc(alias = "FAN_FS_ERROR")]
        const FS_ERROR = abi::FAN_FS_ERROR;
        /// A mount came into the namespace. Only on a mount namespace, in a group with `REPORT_MNT`. Since Linux 6.15.
        #[doc(alias = "FAN_MNT_ATTACH")]
        const MNT_ATTACH = abi::FAN_MNT_ATTACH;
        /// A mount left the namespace. Only on a mount namespace, in a group with `REPORT_MNT`. Since Linux 6.15.
        #[doc(alias = "FAN_MNT_DETACH")]
        const MNT_DETACH = abi::FAN_MNT_DETACH;

        /// Somebody wants to open a file or directory. Only in a group of class `CONTENT` or `PRE_CONTENT`.
        #[doc(alias = "FAN_OPEN_PERM")]
        const OPEN_PERM = abi::FAN_OPEN_PERM;
        /// Somebody wants to read a file or directory. Only in a group of class `CONTENT` or `PRE_CONTENT`.
        #[doc(alias = "FAN_ACCESS_PERM")]
        const ACCESS_PERM = abi::FAN_ACCESS_PERM;
        /// Somebody wants to open a file to execute it. Only in a group of class `CONTENT` or `PRE_CONTENT`. Since Linux 5.0.
        #[doc(alias = "FAN_OPEN_EXEC_PERM")]
        const OPEN_EXEC_PERM = abi::FAN_OPEN_EXEC_PERM;
        /// Somebody wants to read or write a part of a file, or to map it, and is to be answered when the part is there. Only in
        /// a group of class `PRE_CONTENT`, on file systems that allow it (ext4, xfs, btrfs, bcachefs), and not with `ONDIR`.
        /// Since Linux 6.14.
        #[doc(alias = "FAN_PRE_ACCESS")]
        const PRE_ACCESS = abi::FAN_PRE_ACCESS;

        /// To a mark: of directories, too. In an event of a group that reports handles: it is about a directory.
        #[doc(alias = "FAN_ONDIR")]
        const ONDIR = abi::FAN_ONDIR;
        /// To the mark of a directory: of what is in it, too.
        #[doc(alias = "FAN_EVENT_ON_CHILD")]
        const EVENT_ON_CHILD = abi::FAN_EVENT_ON_CHILD;
        /// In the event that is [`Event::Overflow`](super::Event::Overflow).
        #[doc(alias = "FAN_Q_OVERFLOW")]
        const Q_OVERFLOW = abi::FAN_Q_OVERFLOW;

        /// `CLOSE_WRITE | CLOSE_NOWRITE`.
        #[doc(alias = "FAN_CLOSE")]
        const CLOSE = abi::FAN_CLOSE;
        /// `MOVED_FROM | MOVED_TO`.
        #[doc(alias = "FAN_MOVE")]
        const MOVE = abi::FAN_MOVE;
    }
}

impl Mask {
    /// The events that want an answer: `OPEN_PERM`, `ACCESS_PERM`, `OPEN_EXEC_PERM` and `PRE_ACCESS`.
    pub const PERMISSION: Mask =
        Mask::OPEN_PERM.union(Mask::ACCESS_PERM).union(Mask::OPEN_EXEC_PERM).union(Mask::PRE_ACCESS);
}
