//! Opening.

use crate::abi::openat2::{self as abi, open_how};
use crate::arch::fcntl::{O_CLOEXEC, O_LARGEFILE};
use crate::errno::Result;
use crate::fd::{AsFd, AsRawFd, OpenFlags, OwnedFd};
use crate::flags::flags;
use crate::path::PathArg;

flags! {
    /// Where the path of [`openat2`] may lead.
    Resolve: u64 {
        /// Not to another mount: `EXDEV`.
        #[doc(alias = "RESOLVE_NO_XDEV")]
        const NO_XDEV = abi::RESOLVE_NO_XDEV;
        /// Not over links of `/proc` that stand for an open file: `ELOOP`.
        #[doc(alias = "RESOLVE_NO_MAGICLINKS")]
        const NO_MAGICLINKS = abi::RESOLVE_NO_MAGICLINKS;
        /// Not over any symbolic link: `ELOOP`.
        #[doc(alias = "RESOLVE_NO_SYMLINKS")]
        const NO_SYMLINKS = abi::RESOLVE_NO_SYMLINKS;
        /// Not out of the directory, also not for a moment: `EXDEV`.
        #[doc(alias = "RESOLVE_BENEATH")]
        const BENEATH = abi::RESOLVE_BENEATH;
        /// The directory is the root, for `/` and for `..`.
        #[doc(alias = "RESOLVE_IN_ROOT")]
        const IN_ROOT = abi::RESOLVE_IN_ROOT;
        /// Not where the disk would have to be asked: `EAGAIN`. Since Linux 5.12.
        #[doc(alias = "RESOLVE_CACHED")]
        const CACHED = abi::RESOLVE_CACHED;
    }
}

/// How [`openat2`] opens.
#[derive(Clone, Copy)]
pub struct OpenHow(open_how);

impl OpenHow {
    /// With these flags.
    #[inline]
    pub const fn new(flags: OpenFlags) -> OpenHow {
        // Unlike `openat`, this call refuses flags that make no sense together.
        let path = flags.contains(OpenFlags::PATH);
        let large = if cfg!(target_pointer_width = "32") && !path { O_LARGEFILE } else { 0 };
        let flags = flags.to_kernel() | large;
        OpenHow(open_how { flags: flags as u64, mode: 0, resolve: 0 })
    }

    /// With these permissions of a file that is made, of which the umask takes some. It needs `CREAT` or `TMPFILE`.
    #[inline]
    #[must_use]
    pub const fn mode(mut self, mode: u32) -> OpenHow {
        self.0.mode = mode as u64;
        self
    }

    /// With what restricts the path.
    #[inline]
    #[must_use]
    pub const fn resolve(mut self, resolve: Resolve) -> OpenHow {
        self.0.resolve = resolve.bits();
        self
    }
}

impl core::fmt::Debug for OpenHow {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("OpenHow")
            .field("flags", &OpenFlags::from_bits(self.0.flags as u32 ^ O_CLOEXEC))
            .field("mode", &format_args!("{:#o}", self.0.mode))
            .field("resolve", &Resolve::from_bits(self.0.resolve))
            .finish()
    }
}

/// Opens a file. `mode` are the permissions of one that is made, of which the umask takes some.
///
/// # Errors
///
/// Those [of every path](super#errors-of-every-path), and
///
/// - `EACCES`: the file may not be opened so; or it is not there, and its directory may not be written.
/// - `EBUSY`: a block device in use, with `EXCL`.
/// - `EDQUOT`, `ENOSPC`: there is no room for a file that is to be made.
/// - `EEXIST`: `CREAT` and `EXCL`, and it is there.
/// - `EINTR`: a signal handler ran while it waited, for the other end of a pipe or for a lease.
/// - `EINVAL`: flags that make no sense, or that the file system does not have.
/// - `EISDIR`: a directory, to be written.
/// - `ELOOP`: `NOFOLLOW`, and it is a symbolic link.
/// - `EMFILE`, `ENFILE`: the process, or the system, has as many open files as it may.
/// - `ENODEV`, `ENXIO`: there is no such device; or `NONBLOCK` and `WRONLY`, and nobody reads the pipe; or it is a socket.
/// - `EOPNOTSUPP`: `TMPFILE`, and the file system does not have it.
/// - `EPERM`: `NOATIME`, and the file belongs to another; or a seal or an attribute of the file forbids it.
/// - `EROFS`: to be written, on a file system that is read only.
/// - `ETXTBSY`: to be written, and it is executed.
/// - `EAGAIN`: `NONBLOCK`, and it would have to wait for a lease.
#[doc(alias = "open")]
#[inline]
pub fn openat(directory: impl AsFd, path: impl PathArg, flags: OpenFlags, mode: u32) -> Result<OwnedFd> {
    let flags = flags.to_kernel() | O_LARGEFILE;
    path.with_c_str(|path| {
        // SAFETY: the kernel reads the path, and gives a new descriptor.
        unsafe { call_readonly!(OPENAT, directory.as_fd().as_raw_fd(), path.as_ptr(), flags, mode).fd() }
    })
}

/// Opens a file, by a path that may be restricted. Since Linux 5.6.
///
/// # Errors
///
/// Those of [`openat`], and
///
/// - `EAGAIN`: `BENEATH` or `IN_ROOT`, and somebody renamed or mounted meanwhile, so try again; or `CACHED`, and the disk would
///   have to be asked.
/// - `EINVAL`: a flag that this kernel does not know, or a mode without `CREAT` or `TMPFILE`.
/// - `ELOOP`: `NO_SYMLINKS` or `NO_MAGICLINKS`, and there is one.
/// - `ENOSYS`: before Linux 5.6.
/// - `EXDEV`: `BENEATH`, and the path leads out of the directory; or `NO_XDEV`, and it leads to another mount.
#[inline]
pub fn openat2(directory: impl AsFd, path: impl PathArg, how: &OpenHow) -> Result<OwnedFd> {
    let (how, size) = (&raw const how.0, size_of::<open_how>());
    path.with_c_str(|path| {
        // SAFETY: the kernel reads the path and one `open_how`, and gives a new descriptor.
        unsafe { call_readonly!(OPENAT2, directory.as_fd().as_raw_fd(), path.as_ptr(), how, size).fd() }
    })
}
