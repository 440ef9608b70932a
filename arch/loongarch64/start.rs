//! The entry point. The stack pointer is at the number of arguments and a multiple of 16.

/// `R_LARCH_RELATIVE`.
pub(crate) const R_RELATIVE: usize = 3;

#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($start:path) => {
        ::core::arch::global_asm!(
            ".globl _start",
            "_start:",
            "move $fp, $zero", // no frame before this one
            "move $ra, $zero", // and nowhere to return to
            "move $a0, $sp",
            "b {start}",
            start = sym $start,
        );
    };
}
