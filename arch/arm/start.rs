//! The entry point. The stack pointer is at the number of arguments and a multiple of 8.

/// `R_ARM_RELATIVE`.
pub(crate) const R_RELATIVE: usize = 23;

/// Without a mark at its symbol the kernel takes the entry point for ARM code. To the assembler it is none if the program is
/// Thumb code, which cannot be asked for: so it is written in numbers. The call by a register goes to either.
#[cfg(target_endian = "little")]
#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($start:path) => {
        ::core::arch::global_asm!(
            ".p2align 2",
            ".globl _start",
            "_start:",
            ".long 0xe3a0b000", // mov r11, #0: no frame before this one
            ".long 0xe3a0e000", // mov lr, #0: and nowhere to return to
            ".long 0xe1a0000d", // mov r0, sp
            ".long 0xe59f1004", // ldr r1, [pc, #4]: the last of these numbers
            ".long 0xe08f1001", // add r1, pc, r1
            ".long 0xe12fff11", // bx r1
            ".long {start} - .",
            start = sym $start,
        );
    };
}

/// The numbers would not do here, where code is not in the order of data; but there is no Thumb target.
#[cfg(target_endian = "big")]
#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($start:path) => {
        ::core::arch::global_asm!(
            ".globl _start",
            "_start:",
            "mov r11, #0", // no frame before this one
            "mov lr, #0",  // and nowhere to return to
            "mov r0, sp",
            "b {start}",
            start = sym $start,
        );
    };
}
