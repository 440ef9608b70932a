//! The entry point. The stack pointer is at the number of arguments and a multiple of 8. A function has 160 bytes above its
//! stack pointer to save registers in; the first word there is the chain of frames.

/// `R_390_RELATIVE`.
pub(crate) const R_RELATIVE: usize = 12;

#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($start:path) => {
        ::core::arch::global_asm!(
            ".globl _start",
            "_start:",
            "lgr %r2, %r15",
            "lghi %r14, 0", // nowhere to return to
            "aghi %r15, -160",
            "xc 0(8,%r15), 0(%r15)", // no frame before this one
            "jg {start}",
            start = sym $start,
        );
    };
}
