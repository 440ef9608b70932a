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

#[repr(C)]
pub(crate) struct sock_fprog {
    pub(crate) len: u16,
    pub(crate) filter: *const sock_filter,
}

#[cfg(target_pointer_width = "64")]
layout!(sock_fprog: 16 { len: 0, filter: 8 });
#[cfg(all(target_pointer_width = "32", not(target_arch = "m68k")))]
layout!(sock_fprog: 8 { len: 0, filter: 4 });
// m68k aligns nothing to more than 2.
#[cfg(target_arch = "m68k")]
layout!(sock_fprog: 6 { len: 0, filter: 2 });

pub(crate) const BPF_MAXINSNS: usize = 4096;
