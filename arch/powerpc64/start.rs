//! The entry point. The stack pointer is at the number of arguments and a multiple of 16. A frame begins with the chain of
//! frames and room for the return address, and a function finds its data by `r2`.
//!
//! In the ABI of version 2 `r12` is the address of the entry point, and `r2` is found from there. In that of version 1 the
//! entry point is a descriptor, from which the kernel takes the address of the code and `r2`.

/// `R_PPC64_RELATIVE`.
pub(crate) const R_RELATIVE: usize = 22;

#[cfg(any(target_endian = "little", target_env = "musl"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($start:path) => {
        ::core::arch::global_asm!(
            ".globl _start",
            ".type _start, @function",
            "_start:",
            "addis 2, 12, .TOC.-_start@ha",
            "addi 2, 2, .TOC.-_start@l",
            "mr 3, 1",
            "li 0, 0",
            "addi 1, 1, -32",
            "std 0, 0(1)", // no frame before this one
            "mtlr 0",      // and nowhere to return to
            "bl {start}",
            "nop",
            start = sym $start,
        );
    };
}

#[cfg(not(any(target_endian = "little", target_env = "musl")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($start:path) => {
        ::core::arch::global_asm!(
            ".section .opd, \"aw\", @progbits",
            ".p2align 3",
            ".globl _start",
            ".type _start, @function",
            "_start:",
            ".quad .L_start, .TOC.@tocbase, 0",
            ".text",
            ".L_start:",
            "mr 3, 1",
            "li 0, 0",
            "addi 1, 1, -112",
            "std 0, 0(1)", // no frame before this one
            "mtlr 0",      // and nowhere to return to
            "bl {start}",
            "nop",
            start = sym $start,
        );
    };
}
