//! Of the kernel's `linux/swap.h`.

pub(crate) const SWAP_FLAG_PREFER: u32 = 0x8000;
pub(crate) const SWAP_FLAG_PRIO_MASK: u32 = 0x7fff;
pub(crate) const SWAP_FLAG_DISCARD: u32 = 0x1_0000;
pub(crate) const SWAP_FLAG_DISCARD_ONCE: u32 = 0x2_0000;
pub(crate) const SWAP_FLAG_DISCARD_PAGES: u32 = 0x4_0000;
