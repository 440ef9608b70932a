//! `linux/splice.h`.

pub(crate) const SPLICE_F_MOVE: u32 = 0x01;
pub(crate) const SPLICE_F_NONBLOCK: u32 = 0x02;
pub(crate) const SPLICE_F_MORE: u32 = 0x04;
pub(crate) const SPLICE_F_GIFT: u32 = 0x08;
