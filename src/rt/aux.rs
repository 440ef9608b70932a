//! The auxiliary vector.

use crate::abi::auxvec::AT_NULL;
use core::fmt;

/// A key of the auxiliary vector. One that has no name here is kept as a number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Aux(usize);

impl Aux {
    /// The key of a number.
    #[inline]
    pub const fn new(number: usize) -> Aux {
        Aux(number)
    }

    /// The number.
    #[inline]
    pub const fn number(self) -> usize {
        self.0
    }
}

macro_rules! names {
    ($($name:ident = $number:literal $kernel:literal $doc:literal,)*) => {
        impl Aux {
            $(#[doc = $doc] #[doc(alias = $kernel)] pub const $name: Aux = Aux($number);)*

            /// The kernel's name, such as `AT_PAGESZ`; `None` for a key that has none here.
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some($kernel),)*
                    _ => None,
                }
            }
        }
    };
}

names! {
    EXECFD = 2 "AT_EXECFD" "The descriptor of the program, for an interpreter by `binfmt_misc`.",
    PHDR = 3 "AT_PHDR" "The address of the program headers.",
    PHENT = 4 "AT_PHENT" "The size of a program header, in bytes.",
    PHNUM = 5 "AT_PHNUM" "The number of program headers.",
    PAGESZ = 6 "AT_PAGESZ" "The size of a page, in bytes.",
    BASE = 7 "AT_BASE" "The address of the interpreter; 0 if the program has none.",
    FLAGS = 8 "AT_FLAGS" "Flags: 1 if the kernel has kept the first argument for a `binfmt_misc` interpreter.",
    ENTRY = 9 "AT_ENTRY" "The address of the entry point.",
    UID = 11 "AT_UID" "The real user.",
    EUID = 12 "AT_EUID" "The effective user.",
    GID = 13 "AT_GID" "The real group.",
    EGID = 14 "AT_EGID" "The effective group.",
    PLATFORM = 15 "AT_PLATFORM" "The address of a C string that names the machine.",
    HWCAP = 16 "AT_HWCAP" "What the processor can do, in bits that the architecture defines.",
    CLKTCK = 17 "AT_CLKTCK" "The ticks in a second, as `times(2)` counts them.",
    SECURE = 23 "AT_SECURE" "Not 0 if the program has privileges that its caller has not: it is not to trust its environment.",
    BASE_PLATFORM = 24 "AT_BASE_PLATFORM" "The address of a C string that names the machine without emulation.",
    RANDOM = 25 "AT_RANDOM" "The address of 16 random bytes.",
    HWCAP2 = 26 "AT_HWCAP2" "More bits like those of `HWCAP`.",
    RSEQ_FEATURE_SIZE = 27 "AT_RSEQ_FEATURE_SIZE" "How many bytes of the `rseq` area the kernel uses. Since Linux 6.3.",
    RSEQ_ALIGN = 28 "AT_RSEQ_ALIGN" "What the `rseq` area is aligned to, in bytes. Since Linux 6.3.",
    HWCAP3 = 29 "AT_HWCAP3" "More bits like those of `HWCAP`. Since Linux 6.9.",
    HWCAP4 = 30 "AT_HWCAP4" "More bits like those of `HWCAP`. Since Linux 6.9.",
    EXECFN = 31 "AT_EXECFN" "The address of the path that the program was executed by, a C string.",
    SYSINFO = 32 "AT_SYSINFO" "The address of the vDSO's function that makes a system call, on x86.",
    SYSINFO_EHDR = 33 "AT_SYSINFO_EHDR" "The address of the vDSO.",
    MINSIGSTKSZ = 51 "AT_MINSIGSTKSZ" "The smallest stack that a signal handler can run on, in bytes. Since Linux 5.14.",
}

impl fmt::Debug for Aux {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "Aux({})", self.0),
        }
    }
}

/// The entries of the auxiliary vector, each a key and its value, in the kernel's order.
#[derive(Clone)]
pub struct Auxv {
    next: *const [usize; 2],
}

impl Auxv {
    /// # Safety
    ///
    /// From there on are entries up to that of `AT_NULL`, and they never change.
    #[inline]
    pub(super) unsafe fn new(next: *const [usize; 2]) -> Auxv {
        Auxv { next }
    }
}

impl Iterator for Auxv {
    type Item = (Aux, usize);

    #[inline]
    fn next(&mut self) -> Option<(Aux, usize)> {
        // SAFETY: the vector goes on up to `AT_NULL`, and that is never gone beyond.
        let [key, value] = unsafe { *self.next };
        if key == AT_NULL {
            return None;
        }
        // SAFETY: behind an entry that is not the last there is another.
        self.next = unsafe { self.next.add(1) };
        Some((Aux(key), value))
    }
}

impl core::iter::FusedIterator for Auxv {}

impl fmt::Debug for Auxv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.clone()).finish()
    }
}
