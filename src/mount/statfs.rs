//! How much room a file system has, and of what kind it is.

use crate::abi::magic;
use crate::abi::statfs as abi;
use crate::errno::Result;
use crate::fd::{AsFd, AsRawFd};
use crate::flags::flags;
use crate::path::PathArg;
use core::{fmt, mem::MaybeUninit};

flags! {
    /// How a mount and its file system behave, as [`statfs`] tells it.
    StatfsFlags: u64 {
        /// Nothing can be written.
        #[doc(alias = "ST_RDONLY")]
        const RDONLY = abi::ST_RDONLY;
        /// Set-user-id and set-group-id bits mean nothing.
        #[doc(alias = "ST_NOSUID")]
        const NOSUID = abi::ST_NOSUID;
        /// Device files cannot be opened.
        #[doc(alias = "ST_NODEV")]
        const NODEV = abi::ST_NODEV;
        /// No program can be executed.
        #[doc(alias = "ST_NOEXEC")]
        const NOEXEC = abi::ST_NOEXEC;
        /// A write ends when the bytes are on the disk.
        #[doc(alias = "ST_SYNCHRONOUS")]
        const SYNCHRONOUS = abi::ST_SYNCHRONOUS;
        /// The kernel has told these flags, which it always does since Linux 2.6.36.
        const VALID = abi::ST_VALID;
        /// Mandatory locks are permitted.
        #[doc(alias = "ST_MANDLOCK")]
        const MANDLOCK = abi::ST_MANDLOCK;
        /// Access times are not kept.
        #[doc(alias = "ST_NOATIME")]
        const NOATIME = abi::ST_NOATIME;
        /// Access times of directories are not kept.
        #[doc(alias = "ST_NODIRATIME")]
        const NODIRATIME = abi::ST_NODIRATIME;
        /// Access times are kept roughly.
        #[doc(alias = "ST_RELATIME")]
        const RELATIME = abi::ST_RELATIME;
        /// Symbolic links are not followed. Since Linux 5.10.
        #[doc(alias = "ST_NOSYMFOLLOW")]
        const NOSYMFOLLOW = abi::ST_NOSYMFOLLOW;
    }
}

/// The number that stands for a kind of file system. Some kinds have no number, and some share one.
#[doc(alias = "f_type")]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct FsType(u64);

