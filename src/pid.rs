//! The number of a process, a thread, a process group or a session.

use core::{fmt, num::NonZeroI32};

/// The number of a process, a thread, a process group or a session: 1 or more.
///
/// An `Option<Pid>` is as small as a `Pid`. `None` is what the kernel shows as 0: a process outside the caller's pid
/// namespace.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Pid(NonZeroI32);

impl Pid {
    /// Process 1, the init of the pid namespace.
    pub const INIT: Pid = match NonZeroI32::new(1) {
        Some(number) => Pid(number),
        None => panic!("1 is not 0"),
    };

    /// The pid of a number; `None` if it is 0 or less.
    #[inline]
    pub const fn new(number: i32) -> Option<Pid> {
        match NonZeroI32::new(number) {
            Some(number) if number.get() > 0 => Some(Pid(number)),
            _ => None,
        }
    }

    /// What a call gives that cannot fail: 0 for a process that is not visible.
    #[inline]
    pub(crate) const fn from_kernel(number: usize) -> Option<Pid> {
        match NonZeroI32::new(number as i32) {
            Some(number) => Some(Pid(number)),
            None => None,
        }
    }

    /// What a call gives that is never 0.
    ///
    /// # Safety
    ///
    /// `number` is not 0.
    #[inline]
    pub(crate) const unsafe fn from_kernel_unchecked(number: usize) -> Pid {
        // SAFETY: the caller's promise.
        Pid(unsafe { NonZeroI32::new_unchecked(number as i32) })
    }

    /// The number.
    #[inline]
    pub const fn number(self) -> i32 {
        self.0.get()
    }
}

impl fmt::Debug for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pid({})", self.0)
    }
}

impl fmt::Display for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
