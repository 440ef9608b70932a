//! `linux/filter.h`.

use super::layout;

#[repr(C)]
pub(crate) struct sock_filter {
    pub(crate) code: u16,
    pub(crate) jt: u8,
    pub(crate) jf: u8,
    pub(crate) k: u32,
}

layout!(sock_filter: 8 { code: 0, jt: 2, jf: 3, k: 4 });
