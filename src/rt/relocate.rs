//! A static PIE holds addresses as if it were loaded at 0, and a table of where they are. There is no dynamic linker to add
//! where it was loaded indeed, so it does that itself.
//!
//! Until that is done, nothing may be used that holds an address. A call of another crate's function may go by such a one,
//! and also of core's: so everything here is inlined, always, into the program's own function that the entry point calls,
//! and made of operators and of functions that are inlined always themselves.

use crate::abi::auxvec::AT_NULL;
use crate::abi::elf::{PT_DYNAMIC, PT_LOAD};
use crate::abi::load::*;
use crate::abi::mman::PROT_READ;
use crate::arch::start::R_RELATIVE;
use core::ptr;

const SIZEOF_EHDR: usize = if WORD == 8 { 64 } else { 52 };
/// A relocation that is none has this kind on every machine.
const R_NONE: usize = 0;

const WORD: usize = size_of::<usize>();

/// Here the table of addresses by which code finds its data is to be relocated as well, without a word in the tables.
const MIPS: bool =
    cfg!(any(target_arch = "mips", target_arch = "mips32r6", target_arch = "mips64", target_arch = "mips64r6"));

/// `Elf32_Phdr` or `Elf64_Phdr`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
#[allow(missing_docs, reason = "the kernel's names")]
pub struct Phdr {
    pub p_type: u32,
    #[cfg(target_pointer_width = "64")]
    pub p_flags: u32,
    pub p_offset: usize,
    pub p_vaddr: usize,
    pub p_paddr: usize,
    pub p_filesz: usize,
    pub p_memsz: usize,
    #[cfg(target_pointer_width = "32")]
    pub p_flags: u32,
    pub p_align: usize,
}

/// Puts the addresses of this program right. In one that is no PIE, there is nothing to do.
///
/// # Safety
///
/// `stack` is the stack pointer that the program was started with, and nothing else has run.
#[inline(always)]
pub unsafe fn relocate(stack: *const usize) {
    let (mut headers, mut count, mut page) = (0, 0, 0);
    // SAFETY: at `stack` are the number of arguments, the arguments and a null, the environment and a null, and the
    // auxiliary vector up to its end.
    unsafe {
        let mut next = stack.wrapping_add(*stack + 2);
        while *next != 0 {
            next = next.wrapping_add(1);
        }
        next = next.wrapping_add(1);
        while *next != AT_NULL {
            let value = *next.wrapping_add(1);
            match *next {
                AT_PHDR => headers = value,
                AT_PHNUM => count = value,
                AT_PAGESZ => page = value,
                _ => {}
            }
            next = next.wrapping_add(2);
        }
    }
    // A program whose headers are not in its memory is no PIE.
    if headers == 0 {
        return;
    }
    // SAFETY: the kernel says that so many headers are there, of an image that it has loaded.
    if !unsafe { image(ptr::with_exposed_provenance(headers), count, page) } {
        let why = b"this program has a relocation that is not relative\n";
        // SAFETY: the kernel reads the text. The second call does not come back.
        unsafe {
            let _ = call_readonly!(WRITE, 2, &raw const *why, 51);
            let _ = call_readonly!(EXIT_GROUP, 127);
        }
    }
}

/// Puts the addresses of an image right; says whether that could be done.
///
/// # Safety
///
/// There are `count` program headers, of an image in memory that is as a linker makes it. Nothing uses it yet. `page` is
/// the size of a page.
#[inline(always)]
pub unsafe fn image(headers: *const Phdr, count: usize, page: usize) -> bool {
    let (mut base, mut dynamic, mut constant) = (ptr::null(), ptr::null(), ptr::null());
    let mut header = headers;
    while header < headers.wrapping_add(count) {
        // SAFETY: there are that many.
        let Phdr { p_type, p_offset, p_vaddr, .. } = unsafe { *header };
        match p_type {
            PT_PHDR => base = headers.wrapping_byte_sub(p_vaddr),
            // GNU's linker makes a `PT_PHDR` only for a dynamic linker. Every linker puts the headers right behind that of
            // the file, with which the first segment begins.
            PT_LOAD if base.addr() == 0 && p_offset == 0 => base = headers.wrapping_byte_sub(SIZEOF_EHDR + p_vaddr),
            PT_DYNAMIC => dynamic = header,
            PT_GNU_RELRO => constant = header,
            _ => {}
        }
        header = header.wrapping_add(1);
    }
    if base.addr() == 0 || dynamic.addr() == 0 {
        return true;
    }
    let base = base.cast_mut().cast::<u8>();
    // SAFETY: the headers say where in the image these are.
    unsafe {
        let done = tables(base, base.wrapping_add((*dynamic).p_vaddr).cast());
        if done && constant.addr() != 0 {
            protect(base, *constant, page);
        }
        done
    }
}

