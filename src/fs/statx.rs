//! What is known of a file.

use super::{AtFlags, FileType};
use crate::abi::stat::{self as abi, statx as raw, statx_timestamp};
use crate::errno::Result;
use crate::fd::{AsFd, AsRawFd};
use crate::flags::flags;
use crate::path::PathArg;
use crate::time::Timespec;
use core::fmt;
use core::mem::{self, MaybeUninit};

flags! {
    /// What [`statx`] is asked for. It may tell more, or less.
    StatxMask: u32 {
        /// The kind.
        #[doc(alias = "STATX_TYPE")]
        const TYPE = abi::STATX_TYPE;
        /// The permissions.
        #[doc(alias = "STATX_MODE")]
        const MODE = abi::STATX_MODE;
        /// The number of names.
        #[doc(alias = "STATX_NLINK")]
        const NLINK = abi::STATX_NLINK;
        /// The owner.
        #[doc(alias = "STATX_UID")]
        const UID = abi::STATX_UID;
        /// The group.
        #[doc(alias = "STATX_GID")]
        const GID = abi::STATX_GID;
        /// The last access.
        #[doc(alias = "STATX_ATIME")]
        const ATIME = abi::STATX_ATIME;
        /// The last change of the contents.
        #[doc(alias = "STATX_MTIME")]
        const MTIME = abi::STATX_MTIME;
        /// The last change of anything.
        #[doc(alias = "STATX_CTIME")]
        const CTIME = abi::STATX_CTIME;
        /// The number of the inode.
        #[doc(alias = "STATX_INO")]
        const INO = abi::STATX_INO;
        /// The length.
        #[doc(alias = "STATX_SIZE")]
        const SIZE = abi::STATX_SIZE;
        /// The room on the disk.
        #[doc(alias = "STATX_BLOCKS")]
        const BLOCKS = abi::STATX_BLOCKS;
        /// All of these, which `stat` tells.
        #[doc(alias = "STATX_BASIC_STATS")]
        const BASIC_STATS = abi::STATX_BASIC_STATS;
        /// When it was made.
        #[doc(alias = "STATX_BTIME")]
        const BTIME = abi::STATX_BTIME;
        /// The number of the mount. Since Linux 5.8.
        #[doc(alias = "STATX_MNT_ID")]
        const MNT_ID = abi::STATX_MNT_ID;
        /// How direct reads and writes are to be aligned. Since Linux 6.1.
        #[doc(alias = "STATX_DIOALIGN")]
        const DIOALIGN = abi::STATX_DIOALIGN;
        /// The number of the mount, which no other ever has: in the place of the other. Since Linux 6.8.
        #[doc(alias = "STATX_MNT_ID_UNIQUE")]
        const MNT_ID_UNIQUE = abi::STATX_MNT_ID_UNIQUE;
        /// The subvolume, of btrfs and bcachefs. Since Linux 6.10.
        #[doc(alias = "STATX_SUBVOL")]
        const SUBVOL = abi::STATX_SUBVOL;
        /// What is written as a whole or not at all. Since Linux 6.11.
        #[doc(alias = "STATX_WRITE_ATOMIC")]
        const WRITE_ATOMIC = abi::STATX_WRITE_ATOMIC;
        /// How direct reads are to be aligned. Since Linux 6.14.
        #[doc(alias = "STATX_DIO_READ_ALIGN")]
        const DIO_READ_ALIGN = abi::STATX_DIO_READ_ALIGN;
    }
}

flags! {
    /// Attributes of a file.
    Attributes: u64 {
        /// The file system compresses it.
        #[doc(alias = "STATX_ATTR_COMPRESSED")]
        const COMPRESSED = abi::STATX_ATTR_COMPRESSED as u64;
        /// It cannot be changed.
        #[doc(alias = "STATX_ATTR_IMMUTABLE")]
        const IMMUTABLE = abi::STATX_ATTR_IMMUTABLE as u64;
        /// It can only be appended to.
        #[doc(alias = "STATX_ATTR_APPEND")]
        const APPEND = abi::STATX_ATTR_APPEND as u64;
        /// A backup leaves it out.
        #[doc(alias = "STATX_ATTR_NODUMP")]
        const NODUMP = abi::STATX_ATTR_NODUMP as u64;
        /// The file system encrypts it.
        #[doc(alias = "STATX_ATTR_ENCRYPTED")]
        const ENCRYPTED = abi::STATX_ATTR_ENCRYPTED as u64;
        /// Something is mounted when it is used.
        #[doc(alias = "STATX_ATTR_AUTOMOUNT")]
        const AUTOMOUNT = abi::STATX_ATTR_AUTOMOUNT as u64;
        /// It is the root of a mount. Since Linux 5.8.
        #[doc(alias = "STATX_ATTR_MOUNT_ROOT")]
        const MOUNT_ROOT = abi::STATX_ATTR_MOUNT_ROOT as u64;
        /// Its contents are verified. Since Linux 5.5.
        #[doc(alias = "STATX_ATTR_VERITY")]
        const VERITY = abi::STATX_ATTR_VERITY as u64;
        /// It is memory that is used in place. Since Linux 5.8.
        #[doc(alias = "STATX_ATTR_DAX")]
        const DAX = abi::STATX_ATTR_DAX as u64;
        /// It can be written as a whole or not at all. Since Linux 6.11.
        #[doc(alias = "STATX_ATTR_WRITE_ATOMIC")]
        const WRITE_ATOMIC = abi::STATX_ATTR_WRITE_ATOMIC as u64;
    }
}

