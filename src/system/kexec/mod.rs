//! Another kernel in place of this one: it is loaded into memory, and [`Reboot::Kexec`](super::Reboot::Kexec) starts it,
//! or a crash of this kernel does.
//!
//! `kexec_file_load` has the kernel read the files, and perhaps check who has signed them. x86, m68k, mips and sparc64 do not
//! have it: there, and for other images, the program says by [`kexec_load`] what is to be where in the machine's memory.
//!
//! See `kexec_load(2)`.

#[cfg(not(any(
    target_arch = "m68k",
    target_arch = "mips",
    target_arch = "mips32r6",
    target_arch = "mips64",
    target_arch = "mips64r6",
    target_arch = "sparc64",
    target_arch = "x86",
)))]
mod file;

#[cfg(not(any(
    target_arch = "m68k",
    target_arch = "mips",
    target_arch = "mips32r6",
    target_arch = "mips64",
    target_arch = "mips64r6",
    target_arch = "sparc64",
    target_arch = "x86",
)))]
pub use file::{FileFlags, kexec_file_load, kexec_file_unload};

use crate::abi::kexec as abi;
use crate::errno::Result;
use crate::flags::flags;
use core::{fmt, marker::PhantomData};

flags! {
    /// What is loaded by [`kexec_load`].
    LoadFlags: u32 {
        /// What a crash of this kernel starts, in the memory that `crashkernel=` has set aside, whose place stands in
        /// `/proc/iomem`.
        #[doc(alias = "KEXEC_ON_CRASH")]
        const ON_CRASH = abi::KEXEC_ON_CRASH;
        /// What is started comes back to this kernel, which has kept all that it had. Needs `CONFIG_KEXEC_JUMP`.
        #[doc(alias = "KEXEC_PRESERVE_CONTEXT")]
        const PRESERVE_CONTEXT = abi::KEXEC_PRESERVE_CONTEXT;
        /// With `ON_CRASH`: this kernel may write the list of processors and memory in it anew, which is left out of the
        /// digest. Since Linux 6.5.
        #[doc(alias = "KEXEC_UPDATE_ELFCOREHDR")]
        const UPDATE_ELFCOREHDR = abi::KEXEC_UPDATE_ELFCOREHDR;
        /// With `ON_CRASH`: the same for all that changes as processors and memory come and go. Since Linux 6.10.
        #[doc(alias = "KEXEC_CRASH_HOTPLUG_SUPPORT")]
        const CRASH_HOTPLUG_SUPPORT = abi::KEXEC_CRASH_HOTPLUG_SUPPORT;
    }
}

impl LoadFlags {
    /// The image is for this kind of machine, by the number that ELF files have for it, as 62 for x86_64. Without it, it is
    /// for the kind that this kernel is for.
    #[doc(alias = "KEXEC_ARCH_MASK")]
    #[must_use]
    pub const fn arch(self, machine: u16) -> LoadFlags {
        LoadFlags(self.0 & !abi::KEXEC_ARCH_MASK | (machine as u32) << 16)
    }
}

/// A piece of an image: bytes of this program, and where in the machine's memory they are to be.
#[doc(alias = "kexec_segment")]
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Segment<'a> {
    segment: abi::kexec_segment,
    bytes: PhantomData<&'a [u8]>,
}

// SAFETY: it stands for a slice of bytes, which may be sent and shared.
unsafe impl Send for Segment<'_> {}
// SAFETY: likewise.
unsafe impl Sync for Segment<'_> {}

impl<'a> Segment<'a> {
    /// These bytes at an address of the machine's memory, where they have `size` bytes of room, filled up by zeros. Both are
    /// multiples of the size of a page.
    pub const fn new(bytes: &'a [u8], address: usize, size: usize) -> Segment<'a> {
        let segment = abi::kexec_segment { buf: bytes.as_ptr(), bufsz: bytes.len(), mem: address, memsz: size };
        Segment { segment, bytes: PhantomData }
    }

    /// The bytes.
    pub const fn bytes(&self) -> &'a [u8] {
        // SAFETY: these are the parts of the slice that it was made of, which is borrowed.
        unsafe { core::slice::from_raw_parts(self.segment.buf, self.segment.bufsz) }
    }

    /// Where in the machine's memory they are to be.
    pub const fn address(&self) -> usize {
        self.segment.mem
    }

    /// How many bytes of room they have there.
    pub const fn size(&self) -> usize {
        self.segment.memsz
    }
}

impl fmt::Debug for Segment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Segment")
            .field("bytes", &self.bytes().len())
            .field("address", &format_args!("{:#x}", self.address()))
            .field("size", &self.size())
            .finish()
    }
}

/// Loads an image of at most 16 segments in place of one that was loaded before; without a segment, it only unloads that. It is
/// started at the address `entry` of the machine's memory.
///
/// # Errors
///
/// - `EADDRNOTAVAIL`: a segment is not of whole pages, or where there can be none; with `ON_CRASH`, not in the memory that was
///   set aside for it.
/// - `EBUSY`: another image is being loaded.
/// - `EINVAL`: a flag that this kernel does not know, or another kind of machine; more than 16 segments; two that overlap; or
///   one with more bytes than room.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOSYS`: the kernel was built without this (`CONFIG_KEXEC`).
/// - `EPERM`: the caller lacks `CAP_SYS_BOOT` in the first user namespace; `/proc/sys/kernel/kexec_load_disabled` is 1, or
///   `kexec_load_limit_reboot` or `kexec_load_limit_panic` there is used up; or the kernel is locked down.
///
/// # Safety
///
/// The kernel looks at places only, not at what is in them, and [`reboot`](super::reboot) or a crash of the kernel jumps to
/// `entry`. So these segments are a program that may have the whole machine, begins at `entry`, is for this kind of machine
/// and for the state that this kernel leaves it in; and with `PRESERVE_CONTEXT` it comes back having changed nothing that is not
/// its own.
pub unsafe fn kexec_load(entry: usize, segments: &[Segment<'_>], flags: LoadFlags) -> Result<()> {
    let (count, segments) = (segments.len(), segments.as_ptr());
    // SAFETY: the kernel reads the segments and the bytes of each, which are borrowed. What it does with them later is the
    // caller's promise.
    unsafe { call_readonly!(KEXEC_LOAD, entry, count, segments, flags.bits()) }.unit()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn a_kind_of_machine_stands_above_the_flags() {
        assert_eq!(LoadFlags::ON_CRASH.arch(62).bits(), 0x3e_0001);
        assert_eq!(LoadFlags::ON_CRASH.arch(62).arch(258).bits(), 0x102_0001);
    }

    #[test]
    fn a_segment_is_what_it_was_made_of() {
        let segment = Segment::new(b"abc", 0x10_0000, 4096);
        assert_eq!((segment.bytes(), segment.address(), segment.size()), (&b"abc"[..], 0x10_0000, 4096));
        assert_eq!(format!("{segment:?}"), "Segment { bytes: 3, address: 0x100000, size: 4096 }");
    }
}
