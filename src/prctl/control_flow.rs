//! Where a program may jump and return to, as the processor sees to it.

use super::set;
use crate::abi::prctl as abi;
use crate::arch::Arg;
use crate::errno::Result;
use crate::flags::flags;
use core::mem::MaybeUninit;

flags! {
    /// What a thread may do with its shadow stack, on which the processor keeps a second copy of where to return.
    ShadowStack: usize {
        /// It has one.
        #[doc(alias = "PR_SHADOW_STACK_ENABLE")]
        const ENABLE = abi::PR_SHADOW_STACK_ENABLE as usize;
        /// It may write to it.
        #[doc(alias = "PR_SHADOW_STACK_WRITE")]
        const WRITE = abi::PR_SHADOW_STACK_WRITE as usize;
        /// It may push to it.
        #[doc(alias = "PR_SHADOW_STACK_PUSH")]
        const PUSH = abi::PR_SHADOW_STACK_PUSH as usize;
    }
}

flags! {
    /// What is set of the landing pads: a jump to an address in a register has to come to one.
    Cfi: usize {
        /// It has to.
        #[doc(alias = "PR_CFI_ENABLE")]
        const ENABLE = abi::PR_CFI_ENABLE as usize;
        /// It need not.
        #[doc(alias = "PR_CFI_DISABLE")]
        const DISABLE = abi::PR_CFI_DISABLE as usize;
        /// With `ENABLE`: for good.
        #[doc(alias = "PR_CFI_LOCK")]
        const LOCK = abi::PR_CFI_LOCK as usize;
    }
}

/// What holds for the calling thread. arm64 with GCS, since Linux 6.13; riscv with Zicfiss, since 7.0. On x86 it is
/// `arch_prctl`.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_GET_SHADOW_STACK_STATUS")]
pub fn get_shadow_stack_status() -> Result<ShadowStack> {
    let mut status = MaybeUninit::<usize>::uninit();
    // SAFETY: the kernel writes one word.
    unsafe { call!(PRCTL, abi::PR_GET_SHADOW_STACK_STATUS, status.as_mut_ptr(), 0, 0, 0) }.unit()?;
    // SAFETY: the call succeeded, so the kernel has written it.
    Ok(ShadowStack::from_bits(unsafe { status.assume_init() }))
}

/// Gives the calling thread a shadow stack, or takes it. Threads that it makes get one, too.
///
/// # Errors
///
/// - `EBUSY`: it is locked.
/// - `EINVAL`: a flag that this kernel does not know.
/// - `ENOMEM`: the kernel has no memory for it.
///
/// # Safety
///
/// The function that calls this, and all that have called it, do not return: where to is not on the new stack. Nor may they after
/// it has been taken, if they have been called with it.
#[doc(alias = "PR_SET_SHADOW_STACK_STATUS")]
pub unsafe fn set_shadow_stack_status(status: ShadowStack) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe { call!(PRCTL, abi::PR_SET_SHADOW_STACK_STATUS, Arg::from(status.bits()), 0, 0, 0) }.unit()
}

/// Locks these flags as they are, for good.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_LOCK_SHADOW_STACK_STATUS")]
pub fn lock_shadow_stack_status(flags: ShadowStack) -> Result<()> {
    set(abi::PR_LOCK_SHADOW_STACK_STATUS, flags.bits())
}

/// What holds for the landing pads of the calling thread. riscv with Zicfilp, since Linux 7.0.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_GET_CFI")]
#[doc(alias = "PR_CFI_BRANCH_LANDING_PADS")]
pub fn get_cfi() -> Result<Cfi> {
    let mut state = MaybeUninit::<usize>::uninit();
    let which = abi::PR_CFI_BRANCH_LANDING_PADS;
    // SAFETY: the kernel writes one word.
    unsafe { call!(PRCTL, abi::PR_GET_CFI, which, state.as_mut_ptr(), 0, 0) }.unit()?;
    // SAFETY: the call succeeded, so the kernel has written it.
    Ok(Cfi::from_bits(unsafe { state.assume_init() }))
}

/// Says whether jumps of the calling thread have to come to landing pads. A program that was not built for it is ended by its
/// next jump.
///
/// # Errors
///
/// - `EINVAL`: not one of `ENABLE` and `DISABLE`, or a flag that this kernel does not know; or it is locked.
#[doc(alias = "PR_SET_CFI")]
pub fn set_cfi(state: Cfi) -> Result<()> {
    super::set2(abi::PR_SET_CFI, abi::PR_CFI_BRANCH_LANDING_PADS, state.bits())
}
