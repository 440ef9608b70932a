//! `linux/eventfd.h`.

use crate::arch::fcntl::{O_CLOEXEC, O_NONBLOCK};

pub(crate) const EFD_SEMAPHORE: u32 = 1;
pub(crate) const EFD_CLOEXEC: u32 = O_CLOEXEC;
pub(crate) const EFD_NONBLOCK: u32 = O_NONBLOCK;
