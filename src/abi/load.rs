//! What a program looks at to load itself: `linux/auxvec.h`, `linux/elf.h` and the ELF specification, in words of the
//! machine's own.

pub(crate) const AT_PHDR: usize = 3;
pub(crate) const AT_PHNUM: usize = 5;
pub(crate) const AT_PAGESZ: usize = 6;

pub(crate) const PT_PHDR: u32 = 6;
pub(crate) const PT_GNU_RELRO: u32 = 0x6474_e552;

pub(crate) const DT_NULL: usize = 0;
pub(crate) const DT_PLTGOT: usize = 3;
pub(crate) const DT_RELA: usize = 7;
pub(crate) const DT_RELASZ: usize = 8;
pub(crate) const DT_REL: usize = 17;
pub(crate) const DT_RELSZ: usize = 18;
pub(crate) const DT_RELRSZ: usize = 35;
pub(crate) const DT_RELR: usize = 36;
pub(crate) const DT_MIPS_LOCAL_GOTNO: usize = 0x7000_000a;
