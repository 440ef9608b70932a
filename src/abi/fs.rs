//! `linux/fs.h`.

pub(crate) const SEEK_SET: u32 = 0;
pub(crate) const SEEK_CUR: u32 = 1;
pub(crate) const SEEK_END: u32 = 2;
pub(crate) const SEEK_DATA: u32 = 3;
pub(crate) const SEEK_HOLE: u32 = 4;

pub(crate) const RWF_HIPRI: u32 = 0x001;
pub(crate) const RWF_DSYNC: u32 = 0x002;
pub(crate) const RWF_SYNC: u32 = 0x004;
pub(crate) const RWF_NOWAIT: u32 = 0x008;
pub(crate) const RWF_APPEND: u32 = 0x010;
pub(crate) const RWF_NOAPPEND: u32 = 0x020;
pub(crate) const RWF_ATOMIC: u32 = 0x040;
pub(crate) const RWF_DONTCACHE: u32 = 0x080;
pub(crate) const RWF_NOSIGNAL: u32 = 0x100;
