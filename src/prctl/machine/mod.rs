//! Options of one architecture, each in a module of its name. Elsewhere they give `EINVAL`.

pub mod arm64;
pub mod mips;
pub mod powerpc;
pub mod riscv;
pub(super) mod x86;

use super::{get_int, set};
use crate::abi::prctl as abi;
use crate::errno::Result;
use crate::flags::flags;

flags! {
    /// What happens when the process reads or writes at an address that is not aligned: none of these is that the kernel does it
    /// for it, and says so in its log.
    Unalign: u32 {
        /// The kernel says nothing.
        #[doc(alias = "PR_UNALIGN_NOPRINT")]
        const NOPRINT = abi::PR_UNALIGN_NOPRINT;
        /// The process gets a `SIGBUS`.
        #[doc(alias = "PR_UNALIGN_SIGBUS")]
        const SIGBUS = abi::PR_UNALIGN_SIGBUS;
    }
}

/// What happens when the process reads or writes at an address that is not aligned. powerpc, alpha, parisc and sh.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_GET_UNALIGN")]
pub fn get_unalign() -> Result<Unalign> {
    get_int(abi::PR_GET_UNALIGN).map(|bits| Unalign::from_bits(bits as u32))
}

/// Says what happens when the process reads or writes at an address that is not aligned.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_SET_UNALIGN")]
pub fn set_unalign(unalign: Unalign) -> Result<()> {
    set(abi::PR_SET_UNALIGN, unalign.bits())
}
