//! Memory of the caller's that the kernel writes into.

use crate::errno::Result;
use crate::fd::{AsFd, AsRawFd};
use core::{fmt, mem::MaybeUninit, slice};

/// A buffer that the caller lends: `&mut [u8]`, an array, or memory that has never been written
/// (`&mut [MaybeUninit<u8>]`), which saves the time to clear it. Any alignment will do.
///
/// Every call that reads takes `impl Into<Buffer>`, so that a plain `&mut buf` is all that is written. It also holds
/// what the last read gave and how much of that has been used up.
pub struct Buffer<'b, T = u8> {
    /// Whatever `start..end` holds is initialised, and so is the rest if it was when we got it: it may be the caller's
    /// `&mut [T]`, so nothing uninitialised is ever written to it.
    memory: &'b mut [MaybeUninit<T>],
    // start <= end <= memory.len()
    start: usize,
    end: usize,
}

impl<'b, T> Buffer<'b, T> {
    /// How many `T` fit in it.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.memory.len()
    }

    /// What was read and is not used up.
    #[inline]
    pub fn filled(&self) -> &[T] {
        // SAFETY: `start..end` is in bounds and initialised.
        unsafe { slice::from_raw_parts(self.memory.as_ptr().cast::<T>().add(self.start), self.end - self.start) }
    }

    /// The same for as long as the memory is lent.
    #[inline]
    pub fn into_filled(self) -> &'b mut [T] {
        // SAFETY: as above, and `memory` is given up.
        unsafe {
            slice::from_raw_parts_mut(self.memory.as_mut_ptr().cast::<T>().add(self.start), self.end - self.start)
        }
    }

    /// What is filled, and the means to take from it while it is borrowed.
    #[inline]
    pub(crate) fn split(&mut self) -> (&[T], Consumed<'_>) {
        // SAFETY: `start..end` is in bounds and initialised.
        let filled =
            unsafe { slice::from_raw_parts(self.memory.as_ptr().cast::<T>().add(self.start), self.end - self.start) };
        (filled, Consumed { start: &mut self.start, end: self.end })
    }

    /// Drops what is filled.
    #[inline]
    pub fn clear(&mut self) {
        (self.start, self.end) = (0, 0);
    }

    /// Replaces what is filled by what `write` puts at the start of the memory. It is given the address and the
    /// capacity, and says how many `T` it has written. After an error the buffer is empty.
    ///
    /// # Errors
    ///
    /// Those of `write`.
    ///
    /// # Safety
    ///
    /// `write` has initialised as many as it says, not more than the capacity, and un-initialised none.
    #[inline]
    pub unsafe fn fill(&mut self, write: impl FnOnce(*mut T, usize) -> Result<usize>) -> Result<usize> {
        self.clear();
        self.end = write(self.memory.as_mut_ptr().cast(), self.memory.len())?;
        Ok(self.end)
    }
}

impl<T> fmt::Debug for Buffer<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Buffer").field("capacity", &self.capacity()).field("filled", &self.filled().len()).finish()
    }
}

/// Takes from the front of what a [`Buffer`] has filled.
#[derive(Debug)]
pub(crate) struct Consumed<'r> {
    start: &'r mut usize,
    end: usize,
}

impl Consumed<'_> {
    /// Takes all but the last `rest`.
    #[inline]
    pub(crate) fn leave(&mut self, rest: usize) {
        *self.start = self.end.saturating_sub(rest);
    }
}

impl Buffer<'_, u8> {
    /// Replaces what is filled by one `read` of the descriptor; gives the number of bytes.
    ///
    /// # Errors
    ///
    /// Those of [`fd::read`](crate::fd::read). The buffer is empty then.
    #[inline]
    pub fn read(&mut self, fd: impl AsFd) -> Result<usize> {
        // SAFETY: the kernel writes at most `capacity` bytes and says how many.
        unsafe { self.fill(|memory, capacity| call!(READ, fd.as_fd().as_raw_fd(), memory, capacity).size()) }
    }

    /// Replaces what is filled by a copy of these bytes, of which as many as fit; gives their number.
    #[inline]
    pub(crate) fn set(&mut self, bytes: &[u8]) -> usize {
        self.clear();
        for (to, from) in self.memory.iter_mut().zip(bytes) {
            to.write(*from);
            self.end += 1;
        }
        self.end
    }
}

impl<'b, T> From<&'b mut [MaybeUninit<T>]> for Buffer<'b, T> {
    #[inline]
    fn from(memory: &'b mut [MaybeUninit<T>]) -> Self {
        Buffer { memory, start: 0, end: 0 }
    }
}

impl<'b, T> From<&'b mut [T]> for Buffer<'b, T> {
    #[inline]
    fn from(memory: &'b mut [T]) -> Self {
        // SAFETY: the layout is the same, and `Buffer` never makes any of it uninitialised.
        Buffer::from(unsafe { &mut *(memory as *mut [T] as *mut [MaybeUninit<T>]) })
    }
}

impl<'b, T, const N: usize> From<&'b mut [MaybeUninit<T>; N]> for Buffer<'b, T> {
    #[inline]
    fn from(memory: &'b mut [MaybeUninit<T>; N]) -> Self {
        Buffer::from(memory.as_mut_slice())
    }
}

impl<'b, T, const N: usize> From<&'b mut [T; N]> for Buffer<'b, T> {
    #[inline]
    fn from(memory: &'b mut [T; N]) -> Self {
        Buffer::from(memory.as_mut_slice())
    }
}
