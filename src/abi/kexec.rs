//! `linux/kexec.h`.

use super::layout;

/// Where `mem` is an address of the machine's memory, not of the program's.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct kexec_segment {
    pub(crate) buf: *const u8,
    pub(crate) bufsz: usize,
    pub(crate) mem: usize,
    pub(crate) memsz: usize,
}

#[cfg(target_pointer_width = "64")]
layout!(kexec_segment: 32 { buf: 0, bufsz: 8, mem: 16, memsz: 24 });
#[cfg(target_pointer_width = "32")]
layout!(kexec_segment: 16 { buf: 0, bufsz: 4, mem: 8, memsz: 12 });

pub(crate) const KEXEC_ON_CRASH: u32 = 0x1;
pub(crate) const KEXEC_PRESERVE_CONTEXT: u32 = 0x2;
pub(crate) const KEXEC_UPDATE_ELFCOREHDR: u32 = 0x4;
pub(crate) const KEXEC_CRASH_HOTPLUG_SUPPORT: u32 = 0x8;
pub(crate) const KEXEC_ARCH_MASK: u32 = 0xffff_0000;

pub(crate) const KEXEC_FILE_UNLOAD: u32 = 0x1;
pub(crate) const KEXEC_FILE_ON_CRASH: u32 = 0x2;
pub(crate) const KEXEC_FILE_NO_INITRAMFS: u32 = 0x4;
pub(crate) const KEXEC_FILE_DEBUG: u32 = 0x8;
pub(crate) const KEXEC_FILE_NO_CMA: u32 = 0x10;
pub(crate) const KEXEC_FILE_FORCE_DTB: u32 = 0x20;
