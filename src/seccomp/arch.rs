//! Which architecture's calls: their names and numbers, and what the kernel calls it.

use crate::abi::audit as abi;
use crate::arch::tables;
use core::{cmp::Ordering, fmt};

/// The bit that the numbers of x32 have, which share the audit architecture of x86_64.
pub(super) const X32_BIT: u32 = 0x4000_0000;

/// An architecture whose calls a filter looks at: what the kernel calls it, and the names and numbers of its calls.
///
/// A kernel runs the programs of several, and the same number is another call in each: 59 is `execve` on x86_64 and
/// `oldolduname` on x86. A filter sees only those of the kernel that it is loaded into. Those that come together are x86_64, x86
/// and x32; aarch64 and arm; and the widths of riscv, powerpc, mips. Where an architecture has both byte orders, the target's is
/// meant.
///
/// Names are those of Linux 7.2. The tables of architectures that a program does not name are not in it.
///
/// ```
/// use butter::seccomp::Arch;
///
/// const EXECVE: u32 = Arch::X86.number("execve").unwrap();
/// assert_eq!(EXECVE, 11);
/// assert_eq!(Arch::X86_64.name(59), Some("execve"));
/// assert_eq!(Arch::NATIVE.number("getpid"), Some(butter::nr::GETPID as u32));
/// ```
#[derive(Clone, Copy)]
pub struct Arch {
    name: &'static str,
    audit: u32,
    /// What the numbers are counted from that all architectures have in common.
    base: u32,
    calls: &'static [(&'static str, usize)],
    /// A few that the table lacks.
    private: &'static [(&'static str, usize)],
}

impl Arch {
    /// x86_64.
    #[doc(alias = "AUDIT_ARCH_X86_64")]
    pub const X86_64: Arch = Arch::known("x86_64", abi::AUDIT_ARCH_X86_64, 0, tables::x86_64::ALL);
    /// x86.
    #[doc(alias = "AUDIT_ARCH_I386")]
    pub const X86: Arch = Arch::known("x86", abi::AUDIT_ARCH_I386, 0, tables::x86::ALL);
    /// x32: programs of 32 bits on x86_64 that make its calls, under numbers with the bit `0x40000000`. Few kernels run them.
    #[doc(alias = "AUDIT_ARCH_X86_64")]
    pub const X32: Arch = Arch::known("x32", abi::AUDIT_ARCH_X86_64, X32_BIT, tables::x32::ALL);
    /// aarch64.
    #[doc(alias = "AUDIT_ARCH_AARCH64")]
    pub const AARCH64: Arch = Arch::known("aarch64", abi::AUDIT_ARCH_AARCH64, 0, tables::aarch64::ALL);
    /// arm, with the private calls `breakpoint`, `cacheflush`, `usr26`, `usr32`, `set_tls` and `get_tls`.
    #[doc(alias = "AUDIT_ARCH_ARM")]
    pub const ARM: Arch =
        Arch { private: tables::ARM_PRIVATE, ..Arch::known("arm", abi::AUDIT_ARCH_ARM, 0, tables::arm::ALL) };
    /// riscv64.
    #[doc(alias = "AUDIT_ARCH_RISCV64")]
    pub const RISCV64: Arch = Arch::known("riscv64", abi::AUDIT_ARCH_RISCV64, 0, tables::riscv64::ALL);
    /// riscv32.
    #[doc(alias = "AUDIT_ARCH_RISCV32")]
    pub const RISCV32: Arch = Arch::known("riscv32", abi::AUDIT_ARCH_RISCV32, 0, tables::riscv32::ALL);
    /// loongarch64.
    #[doc(alias = "AUDIT_ARCH_LOONGARCH64")]
    pub const LOONGARCH64: Arch = Arch::known("loongarch64", abi::AUDIT_ARCH_LOONGARCH64, 0, tables::loongarch64::ALL);
    /// powerpc64, of either byte order.
    #[doc(alias = "AUDIT_ARCH_PPC64")]
    pub const POWERPC64: Arch =
        Arch::known("powerpc64", either(abi::AUDIT_ARCH_PPC64, abi::AUDIT_ARCH_PPC64LE), 0, tables::powerpc64::ALL);
    /// powerpc.
    #[doc(alias = "AUDIT_ARCH_PPC")]
    pub const POWERPC: Arch = Arch::known("powerpc", abi::AUDIT_ARCH_PPC, 0, tables::powerpc::ALL);
    /// s390x.
    #[doc(alias = "AUDIT_ARCH_S390X")]
    pub const S390X: Arch = Arch::known("s390x", abi::AUDIT_ARCH_S390X, 0, tables::s390x::ALL);
    /// mips: o32.
    #[doc(alias = "AUDIT_ARCH_MIPS")]
    pub const MIPS: Arch =
        Arch::known("mips", either(abi::AUDIT_ARCH_MIPS, abi::AUDIT_ARCH_MIPSEL), 4000, tables::mips::ALL);
    /// mips64: n64. The kernel's n32 is another.
    #[doc(alias = "AUDIT_ARCH_MIPS64")]
    pub const MIPS64: Arch =
        Arch::known("mips64", either(abi::AUDIT_ARCH_MIPS64, abi::AUDIT_ARCH_MIPSEL64), 5000, tables::mips64::ALL);
    /// sparc64.
    #[doc(alias = "AUDIT_ARCH_SPARC64")]
    pub const SPARC64: Arch = Arch::known("sparc64", abi::AUDIT_ARCH_SPARC64, 0, tables::sparc64::ALL);
    /// m68k.
    #[doc(alias = "AUDIT_ARCH_M68K")]
    pub const M68K: Arch = Arch::known("m68k", abi::AUDIT_ARCH_M68K, 0, tables::m68k::ALL);
    /// csky.
    #[doc(alias = "AUDIT_ARCH_CSKY")]
    pub const CSKY: Arch = Arch::known("csky", abi::AUDIT_ARCH_CSKY, 0, tables::csky::ALL);
    /// hexagon.
    #[doc(alias = "AUDIT_ARCH_HEXAGON")]
    pub const HEXAGON: Arch = Arch::known("hexagon", abi::AUDIT_ARCH_HEXAGON, 0, tables::hexagon::ALL);

