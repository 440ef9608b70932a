//! `linux/stat.h`.

use super::layout;

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct statx_timestamp {
    pub(crate) tv_sec: i64,
    pub(crate) tv_nsec: u32,
    pub(crate) __reserved: i32,
}

layout!(statx_timestamp: 16 { tv_sec: 0, tv_nsec: 8, __reserved: 12 });

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct statx {
    pub(crate) stx_mask: u32,
    pub(crate) stx_blksize: u32,
    pub(crate) stx_attributes: u64,
    pub(crate) stx_nlink: u32,
    pub(crate) stx_uid: u32,
    pub(crate) stx_gid: u32,
    pub(crate) stx_mode: u16,
    pub(crate) __spare0: [u16; 1],
    pub(crate) stx_ino: u64,
    pub(crate) stx_size: u64,
    pub(crate) stx_blocks: u64,
    pub(crate) stx_attributes_mask: u64,
    pub(crate) stx_atime: statx_timestamp,
    pub(crate) stx_btime: statx_timestamp,
    pub(crate) stx_ctime: statx_timestamp,
    pub(crate) stx_mtime: statx_timestamp,
    pub(crate) stx_rdev_major: u32,
    pub(crate) stx_rdev_minor: u32,
    pub(crate) stx_dev_major: u32,
    pub(crate) stx_dev_minor: u32,
    /// Since Linux 5.8.
    pub(crate) stx_mnt_id: u64,
    /// Since Linux 6.1, as the next.
    pub(crate) stx_dio_mem_align: u32,
    pub(crate) stx_dio_offset_align: u32,
    /// Since Linux 6.10.
    pub(crate) stx_subvol: u64,
    /// Since Linux 6.11, as the next two.
    pub(crate) stx_atomic_write_unit_min: u32,
    pub(crate) stx_atomic_write_unit_max: u32,
    pub(crate) stx_atomic_write_segments_max: u32,
    /// Since Linux 6.14.
    pub(crate) stx_dio_read_offset_align: u32,
    /// Since Linux 6.16.
    pub(crate) stx_atomic_write_unit_max_opt: u32,
    pub(crate) __spare2: [u32; 1],
    pub(crate) __spare3: [u64; 8],
}

layout!(statx: 256 {
    stx_mask: 0, stx_blksize: 4, stx_attributes: 8, stx_nlink: 16, stx_uid: 20, stx_gid: 24, stx_mode: 28, __spare0: 30,
    stx_ino: 32, stx_size: 40, stx_blocks: 48, stx_attributes_mask: 56, stx_atime: 64, stx_btime: 80, stx_ctime: 96,
    stx_mtime: 112, stx_rdev_major: 128, stx_rdev_minor: 132, stx_dev_major: 136, stx_dev_minor: 140, stx_mnt_id: 144,
    stx_dio_mem_align: 152, stx_dio_offset_align: 156, stx_subvol: 160, stx_atomic_write_unit_min: 168,
    stx_atomic_write_unit_max: 172, stx_atomic_write_segments_max: 176, stx_dio_read_offset_align: 180,
    stx_atomic_write_unit_max_opt: 184, __spare2: 188, __spare3: 192,
});

pub(crate) const STATX_ATIME: u32 = 0x20;
pub(crate) const STATX_ATTR_APPEND: u32 = 0x20;
pub(crate) const STATX_ATTR_AUTOMOUNT: u32 = 0x1000;
pub(crate) const STATX_ATTR_COMPRESSED: u32 = 0x4;
pub(crate) const STATX_ATTR_DAX: u32 = 0x0020_0000;
pub(crate) const STATX_ATTR_ENCRYPTED: u32 = 0x800;
pub(crate) const STATX_ATTR_IMMUTABLE: u32 = 0x10;
pub(crate) const STATX_ATTR_MOUNT_ROOT: u32 = 0x2000;
pub(crate) const STATX_ATTR_NODUMP: u32 = 0x40;
pub(crate) const STATX_ATTR_VERITY: u32 = 0x0010_0000;
pub(crate) const STATX_ATTR_WRITE_ATOMIC: u32 = 0x0040_0000;
pub(crate) const STATX_BASIC_STATS: u32 = 0x7ff;
pub(crate) const STATX_BLOCKS: u32 = 0x400;
pub(crate) const STATX_BTIME: u32 = 0x800;
pub(crate) const STATX_CTIME: u32 = 0x80;
pub(crate) const STATX_DIOALIGN: u32 = 0x2000;
pub(crate) const STATX_DIO_READ_ALIGN: u32 = 0x0002_0000;
pub(crate) const STATX_GID: u32 = 0x10;
pub(crate) const STATX_INO: u32 = 0x100;
pub(crate) const STATX_MNT_ID: u32 = 0x1000;
pub(crate) const STATX_MNT_ID_UNIQUE: u32 = 0x4000;
pub(crate) const STATX_MODE: u32 = 0x2;
pub(crate) const STATX_MTIME: u32 = 0x40;
pub(crate) const STATX_NLINK: u32 = 0x4;
pub(crate) const STATX_SIZE: u32 = 0x200;
pub(crate) const STATX_SUBVOL: u32 = 0x8000;
pub(crate) const STATX_TYPE: u32 = 0x1;
pub(crate) const STATX_UID: u32 = 0x8;
pub(crate) const STATX_WRITE_ATOMIC: u32 = 0x0001_0000;

pub(crate) const S_IFMT: u16 = 0o170000;

// `include/linux/stat.h`, which only the kernel itself has.
pub(crate) const UTIME_NOW: i64 = (1 << 30) - 1;
pub(crate) const UTIME_OMIT: i64 = (1 << 30) - 2;
