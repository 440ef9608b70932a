//! A vDSO's ELF image, as bytes: where its functions are.

use super::bytes::Bytes;
use crate::abi::elf::{
    D_TAG, DT_GNU_HASH, DT_HASH, DT_NULL, DT_STRTAB, DT_SYMTAB, DT_VERDEF, DT_VERSYM, E_MACHINE, EM_S390, P_TYPE, PF_X,
    PT_DYNAMIC, PT_LOAD, SHN_UNDEF, ST_NAME, STB_GLOBAL, STB_WEAK, STT_FUNC, STT_NOTYPE, VD_AUX, VD_FLAGS, VD_NDX,
    VD_NEXT, VER_FLG_BASE, VERSYM_VERSION,
};
use crate::arch;
use core::fmt;

/// An ELF image: a vDSO, or any bytes that claim to be one, of any architecture.
///
/// ```
/// use butter::vdso::Image;
/// assert!(Image::parse(b"\x7fELF, or not").is_none());
/// # #[cfg(target_arch = "x86_64")]
/// if let Some(vdso) = Image::live() {
///     assert!(vdso.function("__vdso_clock_gettime", "LINUX_2.6").is_some());
///     assert!(vdso.function("__vdso_open", "LINUX_2.6").is_none());
/// }
/// ```
#[derive(Clone, Copy)]
pub struct Image<'a> {
    bytes: Bytes<'a>,
    strings: usize,
    symbols: usize,
    /// How many symbols there are.
    count: usize,
    versions: Option<Versions>,
}

/// Where the version of each symbol is, and what these versions are.
#[derive(Clone, Copy)]
struct Versions {
    of_symbols: usize,
    definitions: usize,
}

impl Image<'static> {
    /// The vDSO of this process; `None` if there is none, or it cannot be found.
    pub fn live() -> Option<Image<'static>> {
        super::live::find()
    }
}

impl<'a> Image<'a> {
    /// Finds the tables of a shared object; `None` if the bytes are none, or have no symbols to be found by name.
    ///
    /// Like all that is here it never panics, reads nothing outside, and takes a time that grows with the length and
    /// no faster, whatever the bytes are.
    pub fn parse(bytes: &'a [u8]) -> Option<Image<'a>> {
        let bytes = Bytes::of_shared_object(bytes)?;
        let dynamic = Dynamic::find(bytes)?;
        let at = |address: Option<u64>| loaded(bytes, address?)?.offset(bytes, address?);
        // Some have only one of the two.
        let count = at(dynamic.gnu_hash)
            .and_then(|table| gnu_hash_symbols(bytes, table))
            .or_else(|| hash_symbols(bytes, at(dynamic.hash)?))?;
        Some(Image {
            bytes,
            strings: at(dynamic.strtab)?,
            symbols: at(dynamic.symtab)?,
            // The hash table may say anything.
            count: count.min(bytes.len() / bytes.layout.symbol),
            versions: at(dynamic.versym)
                .zip(at(dynamic.verdef))
                .map(|(of_symbols, definitions)| Versions { of_symbols, definitions }),
        })
    }

    /// Where a function begins, in bytes from the start of the image, which is inside of what is executable. `None` if
    /// no function that is defined and global has this name and version. Where nothing has a version, any will do.
    ///
    /// On arm the lowest bit is set if the function is Thumb code, as it is in a pointer to it.
    pub fn function(&self, name: &str, version: &str) -> Option<usize> {
        let version = match self.versions {
            Some(versions) => Some((versions.of_symbols, self.version(versions.definitions, version)?)),
            None => None,
        };
        let address = (0..self.count).find_map(|index| {
            let symbol = Symbol::read(self.bytes, self.symbols, index)?;
            let found = symbol.is_function() && self.is_named(symbol.name, name) && self.has_version(index, version)?;
            found.then_some(symbol.address)
        })?;
        loaded(self.bytes, address).filter(|header| header.flags & PF_X != 0)?.offset(self.bytes, address)
    }

    /// How many bytes of memory the image takes, by the header at their start.
    pub(super) fn length(start: &'a [u8]) -> Option<usize> {
        let bytes = Bytes::of_shared_object(start)?;
        Header::all(bytes)?.filter(Header::is_loaded).filter_map(|header| header.end()).max()?.try_into().ok()
    }

    /// Whether its code, its words and their bytes are this machine's.
    pub(super) fn is_native(&self) -> bool {
        self.bytes.u16(0, E_MACHINE) == Some(arch::vdso::MACHINE)
            && self.bytes.layout.word == size_of::<*const ()>()
            && self.bytes.big == cfg!(target_endian = "big")
    }

    /// All of the image.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.bytes.all
    }

