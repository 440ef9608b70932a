//! Where a thread runs.

use crate::errno::Result;
use core::ptr;

/// A processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cpu {
    /// Its number, from 0 on.
    pub number: u32,
    /// The number of its NUMA node.
    pub node: u32,
}

/// The processor that the calling thread is on. It may have left it when the answer is there, unless it is bound to it.
///
/// # Errors
///
/// Only what a seccomp filter gives. See `getcpu(2)`.
#[inline]
pub fn getcpu() -> Result<Cpu> {
    let (mut number, mut node) = (0, 0);
    // SAFETY: the kernel writes a number to each of the first two, and does not look at the third.
    unsafe { call!(GETCPU, &raw mut number, &raw mut node, ptr::null::<()>()) }.unit()?;
    Ok(Cpu { number, node })
}

/// Lets other threads run that wait for the processor; those of the same priority, if the thread is of a real-time policy.
#[inline]
pub fn sched_yield() {
    // SAFETY: the call has no argument. It does not fail.
    let _ = unsafe { call_readonly!(SCHED_YIELD) };
}
