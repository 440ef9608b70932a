//! `linux/audit.h`: what a kernel calls an architecture. Of `arch` in `seccomp_data` too.

pub(crate) const __AUDIT_ARCH_64BIT: u32 = 0x8000_0000;

pub(crate) const AUDIT_ARCH_X86_64: u32 = 0xc000_003e;
pub(crate) const AUDIT_ARCH_I386: u32 = 0x4000_0003;
pub(crate) const AUDIT_ARCH_AARCH64: u32 = 0xc000_00b7;
pub(crate) const AUDIT_ARCH_ARM: u32 = 0x4000_0028;
pub(crate) const AUDIT_ARCH_RISCV64: u32 = 0xc000_00f3;
pub(crate) const AUDIT_ARCH_RISCV32: u32 = 0x4000_00f3;
pub(crate) const AUDIT_ARCH_LOONGARCH64: u32 = 0xc000_0102;
pub(crate) const AUDIT_ARCH_PPC64: u32 = 0x8000_0015;
pub(crate) const AUDIT_ARCH_PPC64LE: u32 = 0xc000_0015;
pub(crate) const AUDIT_ARCH_PPC: u32 = 0x0000_0014;
pub(crate) const AUDIT_ARCH_S390X: u32 = 0x8000_0016;
pub(crate) const AUDIT_ARCH_MIPS: u32 = 0x0000_0008;
pub(crate) const AUDIT_ARCH_MIPSEL: u32 = 0x4000_0008;
pub(crate) const AUDIT_ARCH_MIPS64: u32 = 0x8000_0008;
pub(crate) const AUDIT_ARCH_MIPSEL64: u32 = 0xc000_0008;
pub(crate) const AUDIT_ARCH_SPARC64: u32 = 0x8000_002b;
pub(crate) const AUDIT_ARCH_M68K: u32 = 0x0000_0004;
pub(crate) const AUDIT_ARCH_CSKY: u32 = 0x4000_00fc;
pub(crate) const AUDIT_ARCH_HEXAGON: u32 = 0x0000_00a4;
