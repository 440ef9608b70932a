//! The relocation of a static PIE, on an image made here.

use butter::rt::relocate::{Phdr, image};

const WORD: usize = size_of::<usize>();
const PT_LOAD: u32 = 1;
const PT_DYNAMIC: u32 = 2;
const PT_PHDR: u32 = 6;
const PT_GNU_RELRO: u32 = 0x6474_e552;

#[cfg(target_arch = "x86_64")]
const RELATIVE: usize = 8;
#[cfg(target_arch = "aarch64")]
const RELATIVE: usize = 1027;

/// As a linker lays it out, loaded at its own address: the ELF header, two program headers, the dynamic section, the
/// tables, the data.
#[repr(C, align(16))]
struct Image {
    ehdr: [u8; 64],
    headers: [Phdr; 2],
    dynamic: [[usize; 2]; 8],
    rela: [[usize; 3]; 2],
    rel: [[usize; 2]; 1],
    relr: [usize; 3],
    data: [usize; 80],
}

macro_rules! offset {
    ($field:ident) => {
        std::mem::offset_of!(Image, $field)
    };
}

fn data(index: usize) -> usize {
    offset!(data) + index * WORD
}

/// With the headers found by a `PT_PHDR`, or by the first segment.
fn made(first: Phdr) -> Image {
    let dynamic = Phdr { p_type: PT_DYNAMIC, p_vaddr: offset!(dynamic), ..Phdr::default() };
    Image {
        ehdr: [0; 64],
        headers: [first, dynamic],
        dynamic: [
            [7, offset!(rela)],
            [8, 2 * 3 * WORD],
            [17, offset!(rel)],
            [18, 2 * WORD],
            [36, offset!(relr)],
            [35, 3 * WORD],
            [0, 0],
            // Behind the end: if it counted, nothing would be found.
            [8, 0],
        ],
        rela: [[data(0), RELATIVE, 0x1234], [data(1), RELATIVE, data(0)]],
        rel: [[data(2), RELATIVE]],
        // A word, then by bits the 1st and the 3rd behind it, then the 1st behind those that the bits can say.
        relr: [data(4), 0b101 << 1 | 1, 1 << 1 | 1],
        data: [0x10; 80],
    }
}

fn relocated(image_: &mut Image) -> bool {
    // SAFETY: the headers are those of the image, which is as a linker makes it.
    unsafe { image(image_.headers.as_ptr(), 2, 4096) }
}

#[test]
fn every_kind_of_table() {
    for first in [
        Phdr { p_type: PT_LOAD, ..Phdr::default() },
        Phdr { p_type: PT_PHDR, p_vaddr: offset!(headers), ..Phdr::default() },
    ] {
        let mut image = Box::new(made(first));
        assert!(relocated(&mut image));
        let base = (&raw const *image).addr();
        for (index, word) in image.data.iter().enumerate() {
            let expected = match index {
                0 => base + 0x1234,
                1 => base + data(0),
                2 | 4 | 5 | 7 => base + 0x10,
                _ if index == 5 + usize::BITS as usize - 1 => base + 0x10,
                _ => 0x10,
            };
            assert_eq!(*word, expected, "the word {index}");
        }
    }
}

#[test]
fn a_relocation_that_needs_a_symbol_is_refused() {
    let mut image = Box::new(made(Phdr { p_type: PT_LOAD, ..Phdr::default() }));
    image.rela[1][1] = 1 << 32 | RELATIVE;
    assert!(!relocated(&mut image));
}

#[test]
fn none_is_none() {
    let mut image = Box::new(made(Phdr { p_type: PT_LOAD, ..Phdr::default() }));
    image.rela[0][1] = 0;
    assert!(relocated(&mut image));
    assert_eq!(image.data[0], 0x10);
}

#[test]
fn a_program_that_is_no_pie_is_left_as_it_is() {
    let mut image = Box::new(made(Phdr { p_type: PT_LOAD, ..Phdr::default() }));
    image.headers[1].p_type = PT_GNU_RELRO;
    assert!(relocated(&mut image));
    assert_eq!(image.data, [0x10; 80]);
}
