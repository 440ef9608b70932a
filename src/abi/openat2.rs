//! `linux/openat2.h`.

use super::layout;

/// Since Linux 5.6.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct open_how {
    pub(crate) flags: u64,
    pub(crate) mode: u64,
    pub(crate) resolve: u64,
}

layout!(open_how: 24 { flags: 0, mode: 8, resolve: 16 });

pub(crate) const RESOLVE_NO_XDEV: u64 = 0x01;
pub(crate) const RESOLVE_NO_MAGICLINKS: u64 = 0x02;
pub(crate) const RESOLVE_NO_SYMLINKS: u64 = 0x04;
pub(crate) const RESOLVE_BENEATH: u64 = 0x08;
pub(crate) const RESOLVE_IN_ROOT: u64 = 0x10;
/// Since Linux 5.12.
pub(crate) const RESOLVE_CACHED: u64 = 0x20;
