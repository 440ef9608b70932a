//! The entry point. The stack pointer is at the number of arguments and a multiple of 16; all other registers are 0, so that
//! the chain of frames ends here.

/// `R_X86_64_RELATIVE`.
pub(crate) const R_RELATIVE: usize = 8;

#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($start:path) => {
        ::core::arch::global_asm!(
            ".globl _start",
            "_start:",
            "push rsp", // the first argument, in two bytes
            "pop rdi",
            "call {start}", // aligned before the call, as a function expects it
            start = sym $start,
        );
    };
}
