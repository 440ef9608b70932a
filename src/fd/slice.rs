//! The types of `std::io` for several pieces of memory, for programs without `std`.

use crate::abi::uio::iovec;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};
use core::{fmt, slice};

/// A piece of memory that is written from, as the kernel has it.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct IoSlice<'a>(iovec, PhantomData<&'a [u8]>);

/// A piece of memory that is read into, as the kernel has it.
#[repr(transparent)]
pub struct IoSliceMut<'a>(iovec, PhantomData<&'a mut [u8]>);

// SAFETY: it is a `&[u8]` in another form.
unsafe impl Send for IoSlice<'_> {}
// SAFETY: the same.
unsafe impl Sync for IoSlice<'_> {}
// SAFETY: it is a `&mut [u8]` in another form.
unsafe impl Send for IoSliceMut<'_> {}
// SAFETY: the same.
unsafe impl Sync for IoSliceMut<'_> {}

impl<'a> IoSlice<'a> {
    /// One of these bytes.
    #[inline]
    pub fn new(bytes: &'a [u8]) -> IoSlice<'a> {
        IoSlice(iovec { iov_base: bytes.as_ptr().cast_mut(), iov_len: bytes.len() }, PhantomData)
    }
}

impl<'a> IoSliceMut<'a> {
    /// One of these bytes.
    #[inline]
    pub fn new(bytes: &'a mut [u8]) -> IoSliceMut<'a> {
        IoSliceMut(iovec { iov_base: bytes.as_mut_ptr(), iov_len: bytes.len() }, PhantomData)
    }
}

impl Deref for IoSlice<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: it was made of such a slice.
        unsafe { slice::from_raw_parts(self.0.iov_base, self.0.iov_len) }
    }
}

impl Deref for IoSliceMut<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: it was made of such a slice.
        unsafe { slice::from_raw_parts(self.0.iov_base, self.0.iov_len) }
    }
}

impl DerefMut for IoSliceMut<'_> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: it was made of such a slice, and is the only way to it.
        unsafe { slice::from_raw_parts_mut(self.0.iov_base, self.0.iov_len) }
    }
}

impl fmt::Debug for IoSlice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Debug for IoSliceMut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
