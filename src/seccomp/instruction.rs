//! What a filter is made of.

use crate::abi::filter::sock_filter;

/// An instruction of classic BPF, as the kernel has it.
#[doc(alias = "sock_filter")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct Instruction {
    /// The operation.
    pub code: u16,
    /// If it is a condition that holds: how many instructions are jumped over.
    pub jt: u8,
    /// The same if it does not hold.
    pub jf: u8,
    /// The constant.
    pub k: u32,
}

const _: () = assert!(size_of::<Instruction>() == size_of::<sock_filter>());