    /// The architecture that the program is compiled for.
    pub const NATIVE: Arch = native();

    const fn known(name: &'static str, audit: u32, base: u32, calls: &'static [(&'static str, usize)]) -> Arch {
        Arch { name, audit, base, calls, private: &[] }
    }

    /// What the kernel calls it, in the data that a filter sees. x32 shares that of x86_64.
    pub const fn audit_arch(self) -> u32 {
        self.audit
    }

    /// The number of a call; `None` if there is none of this name.
    pub const fn number(self, name: &str) -> Option<u32> {
        let (mut low, mut high) = (0, self.calls.len());
        while low < high {
            let middle = low + (high - low) / 2;
            // It always is, which the optimiser does not see.
            if middle >= self.calls.len() {
                break;
            }
            let (call, number) = self.calls[middle];
            match compare(call, name) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => return Some(number as u32),
                Ordering::Greater => high = middle,
            }
        }
        let mut index = 0;
        while index < self.private.len() {
            let (call, number) = self.private[index];
            if compare(call, name).is_eq() {
                return Some(number as u32);
            }
            index += 1;
        }
        None
    }

    /// The name of a call; `None` if no call has this number.
    pub const fn name(self, number: u32) -> Option<&'static str> {
        match name_in(self.calls, number) {
            None => name_in(self.private, number),
            name => name,
        }
    }

    /// What this crate calls it.
    pub(super) const fn text(self) -> &'static str {
        self.name
    }

    /// What the numbers are counted from that all architectures have in common.
    pub(super) const fn base(self) -> u32 {
        self.base
    }

    /// The first and the last of numbers that are beyond those in common, and old nevertheless: those that x32 has of its own,
    /// and arm's private calls.
    pub(super) const fn apart(self) -> Option<(u32, u32)> {
        if self.base == X32_BIT {
            Some((X32_BIT + 512, X32_BIT + 547))
        } else if self.audit == abi::AUDIT_ARCH_ARM {
            Some((0xf_0000, 0xf_07ff))
        } else {
            None
        }
    }

    pub(super) const fn is(self, other: Arch) -> bool {
        self.audit == other.audit && self.base == other.base
    }

    /// Whether a number is one of its own, and not of another that shares its audit architecture.
    pub(super) const fn has(self, number: u32) -> bool {
        self.audit != abi::AUDIT_ARCH_X86_64 || (number & (X32_BIT | 1 << 31) == X32_BIT) == (self.base == X32_BIT)
    }
}

const fn either(big_endian: u32, little_endian: u32) -> u32 {
    if cfg!(target_endian = "big") { big_endian } else { little_endian }
}

const fn native() -> Arch {
    if cfg!(all(target_arch = "x86_64", target_pointer_width = "32")) {
        Arch::X32
    } else if cfg!(target_arch = "x86_64") {
        Arch::X86_64
    } else if cfg!(target_arch = "x86") {
        Arch::X86
    } else if cfg!(target_arch = "aarch64") {
        Arch::AARCH64
    } else if cfg!(target_arch = "arm") {
        Arch::ARM
    } else if cfg!(target_arch = "riscv64") {
        Arch::RISCV64
    } else if cfg!(target_arch = "riscv32") {
        Arch::RISCV32
    } else if cfg!(target_arch = "loongarch64") {
        Arch::LOONGARCH64
    } else if cfg!(target_arch = "powerpc64") {
        Arch::POWERPC64
    } else if cfg!(target_arch = "powerpc") {
        Arch::POWERPC
    } else if cfg!(target_arch = "s390x") {
        Arch::S390X
    } else if cfg!(any(target_arch = "mips", target_arch = "mips32r6")) {
        Arch::MIPS
    } else if cfg!(any(target_arch = "mips64", target_arch = "mips64r6")) {
        Arch::MIPS64
    } else if cfg!(target_arch = "sparc64") {
        Arch::SPARC64
    } else if cfg!(target_arch = "m68k") {
        Arch::M68K
    } else if cfg!(target_arch = "csky") {
        Arch::CSKY
    } else {
        Arch::HEXAGON
    }
}

impl PartialEq for Arch {
    fn eq(&self, other: &Arch) -> bool {
        self.is(*other)
    }
}

impl Eq for Arch {}

impl fmt::Debug for Arch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Display for Arch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

const fn name_in(calls: &[(&'static str, usize)], number: u32) -> Option<&'static str> {
    let mut index = 0;
    while index < calls.len() {
        let (call, other) = calls[index];
        if other as u32 == number {
            return Some(call);
        }
        index += 1;
    }
    None
}

/// `str::cmp` for constants, where each call of a function costs.
const fn compare(one: &str, other: &str) -> Ordering {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let (length, other_length) = (one.len(), other.len());
    let mut index = 0;
    while index < length && index < other_length {
        if one[index] != other[index] {
            return if one[index] < other[index] { Ordering::Less } else { Ordering::Greater };
        }
        index += 1;
    }
    if length < other_length {
        Ordering::Less
    } else if length > other_length {
        Ordering::Greater
    } else {
        Ordering::Equal
    }
}
