//! The thread.

use super::{get, get_int, set, set2};
use crate::abi::prctl as abi;
use crate::errno::{Errno, Result};
use crate::signal::Signal;
use core::fmt;
use core::mem::MaybeUninit;
use core::time::Duration;

/// The name of a thread: up to 15 bytes, whatever they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Name([u8; 16]);

impl Name {
    /// The bytes.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.split(|byte| *byte == 0).next().unwrap_or_default()
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name(\"{}\")", self.as_bytes().escape_ascii())
    }
}

/// The name of the calling thread. It is that of its program's file until somebody sets another.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_GET_NAME")]
pub fn get_name() -> Result<Name> {
    let mut name = MaybeUninit::<[u8; 16]>::uninit();
    // SAFETY: the kernel writes 16 bytes.
    unsafe { call!(PRCTL, abi::PR_GET_NAME, name.as_mut_ptr(), 0, 0, 0) }.unit()?;
    // SAFETY: the call succeeded, so the kernel has written all of them.
    Ok(Name(unsafe { name.assume_init() }))
}

/// Names the calling thread, as `ps` and `top` show it: up to a NUL, and what is beyond 15 bytes is cut off. The name of a
/// process is that of its first thread.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_SET_NAME")]
pub fn set_name(name: impl AsRef<[u8]>) -> Result<()> {
    let mut ended = [0; 16];
    for (to, from) in ended.iter_mut().take(15).zip(name.as_ref()) {
        *to = *from;
    }
    // SAFETY: the kernel reads up to the NUL.
    unsafe { call_readonly!(PRCTL, abi::PR_SET_NAME, ended.as_ptr(), 0, 0, 0) }.unit()
}

/// The signal that the calling thread is sent when its parent ends; `None` is none.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_GET_PDEATHSIG")]
pub fn get_pdeathsig() -> Result<Option<Signal>> {
    get_int(abi::PR_GET_PDEATHSIG).map(|number| Signal::from_kernel(number as u32))
}

/// Has the process sent a signal when the thread that made it ends, so that it does not outlive it. A fork does not inherit
/// it, and executing a program that brings privileges clears it, as does a change of user or capabilities.
///
/// If the parent may have ended before, compare [`getppid`](crate::process::getppid) afterwards.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_SET_PDEATHSIG")]
pub fn set_pdeathsig(signal: Option<Signal>) -> Result<()> {
    set(abi::PR_SET_PDEATHSIG, signal.map_or(0, |signal| u32::from(signal.number())))
}

/// By how much the kernel may delay the end of the calling thread's waiting, so that it wakes the processor less often.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_GET_TIMERSLACK")]
pub fn get_timerslack() -> Result<Duration> {
    // SAFETY: the option takes no pointer.
    let slack = unsafe { call_readonly!(PRCTL, abi::PR_GET_TIMERSLACK, 0, 0, 0, 0) }.result()?;
    Ok(Duration::from_nanos(slack as u64))
}

/// Sets by how much the kernel may delay the end of the calling thread's waiting: in `poll`, `epoll`, `nanosleep`, a futex, a
/// timerfd. Zero is the thread's default, which is that of the thread that made it, 50 µs at first. A thread with a real-time
/// policy has none. Since Linux 2.6.28.
///
/// # Errors
///
/// - `EINVAL`: the nanoseconds do not fit in a word, which is 4 s where that has 32 bits.
#[doc(alias = "PR_SET_TIMERSLACK")]
pub fn set_timerslack(slack: Duration) -> Result<()> {
    let Ok(nanoseconds) = isize::try_from(slack.as_nanos()) else { return Err(Errno::EINVAL) };
    set(abi::PR_SET_TIMERSLACK, nanoseconds)
}

/// Whether the calling thread helps to write pages out: see [`set_io_flusher`].
///
/// # Errors
///
/// - `EPERM`: the caller lacks `CAP_SYS_RESOURCE`.
#[doc(alias = "PR_GET_IO_FLUSHER")]
pub fn get_io_flusher() -> Result<bool> {
    get(abi::PR_GET_IO_FLUSHER, 0).map(|value| value != 0)
}

/// Says that the calling thread is needed to write pages out, as that of a block device or a file system in a program is, so
/// that the kernel does not wait for itself when it gets memory for it. Since Linux 5.6.
///
/// # Errors
///
/// - `EPERM`: the caller lacks `CAP_SYS_RESOURCE`.
#[doc(alias = "PR_SET_IO_FLUSHER")]
pub fn set_io_flusher(flusher: bool) -> Result<()> {
    set(abi::PR_SET_IO_FLUSHER, u32::from(flusher))
}

