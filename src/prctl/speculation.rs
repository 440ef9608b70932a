//! What the processor does ahead of time.

use super::{get, set2};
use crate::abi::prctl as abi;
use crate::errno::Result;
use crate::flags::flags;

/// A way in which the processor runs ahead, by which others may see what they should not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Speculation {
    /// It reads memory before an earlier write is done (Spectre 4).
    #[doc(alias = "PR_SPEC_STORE_BYPASS")]
    StoreBypass = abi::PR_SPEC_STORE_BYPASS,
    /// It guesses where a jump goes (Spectre 2). Since Linux 4.20.
    #[doc(alias = "PR_SPEC_INDIRECT_BRANCH")]
    IndirectBranch = abi::PR_SPEC_INDIRECT_BRANCH,
    /// It leaves data in its first cache when another thread comes. To enable the flush is to disable what it prevents. Since
    /// Linux 5.16.
    #[doc(alias = "PR_SPEC_L1D_FLUSH")]
    L1dFlush = abi::PR_SPEC_L1D_FLUSH,
}

flags! {
    /// What is set of a [`Speculation`]: none of these if the processor is not affected.
    SpeculationControl: u32 {
        /// As read: it can be set for a thread.
        #[doc(alias = "PR_SPEC_PRCTL")]
        const PRCTL = abi::PR_SPEC_PRCTL;
        /// The processor does it.
        #[doc(alias = "PR_SPEC_ENABLE")]
        const ENABLE = abi::PR_SPEC_ENABLE;
        /// The processor does not do it.
        #[doc(alias = "PR_SPEC_DISABLE")]
        const DISABLE = abi::PR_SPEC_DISABLE;
        /// It does not do it, and this cannot be taken back.
        #[doc(alias = "PR_SPEC_FORCE_DISABLE")]
        const FORCE_DISABLE = abi::PR_SPEC_FORCE_DISABLE;
        /// It does not do it until an `exec`. Since Linux 5.1.
        #[doc(alias = "PR_SPEC_DISABLE_NOEXEC")]
        const DISABLE_NOEXEC = abi::PR_SPEC_DISABLE_NOEXEC;
    }
}

/// What holds for the calling thread. Since Linux 4.17.
///
/// # Errors
///
/// - `ENODEV`: the kernel does not know it, or has it for no thread on this architecture.
#[doc(alias = "PR_GET_SPECULATION_CTRL")]
pub fn get_speculation_ctrl(which: Speculation) -> Result<SpeculationControl> {
    get(abi::PR_GET_SPECULATION_CTRL, which as u32).map(SpeculationControl::from_bits)
}

/// Says what the processor does for the calling thread: one of the last four. Since Linux 4.17.
///
/// # Errors
///
/// - `ENODEV`: the kernel does not know it, or has it for no thread on this architecture.
/// - `ENXIO`: it cannot be set for a thread: the machine was booted so, or the processor is not affected.
/// - `EPERM`: it is disabled for good; or the machine was booted so.
/// - `ERANGE`: not one of the last four.
#[doc(alias = "PR_SET_SPECULATION_CTRL")]
pub fn set_speculation_ctrl(which: Speculation, control: SpeculationControl) -> Result<()> {
    set2(abi::PR_SET_SPECULATION_CTRL, which as u32, control.bits())
}
