//! The process.

use super::{get, get_int, set, set2};
use crate::abi::prctl as abi;
use crate::errno::Result;
use crate::pid::Pid;

/// Whether a process leaves a core dump, and whether others may trace it and read its memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dumpable {
    /// No core dump; only root traces it, and its files in `/proc` belong to root.
    Disabled,
    /// As a program is that has brought no privileges.
    Enabled,
    /// A core dump for root only. It is not to be set: `/proc/sys/fs/suid_dumpable` gives it to programs with privileges.
    Root,
}

/// Whether the process leaves a core dump and may be traced.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_GET_DUMPABLE")]
pub fn get_dumpable() -> Result<Dumpable> {
    Ok(match get(abi::PR_GET_DUMPABLE, 0)? {
        0 => Dumpable::Disabled,
        1 => Dumpable::Enabled,
        _ => Dumpable::Root,
    })
}

/// Says whether the process leaves a core dump and may be traced. A change of user or capabilities, and executing a program that
/// brings privileges, disable it; any other program enables it again.
///
/// # Errors
///
/// - `EINVAL`: [`Root`](Dumpable::Root).
#[doc(alias = "PR_SET_DUMPABLE")]
pub fn set_dumpable(dumpable: Dumpable) -> Result<()> {
    set(
        abi::PR_SET_DUMPABLE,
        match dumpable {
            Dumpable::Disabled => 0_u32,
            Dumpable::Enabled => 1,
            Dumpable::Root => 2,
        },
    )
}

/// Whether the process is a subreaper: see [`set_child_subreaper`].
///
/// # Errors
///
/// None.
#[doc(alias = "PR_GET_CHILD_SUBREAPER")]
pub fn get_child_subreaper() -> Result<bool> {
    get_int(abi::PR_GET_CHILD_SUBREAPER).map(|value| value != 0)
}

/// Makes the process the parent of those below it whose own parent has ended, as init is otherwise. Its children do not inherit
/// it; it is kept over `exec`. Since Linux 3.4.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_SET_CHILD_SUBREAPER")]
pub fn set_child_subreaper(subreaper: bool) -> Result<()> {
    set(abi::PR_SET_CHILD_SUBREAPER, u32::from(subreaper))
}

/// Whether no program brings the calling thread privileges any more.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_GET_NO_NEW_PRIVS")]
pub fn get_no_new_privs() -> Result<bool> {
    get(abi::PR_GET_NO_NEW_PRIVS, 0).map(|value| value != 0)
}

/// Has no program bring the calling thread privileges any more: bits of another user or group and capabilities of a file have no
/// effect in an `exec`. There is no way back, and what the thread makes inherits it. A seccomp filter or a landlock ruleset needs
/// it from who has no privileges. Since Linux 3.5.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_SET_NO_NEW_PRIVS")]
pub fn set_no_new_privs() -> Result<()> {
    set(abi::PR_SET_NO_NEW_PRIVS, 1)
}

/// Who may trace the process, beside its parent, where the module Yama allows that to parents only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ptracer {
    /// Nobody else.
    None,
    /// A process, and what it makes.
    Process(Pid),
    /// Whoever the other rules allow it.
    #[doc(alias = "PR_SET_PTRACER_ANY")]
    Any,
}

/// Says who may trace the process, for a crash handler that is no parent of it. Since Linux 3.4, with `CONFIG_SECURITY_YAMA`.
///
/// # Errors
///
/// - `EINVAL`: no such process; or there is no Yama.
#[doc(alias = "PR_SET_PTRACER")]
pub fn set_ptracer(tracer: Ptracer) -> Result<()> {
    set(
        abi::PR_SET_PTRACER,
        match tracer {
            Ptracer::None => 0,
            Ptracer::Process(pid) => pid.number() as isize,
            Ptracer::Any => abi::PR_SET_PTRACER_ANY,
        },
    )
}

/// Whether `timer_create` takes the number of the timer: see [`set_timer_create_restore_ids`].
///
/// # Errors
///
/// None.
#[doc(alias = "PR_TIMER_CREATE_RESTORE_IDS_GET")]
pub fn get_timer_create_restore_ids() -> Result<bool> {
    get(abi::PR_TIMER_CREATE_RESTORE_IDS, abi::PR_TIMER_CREATE_RESTORE_IDS_GET)
        .map(|value| value == abi::PR_TIMER_CREATE_RESTORE_IDS_ON)
}

/// Has `timer_create` take the number of the timer from where it writes it to, for programs that restore another. Since Linux
/// 6.15.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_TIMER_CREATE_RESTORE_IDS")]
pub fn set_timer_create_restore_ids(restore: bool) -> Result<()> {
    let mode = if restore { abi::PR_TIMER_CREATE_RESTORE_IDS_ON } else { abi::PR_TIMER_CREATE_RESTORE_IDS_OFF };
    set(abi::PR_TIMER_CREATE_RESTORE_IDS, mode)
}

/// How many slots the process's own table of futexes has; 0 if it uses the one that all share. Since Linux 6.17.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_FUTEX_HASH_GET_SLOTS")]
pub fn get_futex_hash_slots() -> Result<u32> {
    get(abi::PR_FUTEX_HASH, abi::PR_FUTEX_HASH_GET_SLOTS)
}

/// Sets how many slots the process's own table of futexes has: a power of two from 2 on, or 0 to use the one that all share,
/// which is for good. A process gets a table with its first thread. Since Linux 6.17.
///
/// # Errors
///
/// - `EBUSY`: the process uses the table that all share for good.
/// - `EINVAL`: neither 0 nor a power of two from 2 on; or the kernel was built without `CONFIG_FUTEX_PRIVATE_HASH`.
/// - `ENOMEM`: the kernel has no memory for it.
#[doc(alias = "PR_FUTEX_HASH_SET_SLOTS")]
pub fn set_futex_hash_slots(slots: u32) -> Result<()> {
    // The last argument is for flags, of which there are none.
    set2(abi::PR_FUTEX_HASH, abi::PR_FUTEX_HASH_SET_SLOTS, slots)
}
