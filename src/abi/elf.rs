//! `linux/elf.h`, and of the ELF specification and GNU's extensions what a vDSO has and that header does not define.
//!
//! An image of any machine can be read on any other, so that these are offsets rather than structs.

pub(crate) const ELFMAG: &[u8] = b"\x7fELF";
pub(crate) const EI_CLASS: usize = 4;
pub(crate) const EI_DATA: usize = 5;
pub(crate) const ELFCLASS32: u8 = 1;
pub(crate) const ELFCLASS64: u8 = 2;
pub(crate) const ELFDATA2LSB: u8 = 1;
pub(crate) const ELFDATA2MSB: u8 = 2;

pub(crate) const E_TYPE: usize = 16;
pub(crate) const E_MACHINE: usize = 18;
pub(crate) const P_TYPE: usize = 0;
pub(crate) const D_TAG: usize = 0;
pub(crate) const ST_NAME: usize = 0;

/// Where the other fields of `Elf32_Ehdr`, `Elf64_Ehdr`, … are, and the sizes of those that stand in tables.
pub(crate) struct Layout {
    /// `Elf32_Addr` or `Elf64_Addr`, and whatever is as long.
    pub(crate) word: usize,
    pub(crate) e_phoff: usize,
    pub(crate) e_phentsize: usize,
    pub(crate) e_phnum: usize,
    pub(crate) p_flags: usize,
    pub(crate) p_offset: usize,
    pub(crate) p_vaddr: usize,
    pub(crate) p_filesz: usize,
    pub(crate) d_val: usize,
    pub(crate) dynamic: usize,
    pub(crate) st_info: usize,
    pub(crate) st_shndx: usize,
    pub(crate) st_value: usize,
    pub(crate) symbol: usize,
}

pub(crate) const ELF32: Layout = Layout {
    word: 4,
    e_phoff: 28,
    e_phentsize: 42,
    e_phnum: 44,
    p_flags: 24,
    p_offset: 4,
    p_vaddr: 8,
    p_filesz: 16,
    d_val: 4,
    dynamic: 8,
    st_info: 12,
    st_shndx: 14,
    st_value: 4,
    symbol: 16,
};

pub(crate) const ELF64: Layout = Layout {
    word: 8,
    e_phoff: 32,
    e_phentsize: 54,
    e_phnum: 56,
    p_flags: 4,
    p_offset: 8,
    p_vaddr: 16,
    p_filesz: 32,
    d_val: 8,
    dynamic: 16,
    st_info: 4,
    st_shndx: 6,
    st_value: 8,
    symbol: 24,
};

pub(crate) const ET_DYN: u16 = 3;
pub(crate) const EM_S390: u16 = 22;

pub(crate) const PT_LOAD: u32 = 1;
pub(crate) const PT_DYNAMIC: u32 = 2;
pub(crate) const PF_X: u32 = 1;

pub(crate) const DT_NULL: u64 = 0;
pub(crate) const DT_HASH: u64 = 4;
pub(crate) const DT_STRTAB: u64 = 5;
pub(crate) const DT_SYMTAB: u64 = 6;
pub(crate) const DT_GNU_HASH: u64 = 0x6fff_fef5;
pub(crate) const DT_VERSYM: u64 = 0x6fff_fff0;
pub(crate) const DT_VERDEF: u64 = 0x6fff_fffc;

pub(crate) const SHN_UNDEF: u16 = 0;
pub(crate) const STB_GLOBAL: u8 = 1;
pub(crate) const STB_WEAK: u8 = 2;
pub(crate) const STT_NOTYPE: u8 = 0;
pub(crate) const STT_FUNC: u8 = 2;

// `Elf32_Verdef` and `Elf64_Verdef` are the same, and so is what follows them: `Elf32_Verdaux`, which begins with the name.
pub(crate) const VD_FLAGS: usize = 2;
pub(crate) const VD_NDX: usize = 4;
pub(crate) const VD_AUX: usize = 12;
pub(crate) const VD_NEXT: usize = 16;
pub(crate) const VER_FLG_BASE: u16 = 1;
pub(crate) const VERSYM_VERSION: u16 = 0x7fff;
