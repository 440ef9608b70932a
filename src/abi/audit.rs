//! `linux/audit.h`: what the number of an architecture says of it.

pub(crate) const __AUDIT_ARCH_64BIT: u32 = 0x8000_0000;
