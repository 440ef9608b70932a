//! The mask of the calling thread: signals that are blocked stay pending until they are let through or received.
//!
//! Every thread has its own, and a new thread takes over its maker's. So block in `main`, before the first thread
//! starts: a signal to the process goes to any thread that does not block it.
//!
//! `KILL` and `STOP` cannot be blocked; the kernel leaves them out without a word.

use super::SigSet;
use crate::arch::signo::{SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK};
use crate::errno::Result;
use core::{marker::PhantomData, mem::MaybeUninit, ptr};

#[inline]
fn rt_sigprocmask(how: i32, set: *const SigSet) -> Result<SigSet> {
    let mut old = MaybeUninit::<SigSet>::uninit();
    // SAFETY: `set` is null or a set, and the kernel writes one.
    unsafe { call!(RT_SIGPROCMASK, how, set, old.as_mut_ptr(), SigSet::SIZE) }.unit()?;
    // SAFETY: the call succeeded, so the kernel has written it.
    Ok(unsafe { old.assume_init() })
}

/// Blocks these signals too. Gives the mask as it was.
///
/// # Errors
///
/// None that the kernel documents for such arguments.
#[doc(alias = "SIG_BLOCK")]
#[doc(alias = "sigprocmask")]
#[doc(alias = "pthread_sigmask")]
#[inline]
pub fn block(set: SigSet) -> Result<SigSet> {
    rt_sigprocmask(SIG_BLOCK, &set)
}

/// Lets these signals through; those that are pending arrive before this returns. Gives the mask as it was.
///
/// # Errors
///
/// None that the kernel documents for such arguments.
#[doc(alias = "SIG_UNBLOCK")]
#[inline]
pub fn unblock(set: SigSet) -> Result<SigSet> {
    rt_sigprocmask(SIG_UNBLOCK, &set)
}

/// Blocks these signals and no others. Gives the mask as it was.
///
/// # Errors
///
/// None that the kernel documents for such arguments.
#[doc(alias = "SIG_SETMASK")]
#[inline]
pub fn set(set: SigSet) -> Result<SigSet> {
    rt_sigprocmask(SIG_SETMASK, &set)
}

/// The mask.
///
/// # Errors
///
/// None that the kernel documents for such arguments.
#[inline]
pub fn get() -> Result<SigSet> {
    rt_sigprocmask(SIG_BLOCK, ptr::null())
}

/// Restores the mask of the thread when dropped. It belongs to its thread, so it is not `Send`.
#[derive(Debug)]
#[must_use = "dropped at once, it restores the mask at once"]
pub struct Guard {
    old: SigSet,
    thread: PhantomData<*mut ()>,
}

impl Guard {
    const fn new(old: SigSet) -> Guard {
        Guard { old, thread: PhantomData }
    }

    /// [`block`], until the guard is dropped.
    ///
    /// # Errors
    ///
    /// Those of [`block`].
    #[inline]
    pub fn block(signals: SigSet) -> Result<Guard> {
        block(signals).map(Guard::new)
    }

    /// [`unblock`], until the guard is dropped.
    ///
    /// # Errors
    ///
    /// Those of [`unblock`].
    #[inline]
    pub fn unblock(signals: SigSet) -> Result<Guard> {
        unblock(signals).map(Guard::new)
    }

    /// [`set`], until the guard is dropped.
    ///
    /// # Errors
    ///
    /// Those of [`set`].
    #[inline]
    pub fn set(signals: SigSet) -> Result<Guard> {
        set(signals).map(Guard::new)
    }

    /// The mask as it was, and will be.
    #[inline]
    pub fn old(&self) -> SigSet {
        self.old
    }
}

impl Drop for Guard {
    #[inline]
    fn drop(&mut self) {
        // It cannot fail: the mask came from the kernel.
        let _ = set(self.old);
    }
}
