//! `asm-generic/mman-common.h` and `linux/mman.h`.

pub(crate) const PROT_READ: u32 = 1;
pub(crate) const PROT_WRITE: u32 = 2;
pub(crate) const MAP_SHARED: u32 = 1;
pub(crate) const MAP_PRIVATE: u32 = 2;

pub(crate) const MAP_ANONYMOUS: u32 =
    if cfg!(any(target_arch = "mips", target_arch = "mips32r6", target_arch = "mips64", target_arch = "mips64r6")) {
        0x800
    } else {
        0x20
    };
