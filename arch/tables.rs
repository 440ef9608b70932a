//! The names and numbers of every architecture's calls, for whoever deals with those of another: a table that nobody names
//! is not in the program.

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
