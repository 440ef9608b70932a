//! The entry point. The stack pointer is at the number of arguments and a multiple of 8.

/// `R_HEX_RELATIVE`.
pub(crate) const R_RELATIVE: usize = 35;

#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($start:path) => {
        ::core::arch::global_asm!(
            ".globl _start",
            "_start:",
            "r30 = #0", // no frame before this one
            "r31 = #0", // and nowhere to return to
            "r0 = r29",
            "jump {start}",
            start = sym $start,
        );
    };
}
