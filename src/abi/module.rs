//! `linux/module.h`.

pub(crate) const MODULE_INIT_IGNORE_MODVERSIONS: u32 = 1;
pub(crate) const MODULE_INIT_IGNORE_VERMAGIC: u32 = 2;
pub(crate) const MODULE_INIT_COMPRESSED_FILE: u32 = 4;
