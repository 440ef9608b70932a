//! The entry point. The stack pointer is at the number of arguments and a multiple of 16.

/// `R_RISCV_RELATIVE`.
pub(crate) const R_RELATIVE: usize = 3;

#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($start:path) => {
        ::core::arch::global_asm!(
            ".globl _start",
            "_start:",
            ".option push",
            ".option norelax", // not to be found by itself
            "lla gp, __global_pointer$", // what the linker may find small data by
            ".option pop",
            "mv fp, zero", // no frame before this one
            "mv ra, zero", // and nowhere to return to
            "mv a0, sp",
            "tail {start}",
            start = sym $start,
        );
    };
}