macro_rules! fs_types {
    ($($(#[$doc:meta])* $name:ident = $magic:ident;)*) => {
        impl FsType {
            $($(#[$doc])* pub const $name: FsType = FsType(magic::$magic);)*
        }

        /// `FsType(EXT4)`, or the number of what has no name here.
        impl fmt::Debug for FsType {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match *self {
                    $(FsType::$name => f.write_str(concat!("FsType(", stringify!($name), ")")),)*
                    FsType(number) => write!(f, "FsType({number:#x})"),
                }
            }
        }
    };
}

fs_types! {
    /// 9P, of virtual machines.
    #[doc(alias = "V9FS_MAGIC")]
    V9FS = V9FS_MAGIC;
    /// The Andrew file system.
    #[doc(alias = "AFS_SUPER_MAGIC")]
    AFS = AFS_SUPER_MAGIC;
    /// Where eventfds, timers and the like live.
    #[doc(alias = "ANON_INODE_FS_MAGIC")]
    ANON_INODE = ANON_INODE_FS_MAGIC;
    /// The automounter's.
    #[doc(alias = "AUTOFS_SUPER_MAGIC")]
    AUTOFS = AUTOFS_SUPER_MAGIC;
    /// bcachefs.
    #[doc(alias = "BCACHEFS_SUPER_MAGIC")]
    BCACHEFS = BCACHEFS_SUPER_MAGIC;
    /// Interpreters of program formats.
    #[doc(alias = "BINFMTFS_MAGIC")]
    BINFMT = BINFMTFS_MAGIC;
    /// Pinned BPF objects.
    #[doc(alias = "BPF_FS_MAGIC")]
    BPF = BPF_FS_MAGIC;
    /// Btrfs.
    #[doc(alias = "BTRFS_SUPER_MAGIC")]
    BTRFS = BTRFS_SUPER_MAGIC;
    /// Ceph.
    #[doc(alias = "CEPH_SUPER_MAGIC")]
    CEPH = CEPH_SUPER_MAGIC;
    /// Control groups, version 1.
    #[doc(alias = "CGROUP_SUPER_MAGIC")]
    CGROUP = CGROUP_SUPER_MAGIC;
    /// Control groups, version 2.
    #[doc(alias = "CGROUP2_SUPER_MAGIC")]
    CGROUP2 = CGROUP2_SUPER_MAGIC;
    /// SMB, version 1.
    #[doc(alias = "CIFS_SUPER_MAGIC")]
    CIFS = CIFS_SUPER_MAGIC;
    /// The kernel's debugging files.
    #[doc(alias = "DEBUGFS_MAGIC")]
    DEBUGFS = DEBUGFS_MAGIC;
    /// Pseudo-terminals.
    #[doc(alias = "DEVPTS_SUPER_MAGIC")]
    DEVPTS = DEVPTS_SUPER_MAGIC;
    /// eCryptfs.
    #[doc(alias = "ECRYPTFS_SUPER_MAGIC")]
    ECRYPTFS = ECRYPTFS_SUPER_MAGIC;
    /// Variables of the firmware.
    #[doc(alias = "EFIVARFS_MAGIC")]
    EFIVARFS = EFIVARFS_MAGIC;
    /// EROFS.
    #[doc(alias = "EROFS_SUPER_MAGIC_V1")]
    EROFS = EROFS_SUPER_MAGIC_V1;
    /// exFAT.
    #[doc(alias = "EXFAT_SUPER_MAGIC")]
    EXFAT = EXFAT_SUPER_MAGIC;
    /// ext2, ext3 and ext4.
    #[doc(alias = "EXT4_SUPER_MAGIC")]
    EXT4 = EXT4_SUPER_MAGIC;
    /// F2FS.
    #[doc(alias = "F2FS_SUPER_MAGIC")]
    F2FS = F2FS_SUPER_MAGIC;
    /// Any that a program provides.
    #[doc(alias = "FUSE_SUPER_MAGIC")]
    FUSE = FUSE_SUPER_MAGIC;
    /// Huge pages.
    #[doc(alias = "HUGETLBFS_MAGIC")]
    HUGETLBFS = HUGETLBFS_MAGIC;
    /// ISO 9660, of optical disks.
    #[doc(alias = "ISOFS_SUPER_MAGIC")]
    ISOFS = ISOFS_SUPER_MAGIC;
    /// POSIX message queues.
    #[doc(alias = "MQUEUE_MAGIC")]
    MQUEUE = MQUEUE_MAGIC;
    /// FAT.
    #[doc(alias = "MSDOS_SUPER_MAGIC")]
    MSDOS = MSDOS_SUPER_MAGIC;
    /// NFS.
    #[doc(alias = "NFS_SUPER_MAGIC")]
    NFS = NFS_SUPER_MAGIC;
    /// Namespaces.
    #[doc(alias = "NSFS_MAGIC")]
    NSFS = NSFS_MAGIC;
    /// One file system over another.
    #[doc(alias = "OVERLAYFS_SUPER_MAGIC")]
    OVERLAYFS = OVERLAYFS_SUPER_MAGIC;
    /// Processes. Since Linux 6.9; before, they are `ANON_INODE`.
    #[doc(alias = "PID_FS_MAGIC")]
    PIDFS = PID_FS_MAGIC;
    /// Pipes.
    #[doc(alias = "PIPEFS_MAGIC")]
    PIPEFS = PIPEFS_MAGIC;
    /// `/proc`.
    #[doc(alias = "PROC_SUPER_MAGIC")]
    PROC = PROC_SUPER_MAGIC;
    /// What the kernel said before it died.
    #[doc(alias = "PSTOREFS_MAGIC")]
    PSTORE = PSTOREFS_MAGIC;
    /// Memory without a limit.
    #[doc(alias = "RAMFS_MAGIC")]
    RAMFS = RAMFS_MAGIC;
    /// Of security modules.
    #[doc(alias = "SECURITYFS_MAGIC")]
    SECURITYFS = SECURITYFS_MAGIC;
    /// SELinux.
    #[doc(alias = "SELINUX_MAGIC")]
    SELINUX = SELINUX_MAGIC;
    /// SMB, version 2 and later.
    #[doc(alias = "SMB2_SUPER_MAGIC")]
    SMB2 = SMB2_SUPER_MAGIC;
    /// Sockets.
    #[doc(alias = "SOCKFS_MAGIC")]
    SOCKFS = SOCKFS_MAGIC;
    /// SquashFS.
    #[doc(alias = "SQUASHFS_MAGIC")]
    SQUASHFS = SQUASHFS_MAGIC;
    /// `/sys`.
    #[doc(alias = "SYSFS_MAGIC")]
    SYSFS = SYSFS_MAGIC;
    /// Memory: tmpfs, devtmpfs, memfds and shared memory.
    #[doc(alias = "TMPFS_MAGIC")]
    TMPFS = TMPFS_MAGIC;
    /// The kernel's trace events.
    #[doc(alias = "TRACEFS_MAGIC")]
    TRACEFS = TRACEFS_MAGIC;
    /// UDF, of optical disks.
    #[doc(alias = "UDF_SUPER_MAGIC")]
    UDF = UDF_SUPER_MAGIC;
    /// XFS.
    #[doc(alias = "XFS_SUPER_MAGIC")]
    XFS = XFS_SUPER_MAGIC;
    /// Zoned devices.
    #[doc(alias = "ZONEFS_MAGIC")]
    ZONEFS = ZONEFS_MAGIC;
}

impl FsType {
    /// One by its number.
    #[inline]
    pub const fn new(number: u64) -> FsType {
        FsType(number)
    }

    /// The number.
    #[inline]
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// What [`statfs`] tells. Counts of blocks are in units of [`fragment_size`](Statfs::fragment_size).
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Statfs(abi::statfs64);

// A word is a `u64` already where a register has 64 bits.
#[allow(clippy::useless_conversion, reason = "it is none everywhere")]
impl Statfs {
    /// The kind of file system.
    #[doc(alias = "f_type")]
    #[inline]
    pub fn fs_type(&self) -> FsType {
        FsType(self.0.f_type.into())
    }

    /// The size of a read or write that is best for it, in bytes.
    #[doc(alias = "f_bsize")]
    #[inline]
    pub fn block_size(&self) -> u64 {
        self.0.f_bsize.into()
    }

    /// The size of a block, in bytes.
    #[doc(alias = "f_frsize")]
    #[inline]
    pub fn fragment_size(&self) -> u64 {
        // Before Linux 2.6 there was only the other, and a file system that does not tell means that.
        match self.0.f_frsize.into() {
            0 => self.block_size(),
            size => size,
        }
    }

    /// How many blocks it has.
    #[doc(alias = "f_blocks")]
    #[inline]
    pub fn blocks(&self) -> u64 {
        self.0.f_blocks
    }

    /// How many of the blocks are free.
    #[doc(alias = "f_bfree")]
    #[inline]
    pub fn blocks_free(&self) -> u64 {
        self.0.f_bfree
    }

    /// How many of the blocks are free for those without privileges.
    #[doc(alias = "f_bavail")]
    #[inline]
    pub fn blocks_available(&self) -> u64 {
        self.0.f_bavail
    }

    /// How many files it can have; 0 if it has no such limit.
    #[doc(alias = "f_files")]
    #[inline]
    pub fn files(&self) -> u64 {
        self.0.f_files
    }

    /// How many more files it can have.
    #[doc(alias = "f_ffree")]
    #[inline]
    pub fn files_free(&self) -> u64 {
        self.0.f_ffree
    }

    /// What tells it from other file systems, as fanotify has it too. Zeros if it does not tell.
    #[doc(alias = "f_fsid")]
    #[inline]
    pub fn fsid(&self) -> [i32; 2] {
        self.0.f_fsid
    }

    /// The length of the longest name of a file, in bytes.
    #[doc(alias = "f_namelen")]
    #[inline]
    pub fn name_max(&self) -> u64 {
        self.0.f_namelen.into()
    }

    /// How the mount that was asked about, and the file system, behave.
    #[doc(alias = "f_flags")]
    #[inline]
    pub fn flags(&self) -> StatfsFlags {
        StatfsFlags::from_bits(self.0.f_flags.into())
    }
}

impl fmt::Debug for Statfs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Statfs")
            .field("fs_type", &self.fs_type())
            .field("block_size", &self.block_size())
            .field("fragment_size", &self.fragment_size())
            .field("blocks", &self.blocks())
            .field("blocks_free", &self.blocks_free())
            .field("blocks_available", &self.blocks_available())
            .field("files", &self.files())
            .field("files_free", &self.files_free())
            .field("fsid", &self.fsid())
            .field("name_max", &self.name_max())
            .field("flags", &self.flags())
            .finish()
    }
}

/// Where a register has 32 bits, the calls with counts of 64 bits are others, which are told the size of the struct.
#[cfg(any(target_pointer_width = "64", target_arch = "x86_64"))]
macro_rules! call_statfs {
    ($plain:ident, $wide:ident, $of:expr, $statfs:expr) => {
        call!($plain, $of, $statfs)
    };
}
#[cfg(not(any(target_pointer_width = "64", target_arch = "x86_64")))]
macro_rules! call_statfs {
    ($plain:ident, $wide:ident, $of:expr, $statfs:expr) => {
        call!($wide, $of, size_of::<abi::statfs64>(), $statfs)
    };
}

/// Tells of the file system that a path is on.
///
/// ```
/// use butter::mount::{self, FsType, StatfsFlags};
///
/// let proc = mount::statfs(c"/proc")?;
/// assert_eq!(proc.fs_type(), FsType::PROC);
/// assert!(proc.flags().contains(StatfsFlags::VALID));
///
/// let root = mount::statfs(c"/")?;
/// let free = root.blocks_available() * root.fragment_size();
/// println!("{} MiB are free", free >> 20);
/// # Ok::<(), butter::Errno>(())
/// ```
///
/// # Errors
///
/// - `EACCES`: a directory on the way may not be searched.
/// - `EFAULT`: not from here.
/// - `EINTR`: a signal handler ran while a server was asked.
/// - `EINVAL`: a NUL inside the path.
/// - `EIO`: the file system cannot be read.
/// - `ELOOP`: too many symbolic links on the way.
/// - `ENAMETOOLONG`: the path, or a part of it, is too long.
/// - `ENOENT`: no such file, or the path is empty.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOSYS`: the file system cannot tell.
/// - `ENOTDIR`: something on the way is not a directory.
/// - `EOVERFLOW`: not from here: all counts have 64 bits.
#[doc(alias = "statfs64")]
#[inline]
pub fn statfs(path: impl PathArg) -> Result<Statfs> {
    let mut statfs = MaybeUninit::<Statfs>::uninit();
    path.with_c_str(|path| {
        // SAFETY: the kernel reads the path up to its NUL, and writes one struct.
        unsafe { call_statfs!(STATFS, STATFS64, path.as_ptr(), statfs.as_mut_ptr()) }.unit()
    })?;
    // SAFETY: the call succeeded, so the kernel has written it.
    Ok(unsafe { statfs.assume_init() })
}

/// Tells of the file system that a file is on.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EINTR`, `EIO`, `ENOMEM`, `ENOSYS`, `EOVERFLOW`: as of [`statfs`].
#[doc(alias = "fstatfs64")]
#[inline]
pub fn fstatfs(fd: impl AsFd) -> Result<Statfs> {
    let mut statfs = MaybeUninit::<Statfs>::uninit();
    // SAFETY: the kernel writes one struct.
    unsafe { call_statfs!(FSTATFS, FSTATFS64, fd.as_fd().as_raw_fd(), statfs.as_mut_ptr()) }.unit()?;
    // SAFETY: the call succeeded, so the kernel has written it.
    Ok(unsafe { statfs.assume_init() })
}
