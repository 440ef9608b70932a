//! The entry point. The number of arguments lies above the bias of the stack pointer and the 16 registers of a window; a
//! function expects room for six arguments more. Frames end where the frame pointer is 0.

/// `R_SPARC_RELATIVE`.
pub(crate) const R_RELATIVE: usize = 22;

#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($start:path) => {
        ::core::arch::global_asm!(
            ".globl _start",
            "_start:",
            "mov %g0, %fp", // no frame before this one
            "add %sp, 2047 + 16 * 8, %o0",
            "call {start}",
            "sub %sp, 6 * 8, %sp", // done before the call
            start = sym $start,
        );
    };
}
