//! `linux/random.h`.

pub(crate) const GRND_NONBLOCK: u32 = 0x1;
pub(crate) const GRND_RANDOM: u32 = 0x2;
/// Since Linux 5.6.
pub(crate) const GRND_INSECURE: u32 = 0x4;
