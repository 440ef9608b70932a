//! The calls: `seccomp(2)`, and what `prctl(2)` has of it.

use super::{Action, Instruction};
use crate::abi::filter::sock_fprog;
use crate::abi::prctl::{PR_GET_SECCOMP, PR_SET_SECCOMP};
use crate::abi::seccomp as abi;
use crate::errno::{Errno, Result};
use crate::fd::{FromRawFd, OwnedFd};
use crate::flags::flags;
use crate::pid::Pid;
use core::{mem::MaybeUninit, ptr};

flags! {
    /// How a filter is installed.
    FilterFlags: u32 {
        /// For all threads of the process: each gets the calling one's filters in place of its own, and its `no_new_privs`
        /// too. If one has a filter that the calling thread does not have, or is in strict mode, nothing is installed: the
        /// outcome is [`Unsynced`](FilterOutcome::Unsynced). Since Linux 3.17.
        #[doc(alias = "SECCOMP_FILTER_FLAG_TSYNC")]
        const TSYNC = abi::SECCOMP_FILTER_FLAG_TSYNC;
        /// Every action of this filter but to allow is logged, as far as the setting `actions_logged` of the system allows.
        /// Since Linux 4.14.
        #[doc(alias = "SECCOMP_FILTER_FLAG_LOG")]
        const LOG = abi::SECCOMP_FILTER_FLAG_LOG;
        /// The processor's bypass of speculative stores stays as it is. Before Linux 5.16 a filter turns it off without this,
        /// which makes the program slower. Since Linux 4.17.
        #[doc(alias = "SECCOMP_FILTER_FLAG_SPEC_ALLOW")]
        const SPEC_ALLOW = abi::SECCOMP_FILTER_FLAG_SPEC_ALLOW;
        /// The filter has a listener, which gets the calls that are to be notified: [`Action::Notify`]. Since Linux 5.0.
        #[doc(alias = "SECCOMP_FILTER_FLAG_NEW_LISTENER")]
        const NEW_LISTENER = abi::SECCOMP_FILTER_FLAG_NEW_LISTENER;
        /// With `TSYNC`: a thread that cannot follow is the error `ESRCH`, and not told. With `NEW_LISTENER`, whose descriptor
        /// could not be told from a thread, there is no `TSYNC` without it. Since Linux 5.7.
        #[doc(alias = "SECCOMP_FILTER_FLAG_TSYNC_ESRCH")]
        const TSYNC_ESRCH = abi::SECCOMP_FILTER_FLAG_TSYNC_ESRCH;
        /// With `NEW_LISTENER`: once a notification has been received, its thread waits for the answer whatever signals come,
        /// but for those that kill it. Without this a signal handler interrupts the call, which is then made anew if it is to be
        /// restarted, and notified a second time. Since Linux 5.19.
        #[doc(alias = "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV")]
        const WAIT_KILLABLE_RECV = abi::SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
    }
}

/// What came of a filter that was to be installed.
#[derive(Debug)]
#[must_use = "the filter may not be installed"]
pub enum FilterOutcome {
    /// It is installed.
    Installed,
    /// It is installed, and this is its listener: [`NEW_LISTENER`](FilterFlags::NEW_LISTENER).
    Listener(OwnedFd),
    /// It is not installed, as this thread could not follow: [`TSYNC`](FilterFlags::TSYNC).
    Unsynced(Pid),
}

/// The calling thread may only `read`, `write`, end itself (`exit`, not `exit_group`) and come back from signal handlers. Any
/// other call ends it by a `SIGKILL`.
///
/// # Errors
///
/// - `EINVAL`: the thread has a filter; or the kernel was built without seccomp.
///
/// # Safety
///
/// The thread ends without unwinding if it makes another call, as it does to return from its function. Nobody borrows from
/// its stack.
#[doc(alias = "SECCOMP_SET_MODE_STRICT")]
pub unsafe fn set_mode_strict() -> Result<()> {
    // SAFETY: the call has no pointer, and the caller's promise.
    unsafe { call_readonly!(SECCOMP, abi::SECCOMP_SET_MODE_STRICT, 0, ptr::null::<()>()) }.unit()
}

