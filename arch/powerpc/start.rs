//! The entry point. The stack pointer is at the number of arguments and a multiple of 16. A frame begins with the chain of
//! frames and room for the return address.

/// `R_PPC_RELATIVE`.
pub(crate) const R_RELATIVE: usize = 22;

#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($start:path) => {
        ::core::arch::global_asm!(
            ".globl _start",
            "_start:",
            "mr 3, 1",
            "li 0, 0",
            "addi 1, 1, -16",
            "stw 0, 0(1)", // no frame before this one
            "mtlr 0", // and nowhere to return to
            "b {start}",
            start = sym $start,
        );
    };
}
