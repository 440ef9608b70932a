//! `linux/uio.h`: a piece of memory.

use super::layout;

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct iovec {
    pub(crate) iov_base: *mut u8,
    pub(crate) iov_len: usize,
}

#[cfg(target_pointer_width = "64")]
layout!(iovec: 16 { iov_base: 0, iov_len: 8 });
#[cfg(target_pointer_width = "32")]
layout!(iovec: 8 { iov_base: 0, iov_len: 4 });
