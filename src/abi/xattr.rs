//! `linux/xattr.h`.

use super::layout;

/// Since Linux 6.13.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(8))]
pub(crate) struct xattr_args {
    pub(crate) value: u64,
    pub(crate) size: u32,
    pub(crate) flags: u32,
}

layout!(xattr_args: 16 { value: 0, size: 8, flags: 12 });

pub(crate) const XATTR_CREATE: u32 = 1;
pub(crate) const XATTR_REPLACE: u32 = 2;
