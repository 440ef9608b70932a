//! `linux/memfd.h`.

pub(crate) const MFD_CLOEXEC: u32 = 0x01;
pub(crate) const MFD_ALLOW_SEALING: u32 = 0x02;
pub(crate) const MFD_HUGETLB: u32 = 0x04;
pub(crate) const MFD_NOEXEC_SEAL: u32 = 0x08;
pub(crate) const MFD_EXEC: u32 = 0x10;

pub(crate) const MFD_HUGE_SHIFT: u32 = 26;
pub(crate) const MFD_HUGE_MASK: u32 = 0x3f;
