//! The entry point. The stack pointer is at the number of arguments and a multiple of 16; no other register is set. A
//! function finds its data by `$gp` and itself by `$25`.

/// `R_MIPS_REL32`, then `R_MIPS_64`, as the kind is written on 64 bits: a byte for each of three, in the order of memory on
/// either endian, behind the symbol.
pub(crate) const R_RELATIVE: usize = if cfg!(target_endian = "big") { 18 << 8 | 3 } else { 3 << 56 | 18 << 48 };

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
            "bal 1f",
            "move $fp, $zero", // no frame before this one
            "1:",
            "lui $gp, %hi(%neg(%gp_rel(1b)))", // how far it is from here to what $gp is to be
            "daddiu $gp, $gp, %lo(%neg(%gp_rel(1b)))",
            "daddu $gp, $gp, $31",
            "lui $25, %hi(%neg(%gp_rel({start})))", // how far it is from the function to there
            "daddiu $25, $25, %lo(%neg(%gp_rel({start})))",
            "dsubu $25, $gp, $25",
            "move $4, $sp",
            "jr $25",
            "move $31, $zero", // nowhere to return to
            ".set pop",
            start = sym $start,
        );
    };
}
