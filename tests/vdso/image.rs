//! The parser, on images of every kind and on what is left of them.

use crate::elf::{self, CODE, END, Elf, FUNCTION, S390, Symbol, function};
use butter::vdso::Image;

const NAME: &str = "__vdso_clock_gettime";
const VERSION: &str = "LINUX_2.6";

fn symbols() -> [Symbol; 3] {
    [
        Symbol { version: 3, ..function("__vdso_getcpu", CODE) },
        Symbol { version: 3, ..function(NAME, CODE + 0x20) },
        Symbol { version: 3, ..function("clock_gettime", CODE + 0x20) },
    ]
}

fn offset(elf: &Elf, name: &str, version: &str) -> Option<usize> {
    let bytes = elf.write();
    Image::parse(&bytes).unwrap_or_else(|| panic!("{elf:?}")).function(name, version)
}

/// What is found of one symbol that has been changed.
#[track_caller]
fn changed(change: impl Fn(&mut Symbol), expected: Option<u64>) {
    let mut symbols = symbols();
    change(&mut symbols[1]);
    for elf in elf::all(&symbols) {
        assert_eq!(offset(&elf, NAME, VERSION), expected.map(|offset| offset as usize), "{elf:?}");
    }
}

#[test]
fn a_function_is_where_its_symbol_says() {
    for elf in elf::all(&symbols()) {
        assert_eq!(offset(&elf, "__vdso_getcpu", VERSION), Some(CODE as usize), "{elf:?}");
        assert_eq!(offset(&elf, NAME, VERSION), Some(CODE as usize + 0x20), "{elf:?}");
        assert_eq!(offset(&elf, "clock_gettime", VERSION), Some(CODE as usize + 0x20), "{elf:?}");
    }
}

#[test]
fn no_other_name_will_do() {
    for elf in elf::all(&symbols()) {
        for name in ["", "__vdso_clock_gettim", "__vdso_clock_gettime64", "_vdso_clock_gettime", "LINUX_2.6"] {
            assert_eq!(offset(&elf, name, VERSION), None, "{name} {elf:?}");
        }
    }
}

#[test]
fn no_other_version_will_do() {
    for elf in elf::all(&symbols()) {
        for version in ["", "LINUX_2.5", "LINUX_2.7", "LINUX_2", "LINUX_2.6.39", "linux-vdso.so.1"] {
            assert_eq!(offset(&elf, NAME, version), None, "{version} {elf:?}");
        }
    }
    // The name of the file is no version, though a symbol without one has its number.
    let without = Symbol { version: 1, ..function(NAME, CODE) };
    for elf in elf::all(&[without]) {
        assert_eq!(offset(&elf, NAME, "linux-vdso.so.1"), None, "{elf:?}");
    }
    changed(|symbol| symbol.version = 0, None);
    changed(|symbol| symbol.version = 2, None);
    // The default of a name has the bit not set, others have it.
    changed(|symbol| symbol.version = 0x8003, Some(CODE + 0x20));
}

#[test]
fn without_versions_any_will_do() {
    for elf in elf::all(&symbols()) {
        let elf = Elf { versions: &[], ..elf };
        assert_eq!(offset(&elf, NAME, "LINUX_4.15"), Some(CODE as usize + 0x20), "{elf:?}");
    }
}

#[test]
fn it_is_a_function_that_others_may_call() {
    const OBJECT: u8 = 0x11;
    const LOCAL_FUNCTION: u8 = 0x02;
    const WEAK_FUNCTION: u8 = 0x22;
    const WITHOUT_TYPE: u8 = 0x10;
    changed(|symbol| symbol.info = FUNCTION, Some(CODE + 0x20));
    changed(|symbol| symbol.info = WEAK_FUNCTION, Some(CODE + 0x20));
    changed(|symbol| symbol.info = WITHOUT_TYPE, Some(CODE + 0x20));
    changed(|symbol| symbol.info = OBJECT, None);
    changed(|symbol| symbol.info = LOCAL_FUNCTION, None);
    changed(|symbol| symbol.section = 0, None);
}

