//! What a thread or a process asks the kernel to do otherwise for it.
//!
//! ```
//! use butter::prctl;
//!
//! prctl::set_name("worker")?;
//! assert_eq!(prctl::get_name()?.as_bytes(), b"worker");
//! prctl::set_no_new_privs()?;
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! | what | functions |
//! |---|---|
//! | the thread | [`get_name`], [`set_name`], [`get_pdeathsig`], [`set_pdeathsig`], [`get_timerslack`], [`set_timerslack`], [`get_io_flusher`], [`set_io_flusher`], [`get_tid_address`], [`get_mce_kill`], [`set_mce_kill`], [`task_perf_events_disable`], [`task_perf_events_enable`], [`get_rseq_slice_extension`], [`set_rseq_slice_extension`] |
//! | the process | [`get_dumpable`], [`set_dumpable`], [`get_child_subreaper`], [`set_child_subreaper`], [`get_no_new_privs`], [`set_no_new_privs`], [`set_ptracer`], [`get_timer_create_restore_ids`], [`set_timer_create_restore_ids`], [`get_futex_hash_slots`], [`set_futex_hash_slots`] |
//! | its memory | [`get_thp`], [`set_thp`], [`get_mdwe`], [`set_mdwe`], [`get_memory_merge`], [`set_memory_merge`], [`set_vma_anon_name`], [`get_auxv`], [`set_mm`], [`set_mm_exe_file`], [`set_mm_map`] |
//! | the processor | [`get_speculation_ctrl`], [`set_speculation_ctrl`], [`sched_core_get`], [`sched_core_create`], [`sched_core_share_to`], [`sched_core_share_from`], [`get_tsc`], [`set_tsc`], … |
//! | control flow | [`get_shadow_stack_status`], [`set_shadow_stack_status`], [`lock_shadow_stack_status`], [`get_cfi`], [`set_cfi`] |
//! | system calls | [`syscall_user_dispatch_on`], [`syscall_user_dispatch_off`] |
//! | arm64, powerpc, riscv, mips and more | in [`machine`] |
//!
//! Capabilities, and which of them a change of user keeps, are in [`caps`](crate::caps). For the options that have no function
//! here there is [`prctl`] itself: those are `PR_GET_TIMING` and `PR_SET_TIMING`, where the kernel has never had more than one value;
//! `PR_GET_FPEMU` and `PR_SET_FPEMU`, of ia64, which is no more; and `PR_MPX_ENABLE_MANAGEMENT` and `PR_MPX_DISABLE_MANAGEMENT`, which
//! Linux 5.6 has dropped.
//!
//! An option that this kernel or this architecture does not know gives `EINVAL`, and this is not repeated below.
//!
//! See `prctl(2)`, and the page of each option, such as `PR_SET_NAME(2const)`.

mod control_flow;
mod core_scheduling;
mod dispatch;
pub mod machine;
mod memory;
mod mm;
mod process;
mod speculation;
mod thread;

pub use control_flow::{
    Cfi, ShadowStack, get_cfi, get_shadow_stack_status, lock_shadow_stack_status, set_cfi, set_shadow_stack_status,
};
pub use core_scheduling::{Scope, sched_core_create, sched_core_get, sched_core_share_from, sched_core_share_to};
pub use dispatch::{Dispatch, Selector, syscall_user_dispatch_off, syscall_user_dispatch_on};
pub use machine::x86::{Tsc, get_tsc, set_tsc};
pub use memory::{
    Mdwe, Thp, get_auxv, get_mdwe, get_memory_merge, get_thp, set_mdwe, set_memory_merge, set_thp, set_vma_anon_name,
};
pub use mm::{MmField, MmMap, set_mm, set_mm_auxv, set_mm_exe_file, set_mm_map};
pub use process::{
    Dumpable, Ptracer, get_child_subreaper, get_dumpable, get_futex_hash_slots, get_no_new_privs,
    get_timer_create_restore_ids, set_child_subreaper, set_dumpable, set_futex_hash_slots, set_no_new_privs,
    set_ptracer, set_timer_create_restore_ids,
};
pub use speculation::{Speculation, SpeculationControl, get_speculation_ctrl, set_speculation_ctrl};
pub use thread::{
    MceKill, Name, get_io_flusher, get_mce_kill, get_name, get_pdeathsig, get_rseq_slice_extension, get_tid_address,
    get_timerslack, set_io_flusher, set_mce_kill, set_name, set_pdeathsig, set_rseq_slice_extension, set_timerslack,
    task_perf_events_disable, task_perf_events_enable,
};

use crate::arch::Arg;
use crate::errno::Result;
use core::mem::MaybeUninit;

/// Any option by its number, with all four arguments: those that the option does not have are 0. Gives what the call gives.
///
/// ```
/// use butter::prctl;
///
/// const PR_GET_TIMING: u32 = 13;
/// let none = [0.into(); 4];
/// // SAFETY: this option has no argument.
/// assert_eq!(unsafe { prctl::prctl(PR_GET_TIMING, none) }, Ok(0));
/// # Ok::<(), butter::Errno>(())
/// ```
///
/// # Errors
///
/// - `EINVAL`: the kernel does not know the option, or not with these arguments.
/// - and what the option says.
///
/// # Safety
///
/// What the option does must be sound: pointers among the arguments are valid for all that the kernel reads and writes, now and
/// as long as it keeps them, and the program can live with what changes.
#[inline]
pub unsafe fn prctl(option: u32, arguments: [Arg; 4]) -> Result<usize> {
    let [a, b, c, d] = arguments;
    // SAFETY: the caller's promise.
    unsafe { call!(PRCTL, option, a, b, c, d) }.result()
}

/// Sets an option that takes a number, and by which no memory of the program is written or changes what it holds.
#[inline]
fn set(option: u32, value: impl Into<Arg>) -> Result<()> {
    set2(option, value, 0)
}

/// [`set`] for an option that takes two.
#[inline]
fn set2(option: u32, value: impl Into<Arg>, second: impl Into<Arg>) -> Result<()> {
    // SAFETY: the option takes no pointer.
    unsafe { call_readonly!(PRCTL, option, value.into(), second.into(), 0, 0) }.unit()
}

/// What an option gives as the result of the call.
#[inline]
fn get(option: u32, argument: u32) -> Result<u32> {
    // SAFETY: the option takes no pointer.
    unsafe { call_readonly!(PRCTL, option, argument, 0, 0, 0) }.int().map(|value| value as u32)
}

/// What an option gives by writing an `int`.
#[inline]
fn get_int(option: u32) -> Result<i32> {
    let mut value = MaybeUninit::<i32>::uninit();
    // SAFETY: the option takes the address of an `int`.
    unsafe { call!(PRCTL, option, value.as_mut_ptr(), 0, 0, 0) }.unit()?;
    // SAFETY: the call succeeded, so the kernel has written it.
    Ok(unsafe { value.assume_init() })
}
