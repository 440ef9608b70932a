//! Numbers in the bytes of an ELF image.

use crate::abi::elf::{
    E_TYPE, EI_CLASS, EI_DATA, ELF32, ELF64, ELFCLASS32, ELFCLASS64, ELFDATA2LSB, ELFDATA2MSB, ELFMAG, ET_DYN, Layout,
};

/// The bytes, and how to read them.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a> {
    pub(super) all: &'a [u8],
    pub(super) layout: &'static Layout,
    /// The bytes of a number are in the order of big endian.
    pub(super) big: bool,
}

impl<'a> Bytes<'a> {
    /// `None` if these do not begin as a shared object does.
    pub(super) fn of_shared_object(all: &'a [u8]) -> Option<Bytes<'a>> {
        if !all.starts_with(ELFMAG) {
            return None;
        }
        let layout = match *all.get(EI_CLASS)? {
            ELFCLASS32 => &ELF32,
            ELFCLASS64 => &ELF64,
            _ => return None,
        };
        let big = match *all.get(EI_DATA)? {
            ELFDATA2LSB => false,
            ELFDATA2MSB => true,
            _ => return None,
        };
        let bytes = Bytes { all, layout, big };
        (bytes.u16(0, E_TYPE)? == ET_DYN).then_some(bytes)
    }

    pub(super) fn len(self) -> usize {
        self.all.len()
    }

    /// The byte of a field: `at` is where its struct begins.
    pub(super) fn u8(self, at: usize, field: usize) -> Option<u8> {
        self.all.get(at.checked_add(field)?).copied()
    }

    pub(super) fn u16(self, at: usize, field: usize) -> Option<u16> {
        let bytes = self.array(at, field)?;
        Some(if self.big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    pub(super) fn u32(self, at: usize, field: usize) -> Option<u32> {
        let bytes = self.array(at, field)?;
        Some(if self.big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    /// A number that is as long as an address.
    pub(super) fn word(self, at: usize, field: usize) -> Option<u64> {
        if self.layout.word == 4 {
            return self.u32(at, field).map(u64::from);
        }
        let bytes = self.array(at, field)?;
        Some(if self.big { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) })
    }

    fn array<const N: usize>(self, at: usize, field: usize) -> Option<[u8; N]> {
        self.all.get(at.checked_add(field)?..)?.first_chunk().copied()
    }
}