#[test]
fn it_is_inside_of_what_is_executable() {
    changed(|symbol| symbol.offset = END - 1, Some(END - 1));
    changed(|symbol| symbol.offset = END, None);
    changed(|symbol| symbol.offset = CODE - 1, None);
    changed(|symbol| symbol.offset = u64::MAX, None);
}

#[test]
fn a_symbol_that_is_none_does_not_hide_one_that_is() {
    let mut symbols = symbols().to_vec();
    symbols.insert(0, Symbol { section: 0, ..function(NAME, CODE) });
    symbols.insert(1, Symbol { version: 2, ..function(NAME, CODE) });
    for elf in elf::all(&symbols) {
        assert_eq!(offset(&elf, NAME, VERSION), Some(CODE as usize + 0x20), "{elf:?}");
    }
}

#[test]
fn older_kernels_do_not_begin_at_0() {
    for elf in elf::all(&symbols()) {
        // As it was on powerpc and on x86_64.
        for base in [0x10_0000, if elf.wide { 0xffff_ffff_ff70_0000 } else { 0xffff_e000 }] {
            let elf = Elf { base, ..elf.clone() };
            assert_eq!(offset(&elf, NAME, VERSION), Some(CODE as usize + 0x20), "{elf:?}");
        }
    }
}

#[test]
fn the_hash_table_of_s390_has_64_bits() {
    for elf in elf::all(&symbols()) {
        let elf = Elf { machine: S390, ..elf };
        assert_eq!(offset(&elf, NAME, VERSION), Some(CODE as usize + 0x20), "{elf:?}");
    }
}

#[test]
fn what_is_no_shared_object_is_no_image() {
    let whole = elf::all(&symbols()).next().unwrap().write();
    assert!(Image::parse(&whole).is_some());
    assert!(Image::parse(&[]).is_none());
    // The magic, the class, the byte order, the type.
    for (at, byte) in [(0, 0), (3, b'f'), (4, 0), (4, 3), (5, 0), (5, 3), (16, 2), (16, 0)] {
        let mut bytes = whole.clone();
        bytes[at] = byte;
        assert!(Image::parse(&bytes).is_none(), "{byte} at {at}");
    }
}

#[test]
fn without_a_hash_table_there_is_no_image() {
    for elf in elf::all(&symbols()) {
        let bytes = Elf { hash: false, gnu_hash: false, ..elf }.write();
        assert!(Image::parse(&bytes).is_none());
    }
}

/// Whatever is found is inside.
fn look(bytes: &[u8]) -> Option<usize> {
    let image = Image::parse(bytes)?;
    let offset = image.function(NAME, VERSION)?;
    assert!(offset < bytes.len());
    Some(offset)
}

#[test]
fn what_is_cut_off_is_not_read() {
    for elf in elf::all(&symbols()) {
        let bytes = elf.write();
        for length in 0..bytes.len() {
            // A slice of exactly this length, so that a read behind it would be found out.
            let found = look(bytes[..length].to_vec().as_slice());
            assert_eq!(found.is_some(), length > CODE as usize + 0x20, "{length} {elf:?}");
        }
    }
}

#[test]
fn any_wrong_byte_does_no_harm() {
    let live = Image::live().map(|image| image.as_bytes().to_vec());
    // Behind its tables there is only code.
    let live = live.map(|bytes| bytes[..bytes.len().min(0x800)].to_vec());
    for bytes in elf::all(&symbols()).map(|elf| elf.write()).chain(live) {
        for at in 0..bytes.len().min(CODE as usize) {
            let mut wrong = bytes.clone();
            for byte in [0, 1, 0x7f, 0x80, 0xff, bytes[at] ^ 1, bytes[at].wrapping_add(1)] {
                wrong[at] = byte;
                look(&wrong);
            }
        }
    }
}
