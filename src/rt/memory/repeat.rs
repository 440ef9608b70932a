//! x86 and x86_64: the string instructions, which the processors of today do by lines of the cache.

use core::arch::asm;

/// # Safety
///
/// `count` bytes can be read from `from` and written to `to`, which is none of the bytes behind `from`.
#[inline(always)]
pub(super) unsafe fn forward(to: *mut u8, from: *const u8, count: usize) {
    // SAFETY: the caller's promise. The direction flag is clear, as the ABI has it. `esi`, which no operand may name on
    // x86, has its value again afterwards.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        asm!("rep movsb", inout("rdi") to => _, inout("rsi") from => _, inout("rcx") count => _,
            options(nostack, preserves_flags));
        #[cfg(target_arch = "x86")]
        asm!("xchg {from}, esi", "rep movsb", "mov esi, {from}", from = inout(reg) from => _,
            inout("edi") to => _, inout("ecx") count => _, options(nostack, preserves_flags));
    }
}

/// # Safety
///
/// `count` bytes can be written to `to`.
#[inline(always)]
pub(super) unsafe fn set(to: *mut u8, byte: u8, count: usize) {
    // SAFETY: the caller's promise. The direction flag is clear, as the ABI has it.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        asm!("rep stosb", inout("rdi") to => _, inout("rcx") count => _, in("al") byte,
            options(nostack, preserves_flags));
        #[cfg(target_arch = "x86")]
        asm!("rep stosb", inout("edi") to => _, inout("ecx") count => _, in("al") byte,
            options(nostack, preserves_flags));
    }
}