    /// The number by which symbols refer to a version.
    fn version(&self, definitions: usize, name: &str) -> Option<u16> {
        let mut at = definitions;
        loop {
            // The one of the file itself is no version.
            let is_file = self.bytes.u16(at, VD_FLAGS)? & VER_FLG_BASE != 0;
            let first_name = at.checked_add(self.bytes.u32(at, VD_AUX)? as usize)?;
            if !is_file && self.is_named(self.bytes.u32(first_name, 0)?, name) {
                return Some(self.bytes.u16(at, VD_NDX)? & VERSYM_VERSION);
            }
            match self.bytes.u32(at, VD_NEXT)? {
                0 => return None,
                // It goes forward only, so it ends.
                next => at = at.checked_add(next as usize)?,
            }
        }
    }

    fn has_version(&self, index: usize, version: Option<(usize, u16)>) -> Option<bool> {
        match version {
            Some((of_symbols, number)) => {
                Some(self.bytes.u16(of_symbols, index * size_of::<u16>())? & VERSYM_VERSION == number)
            }
            None => Some(true),
        }
    }

    fn is_named(&self, string: u32, name: &str) -> bool {
        let rest = self.strings.checked_add(string as usize).and_then(|at| self.bytes.all.get(at..));
        rest.and_then(|rest| rest.strip_prefix(name.as_bytes())).is_some_and(|rest| rest.first() == Some(&0))
    }
}

impl fmt::Debug for Image<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Image").field("bytes", &self.bytes.len()).field("symbols", &self.count).finish()
    }
}

/// The name of something.
struct Symbol {
    name: u32,
    info: u8,
    section: u16,
    address: u64,
}

impl Symbol {
    fn read(bytes: Bytes<'_>, table: usize, index: usize) -> Option<Symbol> {
        let layout = bytes.layout;
        let at = table.checked_add(index.checked_mul(layout.symbol)?)?;
        Some(Symbol {
            name: bytes.u32(at, ST_NAME)?,
            info: bytes.u8(at, layout.st_info)?,
            section: bytes.u16(at, layout.st_shndx)?,
            address: bytes.word(at, layout.st_value)?,
        })
    }

    /// Whether it is a function that is here and that others may call.
    fn is_function(&self) -> bool {
        let (binding, kind) = (self.info >> 4, self.info & 0xf);
        // The functions of powerpc's vDSO have no type.
        matches!(binding, STB_GLOBAL | STB_WEAK) && matches!(kind, STT_FUNC | STT_NOTYPE) && self.section != SHN_UNDEF
    }
}

/// What is loaded at an address of the image's own. Only differences of these addresses mean something: older kernels
/// do not begin at 0.
fn loaded(bytes: Bytes<'_>, address: u64) -> Option<Header> {
    Header::all(bytes)?.find(|header| header.is_loaded() && header.has(address))
}

/// A program header.
#[derive(Clone, Copy)]
struct Header {
    kind: u32,
    flags: u32,
    offset: u64,
    address: u64,
    length: u64,
}

