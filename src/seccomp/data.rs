//! What a filter sees of a call.

use super::Arch;
use crate::abi::seccomp::seccomp_data;
use core::fmt;
use core::mem::offset_of;

/// What a filter sees of a call, and what a [`run`](super::run) of it is given.
///
/// ```
/// use butter::seccomp::{Arch, Data};
///
/// let data = Data::new(Arch::X86_64, 1).with_args([1, 0, 5, 0, 0, 0]);
/// assert_eq!(data.args()[2], 5);
/// assert_eq!(Data::named(Arch::X86_64, "write"), Some(Data::new(Arch::X86_64, 1)));
/// ```
#[doc(alias = "seccomp_data")]
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Data(seccomp_data);

impl Data {
    /// The call of this number, with zeros for arguments.
    pub const fn new(arch: Arch, number: u32) -> Data {
        Data(seccomp_data { nr: number as i32, arch: arch.audit_arch(), instruction_pointer: 0, args: [0; 6] })
    }

    /// The call of this name; `None` if the architecture has none.
    pub const fn named(arch: Arch, name: &str) -> Option<Data> {
        match arch.number(name) {
            Some(number) => Some(Data::new(arch, number)),
            None => None,
        }
    }

    /// With these arguments.
    pub const fn with_args(self, arguments: [u64; 6]) -> Data {
        Data(seccomp_data { args: arguments, ..self.0 })
    }

    /// With this audit architecture, of which there need not be an [`Arch`].
    pub const fn with_audit_arch(self, audit: u32) -> Data {
        Data(seccomp_data { arch: audit, ..self.0 })
    }

    /// Made at this address.
    pub const fn with_instruction_pointer(self, address: u64) -> Data {
        Data(seccomp_data { instruction_pointer: address, ..self.0 })
    }

    /// The number of the call.
    #[inline]
    pub const fn number(&self) -> u32 {
        self.0.nr as u32
    }

    /// What the kernel calls the architecture whose call it is: see [`Arch::audit_arch`].
    #[inline]
    pub const fn audit_arch(&self) -> u32 {
        self.0.arch
    }

    /// Whether it is a call of this architecture. x86_64 and x32 share an audit architecture, and differ in the number.
    pub const fn is_of(&self, arch: Arch) -> bool {
        self.0.arch == arch.audit_arch() && arch.has(self.number())
    }

    /// The address behind the instruction that makes the call.
    #[inline]
    pub const fn instruction_pointer(&self) -> u64 {
        self.0.instruction_pointer
    }

    /// The arguments, as they are in the registers: what the call does not take is whatever is there.
    #[inline]
    pub const fn args(&self) -> &[u64; 6] {
        &self.0.args
    }

    /// The 32 bits at an offset in bytes, as a program loads them in this order of bytes.
    pub(super) const fn word(&self, offset: u32, big_endian: bool) -> Option<u32> {
        const NR: usize = offset_of!(seccomp_data, nr);
        const ARCH: usize = offset_of!(seccomp_data, arch);
        const POINTER: usize = offset_of!(seccomp_data, instruction_pointer);
        const ARGUMENTS: usize = offset_of!(seccomp_data, args);
        let offset = offset as usize;
        if offset % 4 != 0 || offset >= size_of::<seccomp_data>() {
            return None;
        }
        let long = match offset {
            NR => return Some(self.0.nr as u32),
            ARCH => return Some(self.0.arch),
            POINTER..ARGUMENTS => self.0.instruction_pointer,
            _ => self.0.args[(offset - ARGUMENTS) / 8 % 6],
        };
        let upper = (offset % 8 == 0) == big_endian;
        Some(if upper { (long >> 32) as u32 } else { long as u32 })
    }
}

impl PartialEq for Data {
    fn eq(&self, other: &Data) -> bool {
        (self.number(), self.audit_arch(), self.instruction_pointer(), self.args())
            == (other.number(), other.audit_arch(), other.instruction_pointer(), other.args())
    }
}

impl Eq for Data {}

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Data")
            .field("number", &self.number())
            .field("audit_arch", &format_args!("{:#x}", self.audit_arch()))
            .field("instruction_pointer", &format_args!("{:#x}", self.instruction_pointer()))
            .field("args", &format_args!("{:x?}", self.args()))
            .finish()
    }
}
