//! The entry point. The stack pointer is at the number of arguments and a multiple of 16; all other registers are 0, so that
//! the chain of frames ends here.

/// `R_386_RELATIVE`.
pub(crate) const R_RELATIVE: usize = 8;

#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($start:path) => {
        ::core::arch::global_asm!(
            ".globl _start",
            "_start:",
            "mov eax, esp",
            "sub esp, 12", // aligned before the call, as a function expects it
            "push eax", // the first argument
            "call {start}",
            start = sym $start,
        );
    };
}