impl Header {
    fn all(bytes: Bytes<'_>) -> Option<impl Iterator<Item = Header>> {
        let layout = bytes.layout;
        let start = usize::try_from(bytes.word(0, layout.e_phoff)?).ok()?;
        let (size, count) = (bytes.u16(0, layout.e_phentsize)?, bytes.u16(0, layout.e_phnum)?);
        Some((0..count).map_while(move |index| {
            let at = start.checked_add(usize::from(index).checked_mul(size.into())?)?;
            Some(Header {
                kind: bytes.u32(at, P_TYPE)?,
                flags: bytes.u32(at, layout.p_flags)?,
                offset: bytes.word(at, layout.p_offset)?,
                address: bytes.word(at, layout.p_vaddr)?,
                length: bytes.word(at, layout.p_filesz)?,
            })
        }))
    }

    fn is_loaded(&self) -> bool {
        self.kind == PT_LOAD
    }

    fn has(&self, address: u64) -> bool {
        address.checked_sub(self.address).is_some_and(|distance| distance < self.length)
    }

    fn end(&self) -> Option<u64> {
        self.offset.checked_add(self.length)
    }

    /// Where in the bytes an address of it is.
    fn offset(&self, bytes: Bytes<'_>, address: u64) -> Option<usize> {
        let offset = self.offset.checked_add(address.checked_sub(self.address)?)?.try_into().ok()?;
        (offset < bytes.len()).then_some(offset)
    }
}

/// The addresses of the tables.
#[derive(Default)]
struct Dynamic {
    strtab: Option<u64>,
    symtab: Option<u64>,
    hash: Option<u64>,
    gnu_hash: Option<u64>,
    versym: Option<u64>,
    verdef: Option<u64>,
}

impl Dynamic {
    fn find(bytes: Bytes<'_>) -> Option<Dynamic> {
        let header = Header::all(bytes)?.find(|header| header.kind == PT_DYNAMIC)?;
        let mut at = usize::try_from(header.offset).ok()?;
        let mut dynamic = Dynamic::default();
        loop {
            let value = bytes.word(at, bytes.layout.d_val)?;
            match bytes.word(at, D_TAG)? {
                DT_NULL => return Some(dynamic),
                DT_STRTAB => dynamic.strtab = Some(value),
                DT_SYMTAB => dynamic.symtab = Some(value),
                DT_HASH => dynamic.hash = Some(value),
                DT_GNU_HASH => dynamic.gnu_hash = Some(value),
                DT_VERSYM => dynamic.versym = Some(value),
                DT_VERDEF => dynamic.verdef = Some(value),
                _ => {}
            }
            at = at.checked_add(bytes.layout.dynamic)?;
        }
    }
}

/// How many symbols there are, by the older kind of hash table. Nothing else in an image says it, and with so few of them
/// that is all that a hash table is good for.
fn hash_symbols(bytes: Bytes<'_>, table: usize) -> Option<usize> {
    // Two numbers, those of the buckets and of the symbols. On s390 they have 64 bits.
    match (bytes.u16(0, E_MACHINE)?, bytes.layout.word) {
        (EM_S390, 8) => bytes.word(table, 8)?.try_into().ok(),
        _ => bytes.u32(table, 4).map(|count| count as usize),
    }
}

/// The same by the newer kind: four numbers, a filter, the first symbol of each bucket, and a word for each symbol from
/// `first` on, whose lowest bit says that it is the last of its bucket.
fn gnu_hash_symbols(bytes: Bytes<'_>, table: usize) -> Option<usize> {
    let number = |index: usize| bytes.u32(table, index * 4).map(|number| number as usize);
    let (buckets, first, filter) = (number(0)?, number(1)?, number(2)?);
    let start = table.checked_add(16)?.checked_add(filter.checked_mul(bytes.layout.word)?)?;
    let mut last = 0;
    for bucket in 0..buckets {
        last = last.max(bytes.u32(start, bucket.checked_mul(4)?)? as usize);
    }
    if last < first {
        return Some(first);
    }
    let words = start.checked_add(buckets.checked_mul(4)?)?;
    while bytes.u32(words, (last - first).checked_mul(4)?)? & 1 == 0 {
        last += 1;
    }
    last.checked_add(1)
}