/// # Safety
///
/// At `dynamic` is the dynamic section of the image that is loaded at `base`.
#[inline(always)]
unsafe fn tables(base: *mut u8, dynamic: *const [usize; 2]) -> bool {
    // SAFETY: the tables are where the section says, and so are the words that they name.
    unsafe {
        let mut rela = value(dynamic, DT_RELA);
        let end = rela.wrapping_add(value(dynamic, DT_RELASZ));
        while rela < end {
            // A relative relocation has no symbol: what is left of `r_info` is the kind.
            match *base.wrapping_add(rela).cast::<[usize; 3]>() {
                [offset, R_RELATIVE, addend] => (*word(base, offset)).0 = base.addr().wrapping_add(addend),
                [_, R_NONE, _] => {}
                _ => return false,
            }
            rela = rela.wrapping_add(3 * WORD);
        }

        let mut rel = value(dynamic, DT_REL);
        let end = rel.wrapping_add(value(dynamic, DT_RELSZ));
        while rel < end {
            match *base.wrapping_add(rel).cast::<[usize; 2]>() {
                [offset, R_RELATIVE] => add(base, word(base, offset)),
                [_, R_NONE] => {}
                _ => return false,
            }
            rel = rel.wrapping_add(2 * WORD);
        }

        // An even entry is the offset of a word; an odd one has a bit for each of the words that follow.
        let mut relr = value(dynamic, DT_RELR);
        let end = relr.wrapping_add(value(dynamic, DT_RELRSZ));
        let mut next = word(base, 0);
        while relr < end {
            let entry = *base.wrapping_add(relr).cast::<usize>();
            if entry & 1 == 0 {
                next = word(base, entry);
                add(base, next);
                next = next.wrapping_add(1);
            } else {
                let (mut bits, mut at) = (entry >> 1, next);
                while bits != 0 {
                    if bits & 1 == 1 {
                        add(base, at);
                    }
                    (bits, at) = (bits >> 1, at.wrapping_add(1));
                }
                next = next.wrapping_add(WORD * 8 - 1);
            }
            relr = relr.wrapping_add(WORD);
        }

        if MIPS {
            let mut got = value(dynamic, DT_PLTGOT);
            let end = got.wrapping_add(value(dynamic, DT_MIPS_LOCAL_GOTNO).wrapping_mul(WORD));
            // The first two entries are for a dynamic linker.
            got = got.wrapping_add(2 * WORD);
            while got < end {
                add(base, word(base, got));
                got = got.wrapping_add(WORD);
            }
        }
    }
    true
}

/// What the dynamic section has under a tag, or 0. (One loop for all tags would be compiled into a table of addresses.)
///
/// # Safety
///
/// At `entry` is the section, or a part of it up to its end.
#[inline(always)]
unsafe fn value(mut entry: *const [usize; 2], tag: usize) -> usize {
    // SAFETY: the section goes on up to `DT_NULL`.
    unsafe {
        while (*entry)[0] != DT_NULL {
            if (*entry)[0] == tag {
                return (*entry)[1];
            }
            entry = entry.wrapping_add(1);
        }
    }
    0
}

/// A word of the image, of any alignment.
#[derive(Clone, Copy)]
#[repr(C, packed)]
struct Unaligned(usize);

#[inline(always)]
fn word(base: *mut u8, offset: usize) -> *mut Unaligned {
    base.wrapping_add(offset).cast()
}

/// # Safety
///
/// The word is there.
#[inline(always)]
unsafe fn add(base: *mut u8, word: *mut Unaligned) {
    // SAFETY: the caller's promise.
    unsafe { (*word).0 = (*word).0.wrapping_add(base.addr()) }
}

/// Takes the permission to write from what only the relocation writes. It is a safeguard: the program runs without, too.
#[inline(always)]
fn protect(base: *mut u8, Phdr { p_vaddr, p_memsz, .. }: Phdr, page: usize) {
    let start = base.addr().wrapping_add(p_vaddr);
    let end = start.wrapping_add(p_memsz) & page.wrapping_neg();
    let start = start & page.wrapping_neg();
    if start < end {
        // SAFETY: nothing writes there any more.
        let _ = unsafe { call_readonly!(MPROTECT, start, end - start, PROT_READ) };
    }
}
