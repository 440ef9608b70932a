//! `asm-generic/fcntl.h`: the commands that every architecture numbers alike.

pub(crate) const F_GETFL: i32 = 3;
pub(crate) const F_SETFL: i32 = 4;
