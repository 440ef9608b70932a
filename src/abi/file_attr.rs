//! `linux/fs.h`: what a file system keeps of a file beside its contents.

use super::layout;

/// Since Linux 6.17.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub(crate) struct file_attr {
    pub(crate) fa_xflags: u64,
    pub(crate) fa_extsize: u32,
    pub(crate) fa_nextents: u32,
    pub(crate) fa_projid: u32,
    pub(crate) fa_cowextsize: u32,
}

layout!(file_attr: 24 { fa_xflags: 0, fa_extsize: 8, fa_nextents: 12, fa_projid: 16, fa_cowextsize: 20 });

pub(crate) const FS_XFLAG_REALTIME: u64 = 0x1;
pub(crate) const FS_XFLAG_PREALLOC: u64 = 0x2;
pub(crate) const FS_XFLAG_IMMUTABLE: u64 = 0x8;
pub(crate) const FS_XFLAG_APPEND: u64 = 0x10;
pub(crate) const FS_XFLAG_SYNC: u64 = 0x20;
pub(crate) const FS_XFLAG_NOATIME: u64 = 0x40;
pub(crate) const FS_XFLAG_NODUMP: u64 = 0x80;
pub(crate) const FS_XFLAG_RTINHERIT: u64 = 0x100;
pub(crate) const FS_XFLAG_PROJINHERIT: u64 = 0x200;
pub(crate) const FS_XFLAG_NOSYMLINKS: u64 = 0x400;
pub(crate) const FS_XFLAG_EXTSIZE: u64 = 0x800;
pub(crate) const FS_XFLAG_EXTSZINHERIT: u64 = 0x1000;
pub(crate) const FS_XFLAG_NODEFRAG: u64 = 0x2000;
pub(crate) const FS_XFLAG_FILESTREAM: u64 = 0x4000;
pub(crate) const FS_XFLAG_DAX: u64 = 0x8000;
pub(crate) const FS_XFLAG_COWEXTSIZE: u64 = 0x0001_0000;
pub(crate) const FS_XFLAG_VERITY: u64 = 0x0002_0000;
pub(crate) const FS_XFLAG_CASEFOLD: u64 = 0x0004_0000;
pub(crate) const FS_XFLAG_CASENONPRESERVING: u64 = 0x0008_0000;
pub(crate) const FS_XFLAG_HASATTR: u64 = 0x8000_0000;
