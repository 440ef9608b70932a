//! System calls that become a signal, for programs that run what was made for another system.

use crate::abi::prctl as abi;
use crate::errno::Result;
use core::sync::atomic::AtomicU8;

/// Which system calls may become a `SIGSYS`: those of the code in this memory, or all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dispatch {
    /// Those outside of it.
    #[doc(alias = "PR_SYS_DISPATCH_EXCLUSIVE_ON")]
    #[doc(alias = "PR_SYS_DISPATCH_ON")]
    Outside {
        /// Its first byte.
        start: *const (),
        /// How many bytes.
        length: usize,
    },
    /// Those inside of it. Since Linux 6.16.
    #[doc(alias = "PR_SYS_DISPATCH_INCLUSIVE_ON")]
    Inside {
        /// Its first byte.
        start: *const (),
        /// How many bytes.
        length: usize,
    },
}

/// What the byte says that the kernel looks at before each such call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Selector {
    /// The call is made.
    #[doc(alias = "SYSCALL_DISPATCH_FILTER_ALLOW")]
    Allow = abi::SYSCALL_DISPATCH_FILTER_ALLOW,
    /// The call becomes a `SIGSYS`.
    #[doc(alias = "SYSCALL_DISPATCH_FILTER_BLOCK")]
    Block = abi::SYSCALL_DISPATCH_FILTER_BLOCK,
}

/// Has the calling thread's system calls become a `SIGSYS` whenever `selector` holds [`Selector::Block`]; without a selector
/// always. Threads and children do not inherit it. Since Linux 5.11, on x86 and since 6.x on others with the generic entry.
///
/// # Errors
///
/// - `EINVAL`: memory that goes beyond the last address, or an architecture without it.
///
/// # Safety
///
/// - The selector stays where it is, and for this thread alone to change, until it is switched off or the thread ends. Any
///   other value in it ends the process.
/// - The handler of `SIGSYS` does what the caller of each call relies on. It returns by a call that is not itself caught.
#[doc(alias = "PR_SET_SYSCALL_USER_DISPATCH")]
pub unsafe fn syscall_user_dispatch_on(which: Dispatch, selector: Option<&AtomicU8>) -> Result<()> {
    let (mode, start, length) = match which {
        Dispatch::Outside { start, length } => (abi::PR_SYS_DISPATCH_EXCLUSIVE_ON, start, length),
        Dispatch::Inside { start, length } => (abi::PR_SYS_DISPATCH_INCLUSIVE_ON, start, length),
    };
    let selector = selector.map_or(core::ptr::null_mut(), AtomicU8::as_ptr);
    // SAFETY: the caller's promise.
    unsafe { call!(PRCTL, abi::PR_SET_SYSCALL_USER_DISPATCH, mode, start, length, selector) }.unit()
}

/// Has all calls of the calling thread made again.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_SYS_DISPATCH_OFF")]
pub fn syscall_user_dispatch_off() -> Result<()> {
    super::set(abi::PR_SET_SYSCALL_USER_DISPATCH, abi::PR_SYS_DISPATCH_OFF)
}