/// The number of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Device {
    /// Which driver.
    pub major: u32,
    /// Which of its devices.
    pub minor: u32,
}

/// What [`statx`] tells: `None` is what it does not.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Statx(raw);

impl Statx {
    /// Its size in bytes.
    pub const SIZE: usize = size_of::<raw>();

    /// One from its bytes, whatever they are, such as somebody else's call has written.
    #[inline]
    pub const fn from_bytes(bytes: [u8; Statx::SIZE]) -> Statx {
        // SAFETY: they are as long, and any bytes will do for each of the fields.
        Statx(unsafe { mem::transmute::<[u8; Statx::SIZE], raw>(bytes) })
    }

    #[inline]
    fn told<T>(&self, what: StatxMask, value: T) -> Option<T> {
        self.mask().contains(what).then_some(value)
    }

    /// What is told.
    #[inline]
    pub fn mask(&self) -> StatxMask {
        StatxMask::from_bits(self.0.stx_mask)
    }

    /// The kind of the file.
    #[inline]
    pub fn file_type(&self) -> Option<FileType> {
        let number = (self.0.stx_mode & abi::S_IFMT) >> 12;
        self.told(StatxMask::TYPE, FileType::from_kernel(number as u8))
    }

    /// Its permissions, and the bits for another user or group and the sticky one: `0o7777` at most.
    #[inline]
    pub fn mode(&self) -> Option<u32> {
        self.told(StatxMask::MODE, (self.0.stx_mode & !abi::S_IFMT).into())
    }

    /// How many names it has.
    #[inline]
    pub fn nlink(&self) -> Option<u32> {
        self.told(StatxMask::NLINK, self.0.stx_nlink)
    }

    /// Its owner.
    #[inline]
    pub fn uid(&self) -> Option<u32> {
        self.told(StatxMask::UID, self.0.stx_uid)
    }

    /// Its group.
    #[inline]
    pub fn gid(&self) -> Option<u32> {
        self.told(StatxMask::GID, self.0.stx_gid)
    }

    /// When it was last read.
    #[inline]
    pub fn atime(&self) -> Option<Timespec> {
        self.told(StatxMask::ATIME, timespec(self.0.stx_atime))
    }

    /// When its contents were last changed.
    #[inline]
    pub fn mtime(&self) -> Option<Timespec> {
        self.told(StatxMask::MTIME, timespec(self.0.stx_mtime))
    }

    /// When anything of it was last changed.
    #[inline]
    pub fn ctime(&self) -> Option<Timespec> {
        self.told(StatxMask::CTIME, timespec(self.0.stx_ctime))
    }

    /// When it was made.
    #[inline]
    pub fn btime(&self) -> Option<Timespec> {
        self.told(StatxMask::BTIME, timespec(self.0.stx_btime))
    }

    /// The number of its inode, within its file system.
    #[inline]
    pub fn ino(&self) -> Option<u64> {
        self.told(StatxMask::INO, self.0.stx_ino)
    }

    /// Its length in bytes.
    #[inline]
    pub fn size(&self) -> Option<u64> {
        self.told(StatxMask::SIZE, self.0.stx_size)
    }

    /// Its room on the disk, in units of 512 bytes.
    #[inline]
    pub fn blocks(&self) -> Option<u64> {
        self.told(StatxMask::BLOCKS, self.0.stx_blocks)
    }

    /// In how many bytes at a time it is best read and written.
    #[inline]
    pub fn blksize(&self) -> u32 {
        self.0.stx_blksize
    }

    /// The attributes that it has, and those that its file system can tell of.
    #[inline]
    pub fn attributes(&self) -> (Attributes, Attributes) {
        (Attributes::from_bits(self.0.stx_attributes), Attributes::from_bits(self.0.stx_attributes_mask))
    }

    /// The device that its file system is on.
    #[inline]
    pub fn dev(&self) -> Device {
        Device { major: self.0.stx_dev_major, minor: self.0.stx_dev_minor }
    }

    /// The device that it is, if it is one.
    #[inline]
    pub fn rdev(&self) -> Device {
        Device { major: self.0.stx_rdev_major, minor: self.0.stx_rdev_minor }
    }

    /// The number of its mount, which another may get later.
    #[inline]
    pub fn mnt_id(&self) -> Option<u64> {
        let reused = !self.mask().contains(StatxMask::MNT_ID_UNIQUE);
        self.told(StatxMask::MNT_ID, self.0.stx_mnt_id).filter(|_| reused)
    }