/// Installs a filter in the calling thread, upon those that it has: all of them look at every call, and the action that stands
/// first in [`Action`] wins. Its children and the threads that it starts have it too, and it is there for good, over `exec` as
/// well.
///
/// # Errors
///
/// - `EACCES`: the thread lacks `CAP_SYS_ADMIN` in its user namespace, and has not
///   [set `no_new_privs`](crate::prctl::set_no_new_privs).
/// - `EBUSY`: `NEW_LISTENER`, and a filter of the thread has a listener that is still open.
/// - `EINVAL`: the program is empty, has more than 4,096 instructions, or is one that the kernel does not accept; a flag that
///   this kernel does not know, or that needs another; the thread is in strict mode; or the kernel was built without seccomp.
/// - `EMFILE`, `ENFILE`: `NEW_LISTENER`, and the process, or the system, has as many open files as it may.
/// - `ENOMEM`: the kernel has no memory for it; or the filters of the thread together would have more than 32,768
///   instructions: those that the kernel makes of them, up to twice as many, and four more for each filter that is there already.
/// - `ENOSYS`: before Linux 3.17.
/// - `ESRCH`: `TSYNC`, and some thread could not follow: with `TSYNC_ESRCH`, or if its number is not visible here.
///
/// # Safety
///
/// A filter answers in the kernel's place, and what relies on the kernel's word relies on it from now on, in every thread that
/// has the filter:
///
/// - No call seems to succeed that was not made, unless nothing is done with its result: [`Action::Nothing`], or what a listener
///   ([`Action::Notify`]) or a tracer ([`Action::Trace`]) makes of it. A `read` that reads nothing but gives a length would have
///   its caller look at memory that nobody has written.
/// - `rt_sigreturn` does not fail: the code behind it is not made to be reached.
/// - If a thread is to end alone ([`Action::KillThread`]), nobody borrows from its stack, which is not unwound.
///
/// So a filter that allows a call, makes it fail with an error, or ends the process keeps the promise.
#[doc(alias = "SECCOMP_SET_MODE_FILTER")]
pub unsafe fn set_mode_filter(flags: FilterFlags, program: &[Instruction]) -> Result<FilterOutcome> {
    let program = fprog(program)?;
    // SAFETY: the kernel reads the program and its instructions; the rest is the caller's promise.
    let ret = unsafe { call_readonly!(SECCOMP, abi::SECCOMP_SET_MODE_FILTER, flags.bits(), &raw const program) };
    let value = ret.int()?;
    Ok(match Pid::new(value) {
        _ if flags.contains(FilterFlags::NEW_LISTENER) => {
            // SAFETY: with this flag a value is a new descriptor, and it is ours.
            FilterOutcome::Listener(unsafe { OwnedFd::from_raw_fd(value) })
        }
        Some(thread) => FilterOutcome::Unsynced(thread),
        None => FilterOutcome::Installed,
    })
}

/// The kernel's form of a program. A length that does not fit in 16 bits is beyond what it takes.
fn fprog(program: &[Instruction]) -> Result<sock_fprog> {
    let len = u16::try_from(program.len()).map_err(|_| Errno::EINVAL)?;
    Ok(sock_fprog { len, filter: program.as_ptr().cast() })
}

/// Whether this kernel knows the action, whatever goes with it. A filter may return one that it does not know: then it
/// [kills the process](Action::KillProcess). Since Linux 4.14.
///
/// # Errors
///
/// - `EINVAL`: before Linux 4.14, or the kernel was built without seccomp.
/// - `ENOSYS`: before Linux 3.17.
#[doc(alias = "SECCOMP_GET_ACTION_AVAIL")]
pub fn get_action_avail(action: Action) -> Result<bool> {
    let action = action.value() & abi::SECCOMP_RET_ACTION_FULL;
    // SAFETY: the kernel reads one number.
    match unsafe { call_readonly!(SECCOMP, abi::SECCOMP_GET_ACTION_AVAIL, 0, &raw const action) }.unit() {
        Err(Errno::EOPNOTSUPP) => Ok(false),
        result => result.map(|()| true),
    }
}

/// How large this kernel's structs of the [notification](super::notify) are, in bytes. A newer kernel may have larger ones.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct NotifSizes(abi::seccomp_notif_sizes);

