//! libseccomp, where there is one: found at run time, as nothing else of the package needs it.

use super::{FAMILIES, NAMESPACES, PERSONALITIES, names, written};
use butter::seccomp::Instruction;
use std::ffi::{CStr, CString, c_char, c_int, c_uint, c_void};
use std::io;
use std::mem;
use std::time::{Duration, Instant};

pub const SCMP_ACT_ALLOW: u32 = 0x7fff_0000;
pub const SCMP_ACT_ERRNO: u32 = 0x0005_0000;
const SCMP_CMP_LT: c_int = 2;
const SCMP_CMP_EQ: c_int = 4;
const SCMP_CMP_MASKED_EQ: c_int = 7;
const SCMP_FLTATR_CTL_OPTIMIZE: c_int = 8;
const SCMP_ARCH_X86: u32 = 0x4000_0003;
const SCMP_ARCH_X32: u32 = 0x4000_003e;

#[repr(C)]
pub struct Comparison {
    pub argument: c_uint,
    /// Of the header's `scmp_compare`.
    pub operation: c_int,
    pub datum_a: u64,
    pub datum_b: u64,
}

type Context = *mut c_void;

pub struct Library {
    init: unsafe extern "C" fn(u32) -> Context,
    release: unsafe extern "C" fn(Context),
    attribute: unsafe extern "C" fn(Context, c_int, u32) -> c_int,
    architecture: unsafe extern "C" fn(Context, u32) -> c_int,
    resolve: unsafe extern "C" fn(*const c_char) -> c_int,
    rule: unsafe extern "C" fn(Context, u32, c_int, c_uint, *const Comparison) -> c_int,
    export: unsafe extern "C" fn(Context, c_int) -> c_int,
}

impl Library {
    pub fn open() -> Option<Library> {
        // SAFETY: the names and the types are those of the library's header.
        unsafe {
            let library = libc::dlopen(c"libseccomp.so.2".as_ptr(), libc::RTLD_NOW);
            if library.is_null() {
                return None;
            }
            Some(Library {
                init: symbol(library, c"seccomp_init")?,
                release: symbol(library, c"seccomp_release")?,
                attribute: symbol(library, c"seccomp_attr_set")?,
                architecture: symbol(library, c"seccomp_arch_add")?,
                resolve: symbol(library, c"seccomp_syscall_resolve_name")?,
                rule: symbol(library, c"seccomp_rule_add_array")?,
                export: symbol(library, c"seccomp_export_bpf")?,
            })
        }
    }

    /// The profile, and how long it took. What the library refuses is left out.
    pub fn docker(&self, level: u32, mixed: bool) -> io::Result<(Vec<Instruction>, Option<Duration>)> {
        let start = Instant::now();
        let (program, time) = self
            .compile(SCMP_ACT_ERRNO | 1, level, mixed, |add| {
                let number = |name: &str| {
                    // SAFETY: the name ends with a NUL.
                    CString::new(name).map_or(-1, |name| unsafe { (self.resolve)(name.as_ptr()) })
                };
                let add = |name: &str, action: u32, condition: Option<(c_int, u64)>| {
                    // A mask comes before the value, which is 0.
                    let comparison = condition.map(|(operation, datum_a)| Comparison {
                        argument: 0,
                        operation,
                        datum_a,
                        datum_b: 0,
                    });
                    add(number(name), action, comparison.as_slice());
                };
                for name in names() {
                    add(name, SCMP_ACT_ALLOW, None);
                }
                add("socket", SCMP_ACT_ALLOW, Some((SCMP_CMP_LT, 12)));
                for family in FAMILIES {
                    add("socket", SCMP_ACT_ALLOW, Some((SCMP_CMP_EQ, family)));
                }
                for personality in PERSONALITIES {
                    add("personality", SCMP_ACT_ALLOW, Some((SCMP_CMP_EQ, personality)));
                }
                add("clone", SCMP_ACT_ALLOW, Some((SCMP_CMP_MASKED_EQ, NAMESPACES)));
                add("clone3", SCMP_ACT_ERRNO | 38, None);
            })
            .map(|program| (program, start.elapsed()))?;
        Ok((program, Some(time)))
    }

    /// What the library makes of rules: `fill` gets a function that adds one, with its number, action and comparisons, and gives
    /// what the library says to it.
    pub fn compile(
        &self,
        default: u32,
        level: u32,
        mixed: bool,
        fill: impl FnOnce(&dyn Fn(c_int, u32, &[Comparison]) -> c_int),
    ) -> io::Result<Vec<Instruction>> {
        // SAFETY: the context is the library's own and is released, and the comparisons are as many as is said.
        let bytes = unsafe {
            let context = (self.init)(default);
            (self.attribute)(context, SCMP_FLTATR_CTL_OPTIMIZE, level);
            if mixed {
                (self.architecture)(context, SCMP_ARCH_X86);
                (self.architecture)(context, SCMP_ARCH_X32);
            }
            fill(&|number, action, comparisons| {
                (self.rule)(context, action, number, comparisons.len() as c_uint, comparisons.as_ptr())
            });
            let bytes = written(|fd| (self.export)(context, fd) == 0);
            (self.release)(context);
            bytes?
        };
        let line = |line: &[u8]| {
            let word = |at: usize| u16::from_ne_bytes([line[at], line[at + 1]]);
            Instruction::new(word(0), line[2], line[3], u32::from(word(4)) | u32::from(word(6)) << 16)
        };
        Ok(bytes.chunks_exact(8).map(line).collect())
    }
}

/// A function of the library.
///
/// # Safety
///
/// `F` is the type of a pointer to it.
unsafe fn symbol<F: Copy>(library: *mut c_void, name: &CStr) -> Option<F> {
    // SAFETY: the library is open.
    let pointer = unsafe { libc::dlsym(library, name.as_ptr()) };
    // SAFETY: a pointer to a function is like one to data here; the rest is the caller's promise.
    (!pointer.is_null()).then(|| unsafe { mem::transmute_copy(&pointer) })
}
