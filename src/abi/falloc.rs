//! `linux/falloc.h`.

pub(crate) const FALLOC_FL_COLLAPSE_RANGE: u32 = 0x8;
pub(crate) const FALLOC_FL_INSERT_RANGE: u32 = 0x20;
pub(crate) const FALLOC_FL_KEEP_SIZE: u32 = 0x1;
pub(crate) const FALLOC_FL_PUNCH_HOLE: u32 = 0x2;
pub(crate) const FALLOC_FL_UNSHARE_RANGE: u32 = 0x40;
pub(crate) const FALLOC_FL_WRITE_ZEROES: u32 = 0x80;
pub(crate) const FALLOC_FL_ZERO_RANGE: u32 = 0x10;
