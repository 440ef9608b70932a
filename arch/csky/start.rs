//! The entry point. The stack pointer is at the number of arguments and a multiple of 8.

/// `R_CKCORE_RELATIVE`.
pub(crate) const R_RELATIVE: usize = 9;

#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($start:path) => {
        ::core::arch::global_asm!(
            ".globl _start",
            "_start:",
            "movi r8, 0", // no frame before this one
            "movi r15, 0", // and nowhere to return to
            "mov r0, r14",
            "br {start}",
            start = sym $start,
        );
    };
}
