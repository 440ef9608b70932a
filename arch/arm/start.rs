//! The entry point. The stack pointer is at the number of arguments and a multiple of 8. The type of the symbol tells the
//! kernel of Thumb code.

/// `R_ARM_RELATIVE`.
pub(crate) const R_RELATIVE: usize = 23;

#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($start:path) => {
        ::core::arch::global_asm!(
            ".globl _start",
            ".type _start, %function",
            "_start:",
            "mov r11, #0", // no frame before this one
            "mov lr, #0", // and nowhere to return to
            "mov r0, sp",
            "b {start}",
            start = sym $start,
        );
    };
}
