//! How a file is opened.

use crate::abi::fcntl::{O_RDONLY, O_RDWR, O_WRONLY};
use crate::arch::fcntl as abi;
use crate::flags::flags;

flags! {
    /// How a file is opened: the access, one of [`RDONLY`](Self::RDONLY), [`WRONLY`](Self::WRONLY) and
    /// [`RDWR`](Self::RDWR), and the flags of `open(2)`. The descriptor is closed over `exec` unless asked otherwise.
    OpenFlags: u32 {
        /// For reading: no bit, the access if nothing else is given.
        #[doc(alias = "O_RDONLY")]
        const RDONLY = O_RDONLY;
        /// For writing.
        #[doc(alias = "O_WRONLY")]
        const WRONLY = O_WRONLY;
        /// For reading and writing.
        #[doc(alias = "O_RDWR")]
        const RDWR = O_RDWR;
        /// Every write goes to the end of the file.
        #[doc(alias = "O_APPEND")]
        const APPEND = abi::O_APPEND;
        /// Make the file if there is none.
        #[doc(alias = "O_CREAT")]
        const CREAT = abi::O_CREAT;
        /// With `CREAT`: refuse with `EEXIST` what is there already, also a symbolic link.
        #[doc(alias = "O_EXCL")]
        const EXCL = abi::O_EXCL;
        /// A terminal does not become that of the session.
        #[doc(alias = "O_NOCTTY")]
        const NOCTTY = abi::O_NOCTTY;
        /// A new file without a name, in the directory that the path names; [`linkat`](crate::fs::linkat) gives it one. Since
        /// Linux 3.11.
        #[doc(alias = "O_TMPFILE")]
        const TMPFILE = abi::O_TMPFILE;
        /// Past the page cache.
        #[doc(alias = "O_DIRECT")]
        const DIRECT = abi::O_DIRECT;
        /// Refuse with `ENOTDIR` what is not a directory.
        #[doc(alias = "O_DIRECTORY")]
        const DIRECTORY = abi::O_DIRECTORY;
        /// A write returns when the data is on the disk, and what is needed to find it.
        #[doc(alias = "O_DSYNC")]
        const DSYNC = abi::O_DSYNC;
        /// Files larger than 2 GiB, too, on a machine with 32-bit registers; elsewhere the kernel adds it by itself.
        #[doc(alias = "O_LARGEFILE")]
        const LARGEFILE = abi::O_LARGEFILE;
        /// A read does not change the time of the last access.
        #[doc(alias = "O_NOATIME")]
        const NOATIME = abi::O_NOATIME;
        /// Refuse a symbolic link with `ELOOP`.
        #[doc(alias = "O_NOFOLLOW")]
        const NOFOLLOW = abi::O_NOFOLLOW;
        /// Give `EAGAIN` instead of waiting.
        #[doc(alias = "O_NONBLOCK")]
        const NONBLOCK = abi::O_NONBLOCK;
        /// A descriptor that names the file only: it is neither read nor written. Since Linux 2.6.39.
        #[doc(alias = "O_PATH")]
        const PATH = abi::O_PATH;
        /// A write returns when the data and all metadata is on the disk.
        #[doc(alias = "O_SYNC")]
        const SYNC = abi::O_SYNC;
        /// Cut the file down to nothing.
        #[doc(alias = "O_TRUNC")]
        const TRUNC = abi::O_TRUNC;
        /// The descriptor stays open over `exec`. (The kernel's flag, `O_CLOEXEC`, is given unless this is.)
        #[doc(alias = "O_CLOEXEC")]
        const NO_CLOEXEC = abi::O_CLOEXEC;
    }
}

impl OpenFlags {
    /// As the kernel wants them.
    #[inline]
    pub(crate) const fn to_kernel(self) -> u32 {
        self.bits() ^ abi::O_CLOEXEC
    }
}
