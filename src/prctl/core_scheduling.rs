//! Which threads may run on the two halves of a core at the same time: those with the same cookie.

use crate::abi::prctl as abi;
use crate::errno::Result;
use crate::pid::Pid;
use core::mem::MaybeUninit;
use core::ptr;

/// Whose cookie is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Scope {
    /// That of a thread.
    #[doc(alias = "PR_SCHED_CORE_SCOPE_THREAD")]
    Thread = abi::PR_SCHED_CORE_SCOPE_THREAD,
    /// Those of all threads of a process.
    #[doc(alias = "PR_SCHED_CORE_SCOPE_THREAD_GROUP")]
    Process = abi::PR_SCHED_CORE_SCOPE_THREAD_GROUP,
    /// Those of all in a process group.
    #[doc(alias = "PR_SCHED_CORE_SCOPE_PROCESS_GROUP")]
    ProcessGroup = abi::PR_SCHED_CORE_SCOPE_PROCESS_GROUP,
}

/// The cookie of a thread, 0 if it has none; `None` is the calling thread. Since Linux 5.14, with `CONFIG_SCHED_CORE`, as all of
/// these.
///
/// # Errors
///
/// - `ENODEV`: no core of the machine has several threads.
/// - `EPERM`: the caller may not trace it.
/// - `ESRCH`: no such thread.
#[doc(alias = "PR_SCHED_CORE_GET")]
pub fn sched_core_get(thread: Option<Pid>) -> Result<u64> {
    let mut cookie = MaybeUninit::<u64>::uninit();
    // SAFETY: the kernel writes 8 bytes.
    unsafe { sched_core(abi::PR_SCHED_CORE_GET, thread, Scope::Thread, cookie.as_mut_ptr()) }?;
    // SAFETY: the call succeeded, so the kernel has written them.
    Ok(unsafe { cookie.assume_init() })
}

/// Gives a new cookie, which nobody else has. `None` is the calling thread, or its process or group.
///
/// # Errors
///
/// - `ENODEV`: no core of the machine has several threads.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `EPERM`: the caller may not trace them.
/// - `ESRCH`: no such thread, process or group.
#[doc(alias = "PR_SCHED_CORE_CREATE")]
pub fn sched_core_create(who: Option<Pid>, scope: Scope) -> Result<()> {
    // SAFETY: it writes nothing.
    unsafe { sched_core(abi::PR_SCHED_CORE_CREATE, who, scope, ptr::null_mut()) }
}

/// Gives them the cookie of the calling thread.
///
/// # Errors
///
/// - `ENODEV`: no core of the machine has several threads.
/// - `EPERM`: the caller may not trace them.
/// - `ESRCH`: no such thread, process or group.
#[doc(alias = "PR_SCHED_CORE_SHARE_TO")]
pub fn sched_core_share_to(who: Pid, scope: Scope) -> Result<()> {
    // SAFETY: it writes nothing.
    unsafe { sched_core(abi::PR_SCHED_CORE_SHARE_TO, Some(who), scope, ptr::null_mut()) }
}

/// Gives the calling thread the cookie of that thread.
///
/// # Errors
///
/// - `ENODEV`: no core of the machine has several threads.
/// - `EPERM`: the caller may not trace it.
/// - `ESRCH`: no such thread.
#[doc(alias = "PR_SCHED_CORE_SHARE_FROM")]
pub fn sched_core_share_from(thread: Pid) -> Result<()> {
    // SAFETY: it writes nothing.
    unsafe { sched_core(abi::PR_SCHED_CORE_SHARE_FROM, Some(thread), Scope::Thread, ptr::null_mut()) }
}

/// # Safety
///
/// For `PR_SCHED_CORE_GET`, 8 bytes may be written to `cookie`.
unsafe fn sched_core(command: u32, who: Option<Pid>, scope: Scope, cookie: *mut u64) -> Result<()> {
    let who = who.map_or(0, Pid::number);
    // SAFETY: the caller's promise.
    unsafe { call!(PRCTL, abi::PR_SCHED_CORE, command, who, scope as u32, cookie) }.unit()
}