/// The address that `set_tid_address` or `clone` has set, which the kernel clears when the thread ends. Since Linux 3.5, with
/// `CONFIG_CHECKPOINT_RESTORE`.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_GET_TID_ADDRESS")]
pub fn get_tid_address() -> Result<*mut i32> {
    // A 64-bit kernel writes 8 bytes for a 32-bit program as well: the half that is not 0 is the address.
    let mut address = [core::ptr::null_mut::<i32>(); 2];
    // SAFETY: the kernel writes one pointer, of at most 8 bytes.
    unsafe { call!(PRCTL, abi::PR_GET_TID_ADDRESS, address.as_mut_ptr(), 0, 0, 0) }.unit()?;
    let [first, second] = address;
    Ok(if first.is_null() { second } else { first })
}

/// When the kernel kills a process whose memory is found to be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MceKill {
    /// As soon as it is found.
    #[doc(alias = "PR_MCE_KILL_EARLY")]
    Early,
    /// Only when the process touches it.
    #[doc(alias = "PR_MCE_KILL_LATE")]
    Late,
    /// As `/proc/sys/vm/memory_failure_early_kill` says.
    #[doc(alias = "PR_MCE_KILL_DEFAULT")]
    Default,
}

/// When the calling thread is killed for broken memory.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_MCE_KILL_GET")]
pub fn get_mce_kill() -> Result<MceKill> {
    Ok(match get(abi::PR_MCE_KILL_GET, 0)? {
        abi::PR_MCE_KILL_EARLY => MceKill::Early,
        abi::PR_MCE_KILL_LATE => MceKill::Late,
        _ => MceKill::Default,
    })
}

/// Says when the calling thread is killed, by `SIGBUS`, for memory that is found to be broken. It is inherited, and kept over
/// `exec`. Since Linux 2.6.32.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_MCE_KILL")]
pub fn set_mce_kill(when: MceKill) -> Result<()> {
    let policy = match when {
        MceKill::Early => abi::PR_MCE_KILL_EARLY,
        MceKill::Late => abi::PR_MCE_KILL_LATE,
        MceKill::Default => abi::PR_MCE_KILL_DEFAULT,
    };
    set2(abi::PR_MCE_KILL, abi::PR_MCE_KILL_SET, policy)
}

/// Stops all counters of performance events that the calling thread has made itself.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_TASK_PERF_EVENTS_DISABLE")]
pub fn task_perf_events_disable() -> Result<()> {
    set(abi::PR_TASK_PERF_EVENTS_DISABLE, 0)
}

/// Has them go on. Since Linux 2.6.32.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_TASK_PERF_EVENTS_ENABLE")]
pub fn task_perf_events_enable() -> Result<()> {
    set(abi::PR_TASK_PERF_EVENTS_ENABLE, 0)
}

/// Whether the calling thread may ask for a longer time slice: see [`set_rseq_slice_extension`].
///
/// # Errors
///
/// - an error without a name, 524 (the kernel's `ENOTSUPP`): the kernel was built without it.
#[doc(alias = "PR_RSEQ_SLICE_EXTENSION_GET")]
pub fn get_rseq_slice_extension() -> Result<bool> {
    get(abi::PR_RSEQ_SLICE_EXTENSION, abi::PR_RSEQ_SLICE_EXTENSION_GET)
        .map(|flags| flags & abi::PR_RSEQ_SLICE_EXT_ENABLE != 0)
}

/// Allows the calling thread to ask, in its `rseq`, that its time slice ends a little later, so that it is not taken from the
/// processor while it holds a lock. Since Linux 7.0, with `CONFIG_RSEQ_SLICE_EXTENSION`.
///
/// # Errors
///
/// - `ENXIO`: the thread has registered no `rseq`.
/// - an error without a name, 524 (the kernel's `ENOTSUPP`): the kernel was built without it, or it was switched off when the
///   machine was booted; newer kernels, also: the `rseq` was registered with its first 32 bytes alone.
#[doc(alias = "PR_RSEQ_SLICE_EXTENSION_SET")]
pub fn set_rseq_slice_extension(enable: bool) -> Result<()> {
    let flags = if enable { abi::PR_RSEQ_SLICE_EXT_ENABLE } else { 0 };
    set2(abi::PR_RSEQ_SLICE_EXTENSION, abi::PR_RSEQ_SLICE_EXTENSION_SET, flags)
}
