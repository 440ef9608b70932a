//! The types of `std::os::fd`, for programs without `std`.

use core::{fmt, marker::PhantomData, mem::ManuallyDrop};

/// A descriptor as the kernel has it.
pub type RawFd = i32;

/// An open descriptor that is closed when this is dropped.
#[repr(transparent)]
pub struct OwnedFd(RawFd);

/// An open descriptor that somebody else owns, at least as long as `'fd`.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct BorrowedFd<'fd> {
    fd: RawFd,
    owner: PhantomData<&'fd OwnedFd>,
}

/// What has a descriptor to lend.
pub trait AsFd {
    /// Lends the descriptor.
    fn as_fd(&self) -> BorrowedFd<'_>;
}

/// What has a descriptor whose number can be asked for.
pub trait AsRawFd {
    /// The number. It says nothing of how long it stays open.
    fn as_raw_fd(&self) -> RawFd;
}

/// What gives its descriptor away.
pub trait IntoRawFd {
    /// The number; whoever takes it is to close it.
    fn into_raw_fd(self) -> RawFd;
}

/// What can be made of the number of a descriptor.
pub trait FromRawFd {
    /// Takes the descriptor.
    ///
    /// # Safety
    ///
    /// It is open, and nobody else owns it.
    unsafe fn from_raw_fd(fd: RawFd) -> Self;
}

impl BorrowedFd<'_> {
    /// Borrows a descriptor by its number.
    ///
    /// # Safety
    ///
    /// It stays open as long as the value that is returned is used.
    #[inline]
    pub const unsafe fn borrow_raw(fd: RawFd) -> Self {
        BorrowedFd { fd, owner: PhantomData }
    }
}

impl Drop for OwnedFd {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the descriptor is ours and nobody uses it after this. What close says does not matter: Linux has
        // closed it even then.
        let _ = unsafe { call_readonly!(CLOSE, self.0) };
    }
}

impl FromRawFd for OwnedFd {
    #[inline]
    unsafe fn from_raw_fd(fd: RawFd) -> Self {
        OwnedFd(fd)
    }
}

impl IntoRawFd for OwnedFd {
    #[inline]
    fn into_raw_fd(self) -> RawFd {
        ManuallyDrop::new(self).0
    }
}

impl AsRawFd for OwnedFd {
    #[inline]
    fn as_raw_fd(&self) -> RawFd {
        self.0
    }
}

impl AsRawFd for BorrowedFd<'_> {
    #[inline]
    fn as_raw_fd(&self) -> RawFd {
        self.fd
    }
}

impl AsFd for OwnedFd {
    #[inline]
    fn as_fd(&self) -> BorrowedFd<'_> {
        BorrowedFd { fd: self.0, owner: PhantomData }
    }
}

impl AsFd for BorrowedFd<'_> {
    #[inline]
    fn as_fd(&self) -> BorrowedFd<'_> {
        *self
    }
}

impl<T: AsFd + ?Sized> AsFd for &T {
    #[inline]
    fn as_fd(&self) -> BorrowedFd<'_> {
        T::as_fd(self)
    }
}

impl<T: AsFd + ?Sized> AsFd for &mut T {
    #[inline]
    fn as_fd(&self) -> BorrowedFd<'_> {
        T::as_fd(self)
    }
}

impl fmt::Debug for OwnedFd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedFd").field("fd", &self.0).finish()
    }
}

impl fmt::Debug for BorrowedFd<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BorrowedFd").field("fd", &self.fd).finish()
    }
}
