//! The names and numbers of every architecture's calls, for whoever deals with those of another: a table that nobody names
//! is not in the program.

#![allow(clippy::duplicate_mod, reason = "of the target's own numbers the crate has constants as well")]

/// The calls of arm alone, in a range of their own, that its table of common calls lacks.
pub(crate) const ARM_PRIVATE: &[(&str, usize)] = &[
    ("breakpoint", 0xf_0001),
    ("cacheflush", 0xf_0002),
    ("usr26", 0xf_0003),
    ("usr32", 0xf_0004),
    ("set_tls", 0xf_0005),
    ("get_tls", 0xf_0006),
];

/// Makes of `nr.rs` its table alone.
macro_rules! numbers {
    ($($name:ident = $number:literal $call:literal,)*) => {
        pub(crate) const ALL: &[(&str, usize)] = &[$(($call, $number)),*];
    };
}

#[path = "aarch64/nr.rs"]
pub(crate) mod aarch64;
#[path = "arm/nr.rs"]
pub(crate) mod arm;
#[path = "csky/nr.rs"]
pub(crate) mod csky;
#[path = "hexagon/nr.rs"]
pub(crate) mod hexagon;
#[path = "loongarch64/nr.rs"]
pub(crate) mod loongarch64;
#[path = "m68k/nr.rs"]
pub(crate) mod m68k;
#[path = "mips/nr.rs"]
pub(crate) mod mips;
#[path = "mips64/nr.rs"]
pub(crate) mod mips64;
#[path = "powerpc/nr.rs"]
pub(crate) mod powerpc;
#[path = "powerpc64/nr.rs"]
pub(crate) mod powerpc64;
#[path = "riscv32/nr.rs"]
pub(crate) mod riscv32;
#[path = "riscv64/nr.rs"]
pub(crate) mod riscv64;
#[path = "s390x/nr.rs"]
pub(crate) mod s390x;
#[path = "sparc64/nr.rs"]
pub(crate) mod sparc64;
#[path = "x32/nr.rs"]
pub(crate) mod x32;
#[path = "x86/nr.rs"]
pub(crate) mod x86;
#[path = "x86_64/nr.rs"]
pub(crate) mod x86_64;
