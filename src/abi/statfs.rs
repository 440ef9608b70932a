//! `asm/statfs.h`, the struct whose counts have 64 bits everywhere: `statfs64` takes it where a register has 32 bits, and
//! `statfs` elsewhere. The flags are those of the kernel's own `linux/statfs.h`.

use super::layout;

/// `__statfs_word`: s390x has 32 bits as well, x32 64.
#[cfg(any(all(target_pointer_width = "64", not(target_arch = "s390x")), target_arch = "x86_64"))]
pub(crate) type word = u64;
#[cfg(not(any(all(target_pointer_width = "64", not(target_arch = "s390x")), target_arch = "x86_64")))]
pub(crate) type word = u32;

/// arm packs it, so that it is as long there as it is without the alignment of `u64`.
#[cfg(not(any(target_arch = "mips", target_arch = "mips32r6", target_arch = "mips64", target_arch = "mips64r6")))]
#[derive(Clone, Copy)]
#[cfg_attr(target_arch = "arm", repr(C, packed(4)))]
#[cfg_attr(not(target_arch = "arm"), repr(C))]
pub(crate) struct statfs64 {
    pub(crate) f_type: word,
    pub(crate) f_bsize: word,
    pub(crate) f_blocks: u64,
    pub(crate) f_bfree: u64,
    pub(crate) f_bavail: u64,
    pub(crate) f_files: u64,
    pub(crate) f_ffree: u64,
    pub(crate) f_fsid: [i32; 2],
    pub(crate) f_namelen: word,
    pub(crate) f_frsize: word,
    pub(crate) f_flags: word,
    pub(crate) f_spare: [word; if cfg!(target_arch = "s390x") { 5 } else { 4 }],
}

/// mips has it in another order.
#[cfg(any(target_arch = "mips", target_arch = "mips32r6", target_arch = "mips64", target_arch = "mips64r6"))]
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct statfs64 {
    pub(crate) f_type: word,
    pub(crate) f_bsize: word,
    pub(crate) f_frsize: word,
    #[cfg(target_pointer_width = "32")]
    pub(crate) __pad: u32,
    pub(crate) f_blocks: u64,
    pub(crate) f_bfree: u64,
    pub(crate) f_files: u64,
    pub(crate) f_ffree: u64,
    pub(crate) f_bavail: u64,
    pub(crate) f_fsid: [i32; 2],
    pub(crate) f_namelen: word,
    pub(crate) f_flags: word,
    pub(crate) f_spare: [word; 5],
}

#[cfg(any(
    target_arch = "x86_64",
    all(
        target_pointer_width = "64",
        not(any(target_arch = "mips64", target_arch = "mips64r6", target_arch = "s390x"))
    )
))]
layout!(statfs64: 120 {
    f_type: 0, f_bsize: 8, f_blocks: 16, f_bfree: 24, f_bavail: 32, f_files: 40, f_ffree: 48, f_fsid: 56, f_namelen: 64,
    f_frsize: 72, f_flags: 80, f_spare: 88,
});
#[cfg(any(target_arch = "arm", target_arch = "csky", target_arch = "m68k", target_arch = "x86"))]
layout!(statfs64: 84 {
    f_type: 0, f_bsize: 4, f_blocks: 8, f_bfree: 16, f_bavail: 24, f_files: 32, f_ffree: 40, f_fsid: 48, f_namelen: 56,
    f_frsize: 60, f_flags: 64, f_spare: 68,
});
#[cfg(any(target_arch = "hexagon", target_arch = "powerpc", target_arch = "riscv32", target_arch = "s390x"))]
layout!(statfs64: 88 {
    f_type: 0, f_bsize: 4, f_blocks: 8, f_bfree: 16, f_bavail: 24, f_files: 32, f_ffree: 40, f_fsid: 48, f_namelen: 56,
    f_frsize: 60, f_flags: 64, f_spare: 68,
});
#[cfg(any(target_arch = "mips", target_arch = "mips32r6"))]
layout!(statfs64: 96 {
    f_type: 0, f_bsize: 4, f_frsize: 8, __pad: 12, f_blocks: 16, f_bfree: 24, f_files: 32, f_ffree: 40, f_bavail: 48,
    f_fsid: 56, f_namelen: 64, f_flags: 68, f_spare: 72,
});
#[cfg(any(target_arch = "mips64", target_arch = "mips64r6"))]
layout!(statfs64: 128 {
    f_type: 0, f_bsize: 8, f_frsize: 16, f_blocks: 24, f_bfree: 32, f_files: 40, f_ffree: 48, f_bavail: 56, f_fsid: 64,
    f_namelen: 72, f_flags: 80, f_spare: 88,
});

pub(crate) const ST_RDONLY: u64 = 0x0001;
pub(crate) const ST_NOSUID: u64 = 0x0002;
pub(crate) const ST_NODEV: u64 = 0x0004;
pub(crate) const ST_NOEXEC: u64 = 0x0008;
pub(crate) const ST_SYNCHRONOUS: u64 = 0x0010;
pub(crate) const ST_VALID: u64 = 0x0020;
pub(crate) const ST_MANDLOCK: u64 = 0x0040;
pub(crate) const ST_NOATIME: u64 = 0x0400;
pub(crate) const ST_NODIRATIME: u64 = 0x0800;
pub(crate) const ST_RELATIME: u64 = 0x1000;
pub(crate) const ST_NOSYMFOLLOW: u64 = 0x2000;
