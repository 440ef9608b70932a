//! The entry point. The stack pointer is at the number of arguments and a multiple of 8; no other register is set. A function
//! finds its data by `$gp` and itself by `$25`, and expects room for four arguments on the stack.

/// `R_MIPS_REL32`.
pub(crate) const R_RELATIVE: usize = 3;

#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($start:path) => {
        ::core::arch::global_asm!(
            ".set push",
            ".set noreorder",
            ".globl __start", // as linkers call it here
            ".type __start, @function",
            "__start:",
            "bal 1f",           // so that $31 is the address of the word
            "move $fp, $zero",  // no frame before this one
            ".gpword {start}",  // how far it is from $gp to the function
            "1:",
            "lw $25, 0($31)",
            "bal 2f",
            "move $4, $sp",
            "2:",
            "lui $gp, %hi(_gp_disp)", // how far it is from here to what $gp is to be
            "addiu $gp, $gp, %lo(_gp_disp)",
            "addu $gp, $gp, $31",
            "addu $25, $25, $gp",
            "addiu $sp, $sp, -16",
            "jr $25",
            "move $31, $zero", // nowhere to return to
            ".set pop",
            start = sym $start,
        );
    };
}
