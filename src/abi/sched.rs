//! `linux/sched.h`.

pub(crate) const CLONE_VFORK: usize = 0x0000_4000;
