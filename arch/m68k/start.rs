//! The entry point. The stack pointer is at the number of arguments and a multiple of 4.

/// `R_68K_RELATIVE`.
pub(crate) const R_RELATIVE: usize = 22;

#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($start:path) => {
        ::core::arch::global_asm!(
            ".globl _start",
            "_start:",
            "suba.l %a6, %a6", // no frame before this one
            "move.l %sp, %a0",
            "move.l %a0, -(%sp)", // the first argument
            "jsr {start}",
            start = sym $start,
        );
    };
}
