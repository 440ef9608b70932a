//! The entry point. The stack pointer is at the number of arguments and a multiple of 16.

/// `R_AARCH64_RELATIVE`.
pub(crate) const R_RELATIVE: usize = 1027;

#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($start:path) => {
        ::core::arch::global_asm!(
            ".globl _start",
            "_start:",
            "mov x29, xzr", // no frame before this one
            "mov x30, xzr", // and nowhere to return to
            "mov x0, sp",
            "b {start}",
            start = sym $start,
        );
    };
}