impl NotifSizes {
    /// Of a notification.
    #[doc(alias = "seccomp_notif")]
    #[inline]
    pub fn notif(&self) -> usize {
        self.0.seccomp_notif.into()
    }

    /// Of a response.
    #[doc(alias = "seccomp_notif_resp")]
    #[inline]
    pub fn resp(&self) -> usize {
        self.0.seccomp_notif_resp.into()
    }

    /// Of what a filter looks at, and of that part of a notification.
    #[doc(alias = "seccomp_data")]
    #[inline]
    pub fn data(&self) -> usize {
        self.0.seccomp_data.into()
    }
}

impl core::fmt::Debug for NotifSizes {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut sizes = f.debug_struct("NotifSizes");
        sizes.field("notif", &self.notif()).field("resp", &self.resp()).field("data", &self.data()).finish()
    }
}

/// Asks for the sizes. Since Linux 5.0.
///
/// # Errors
///
/// - `EINVAL`: before Linux 5.0, or the kernel was built without seccomp.
/// - `ENOSYS`: before Linux 3.17.
#[doc(alias = "SECCOMP_GET_NOTIF_SIZES")]
pub fn get_notif_sizes() -> Result<NotifSizes> {
    let mut sizes = MaybeUninit::<NotifSizes>::uninit();
    // SAFETY: the kernel writes three numbers of 16 bits.
    unsafe { call!(SECCOMP, abi::SECCOMP_GET_NOTIF_SIZES, 0, sizes.as_mut_ptr()) }.unit()?;
    // SAFETY: the call succeeded, so the kernel has written them.
    Ok(unsafe { sizes.assume_init() })
}

/// [`set_mode_strict`] as kernels before Linux 3.17 know it.
///
/// # Errors
///
/// Those of [`set_mode_strict`].
///
/// # Safety
///
/// That of [`set_mode_strict`].
#[doc(alias = "PR_SET_SECCOMP")]
#[doc(alias = "SECCOMP_MODE_STRICT")]
pub unsafe fn set_seccomp_strict() -> Result<()> {
    // SAFETY: the call has no pointer, and the caller's promise.
    unsafe { call_readonly!(PRCTL, PR_SET_SECCOMP, abi::SECCOMP_MODE_STRICT, ptr::null::<()>()) }.unit()
}

/// [`set_mode_filter`] without flags as kernels before Linux 3.17 know it. Since Linux 3.5.
///
/// # Errors
///
/// Those of [`set_mode_filter`] without flags, but for `ENOSYS`.
///
/// # Safety
///
/// That of [`set_mode_filter`].
#[doc(alias = "PR_SET_SECCOMP")]
#[doc(alias = "SECCOMP_MODE_FILTER")]
pub unsafe fn set_seccomp_filter(program: &[Instruction]) -> Result<()> {
    let program = fprog(program)?;
    // SAFETY: the kernel reads the program and its instructions; the rest is the caller's promise.
    unsafe { call_readonly!(PRCTL, PR_SET_SECCOMP, abi::SECCOMP_MODE_FILTER, &raw const program) }.unit()
}

/// What seccomp does to a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Nothing.
    #[doc(alias = "SECCOMP_MODE_DISABLED")]
    Disabled,
    /// It looks at each call with a filter.
    #[doc(alias = "SECCOMP_MODE_FILTER")]
    Filter,
    /// One that this crate does not know.
    Other(i32),
}

/// Whether the calling thread has a filter. In strict mode this call ends it, and a filter may do with it as with any other. To
/// ask without risk, and about any thread, there is the line `Seccomp:` of `/proc/PID/status`.
///
/// # Errors
///
/// - `EINVAL`: the kernel was built without seccomp.
#[doc(alias = "PR_GET_SECCOMP")]
pub fn get_seccomp() -> Result<Mode> {
    // SAFETY: the call has no pointer.
    Ok(match unsafe { call_readonly!(PRCTL, PR_GET_SECCOMP) }.int()? {
        abi::SECCOMP_MODE_DISABLED => Mode::Disabled,
        abi::SECCOMP_MODE_FILTER => Mode::Filter,
        mode => Mode::Other(mode),
    })
}