    /// The number of its mount, which no other ever gets.
    #[inline]
    pub fn mnt_id_unique(&self) -> Option<u64> {
        self.told(StatxMask::MNT_ID_UNIQUE, self.0.stx_mnt_id)
    }

    /// How direct reads and writes are to be aligned, in bytes: in memory, and in the file. Zeros if there are none.
    #[inline]
    pub fn dio_align(&self) -> Option<(u32, u32)> {
        self.told(StatxMask::DIOALIGN, (self.0.stx_dio_mem_align, self.0.stx_dio_offset_align))
    }

    /// How direct reads are to be aligned in the file, in bytes; 0 if as writes are.
    #[inline]
    pub fn dio_read_offset_align(&self) -> Option<u32> {
        self.told(StatxMask::DIO_READ_ALIGN, self.0.stx_dio_read_offset_align)
    }

    /// Its subvolume.
    #[inline]
    pub fn subvol(&self) -> Option<u64> {
        self.told(StatxMask::SUBVOL, self.0.stx_subvol)
    }

    /// How many bytes at least and at most are written as a whole or not at all; zeros if none are.
    #[inline]
    pub fn atomic_write_unit(&self) -> Option<(u32, u32)> {
        let unit = (self.0.stx_atomic_write_unit_min, self.0.stx_atomic_write_unit_max);
        self.told(StatxMask::WRITE_ATOMIC, unit)
    }

    /// Up to how many bytes it is fast to write so; 0 if all of them. Since Linux 6.16.
    #[inline]
    pub fn atomic_write_unit_max_opt(&self) -> Option<u32> {
        self.told(StatxMask::WRITE_ATOMIC, self.0.stx_atomic_write_unit_max_opt)
    }

    /// From how many pieces of memory it is written so.
    #[inline]
    pub fn atomic_write_segments_max(&self) -> Option<u32> {
        self.told(StatxMask::WRITE_ATOMIC, self.0.stx_atomic_write_segments_max)
    }
}

fn timespec(time: statx_timestamp) -> Timespec {
    Timespec { sec: time.tv_sec, nsec: time.tv_nsec.into() }
}

impl fmt::Debug for Statx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Statx")
            .field("mask", &self.mask())
            .field("file_type", &self.file_type())
            .field("mode", &format_args!("{:#o}", self.0.stx_mode))
            .field("nlink", &self.nlink())
            .field("uid", &self.uid())
            .field("gid", &self.gid())
            .field("ino", &self.ino())
            .field("size", &self.size())
            .field("mtime", &self.mtime())
            .field("dev", &self.dev())
            .finish_non_exhaustive()
    }
}

/// Tells of a file what is asked for. Since Linux 4.11.
///
/// # Errors
///
/// Those [of every path](super#errors-of-every-path), and
///
/// - `EINVAL`: a flag that this kernel does not know, or both of `STATX_FORCE_SYNC` and `STATX_DONT_SYNC`.
/// - `ENOSYS`: before Linux 4.11.
#[doc(alias = "stat")]
#[doc(alias = "lstat")]
#[doc(alias = "fstat")]
#[doc(alias = "fstatat")]
#[inline]
pub fn statx(directory: impl AsFd, path: impl PathArg, flags: AtFlags, mask: StatxMask) -> Result<Statx> {
    let mut stat = MaybeUninit::<Statx>::uninit();
    path.with_c_str(|path| {
        let (directory, path) = (directory.as_fd().as_raw_fd(), path.as_ptr());
        // SAFETY: the kernel reads the path and writes one `statx`.
        unsafe { call!(STATX, directory, path, flags.bits(), mask.bits(), stat.as_mut_ptr()) }.unit()
    })?;
    // SAFETY: the call succeeded, so the kernel has written all of it.
    Ok(unsafe { stat.assume_init() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_told_is_none() {
        let Statx(mut stat) = Statx::from_bytes([0; Statx::SIZE]);
        (stat.stx_mode, stat.stx_size, stat.stx_mnt_id) = (0o100644, 7, 9);
        let none = Statx(stat);
        assert_eq!((none.file_type(), none.mode(), none.size(), none.btime()), (None, None, None, None));
        assert_eq!((none.mnt_id(), none.mnt_id_unique(), none.atomic_write_unit()), (None, None, None));
        stat.stx_mask = abi::STATX_BASIC_STATS | abi::STATX_MNT_ID;
        let basic = Statx(stat);
        assert_eq!((basic.file_type(), basic.mode(), basic.size()), (Some(FileType::Regular), Some(0o644), Some(7)));
        assert_eq!((basic.mnt_id(), basic.mnt_id_unique(), basic.subvol()), (Some(9), None, None));
        stat.stx_mask |= abi::STATX_MNT_ID_UNIQUE;
        assert_eq!((Statx(stat).mnt_id(), Statx(stat).mnt_id_unique()), (None, Some(9)));
    }
}
