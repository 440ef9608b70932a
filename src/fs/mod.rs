//! Files by their names, as far as an init or a container needs them. This is not a file system library.
//!
//! ```
//! use butter::fd::{CWD, OpenFlags};
//! use butter::fs::{self, OpenHow, Resolve, StatxMask, AtFlags};
//!
//! // Whatever links there are on the way, nothing above this directory is opened.
//! let root = fs::openat(CWD, c"/usr", OpenFlags::PATH, 0)?;
//! let how = OpenHow::new(OpenFlags::DIRECTORY).resolve(Resolve::IN_ROOT);
//! let bin = fs::openat2(&root, c"/../bin", &how)?;
//! let stat = fs::statx(&bin, c"", AtFlags::EMPTY_PATH, StatxMask::BASIC_STATS)?;
//! assert_eq!(stat.file_type(), Some(fs::FileType::Directory));
//!
//! let mut buffer = [0; 4096];
//! for entry in fs::getdents64(&bin, &mut buffer)? {
//!     println!("{}", entry.name().escape_ascii());
//! }
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! A path is relative to a directory that is given, [`CWD`](crate::fd::CWD) for the working directory; one that begins with `/`
//! is not. Sizes and offsets have 64 bits on every architecture.
//!
//! # Errors of every path
//!
//! These may come of any path, and are not repeated below.
//!
//! - `EACCES`: a directory on the way may not be searched.
//! - `EBADF`: the directory is not open, and the path is relative.
//! - `EINVAL`: the path contains a NUL.
//! - `EIO`: the disk cannot be read or written.
//! - `ELOOP`: too many symbolic links on the way.
//! - `ENAMETOOLONG`: the path, or a part of it, is too long.
//! - `ENOENT`: something on the way does not exist; or the path is empty.
//! - `ENOMEM`: the kernel has no memory for it.
//! - `ENOTDIR`: something on the way, or the directory itself, is not a directory.
//!
//! See `open(2)`, `openat2(2)`, `mkdir(2)`, `mknod(2)`, `symlink(2)`, `link(2)`, `unlink(2)`, `rename(2)`, `readlink(2)`,
//! `chmod(2)`, `chown(2)`, `utimensat(2)`, `access(2)`, `statx(2)`, `getdents(2)`, `truncate(2)`, `fallocate(2)`, `flock(2)`,
//! `F_OFD_SETLK(2const)`, `F_SETLK(2const)`,
//! `fsync(2)`, `xattr(7)`, `file_getattr(2)`.

mod directory;
mod file;
mod file_attr;
mod kind;
mod metadata;
mod names;
mod open;
mod record_lock;
mod statx;
mod xattr;

pub use directory::{Dir, Entry, getdents64, parse};
pub use file::{FallocateMode, Lock, fallocate, fdatasync, flock, fsync, ftruncate};
pub use file_attr::{FileAttr, XFlags, file_getattr, file_setattr};
pub use kind::{FileType, Node};
pub use metadata::{Access, AccessFlags, AtFlags, SetTime, faccessat2, fchmodat2, fchownat, futimens, utimensat};
pub use names::{
    LinkFlags, RenameFlags, UnlinkFlags, linkat, mkdirat, mknodat, readlinkat, renameat2, symlinkat, unlinkat,
};
pub use open::{OpenHow, Resolve, openat, openat2};
pub use record_lock::{HeldLock, RecordLock, getlk, ofd_getlk, ofd_setlk, ofd_setlkw, setlk, setlkw};
pub use statx::{Attributes, Device, Statx, StatxMask, statx};
pub use xattr::{
    SetXattr, fgetxattr, flistxattr, fremovexattr, fsetxattr, getxattr, getxattrat, lgetxattr, listxattr, listxattrat,
    llistxattr, lremovexattr, lsetxattr, removexattr, removexattrat, setxattr, setxattrat,
};
