//! The ioctls of a listener.

use super::Flags;
use crate::abi::seccomp as abi;
use crate::arch::fcntl::O_CLOEXEC;
use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use crate::seccomp::NotifSizes;
use core::{fmt, marker::PhantomData};

/// Waits for a call, and gives its bytes, which [`parse`](super::parse) understands. From now on it waits for the answer. The
/// buffer is cleared as far as a notification reaches: the kernel takes no other.
///
/// There is no way to receive without waiting. Whether there is something to receive, [`poll`](crate::poll) says.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EINTR`: a signal handler ran.
/// - `EINVAL`: the buffer is smaller than the kernel's notification; or not a listener.
/// - `ENOENT`: the thread was killed or interrupted before its call was received; or, since Linux 6.11, no thread is left that
///   has the filter. Before, this waits for ever then.
/// - `ENOTTY`: not a listener.
#[doc(alias = "SECCOMP_IOCTL_NOTIF_RECV")]
pub fn recv<'b>(fd: impl AsFd, sizes: NotifSizes, buffer: impl Into<Buffer<'b>>) -> Result<&'b mut [u8]> {
    let mut buffer = buffer.into();
    fill(fd, sizes, &mut buffer)?;
    Ok(buffer.into_filled())
}

pub(super) fn fill(fd: impl AsFd, sizes: NotifSizes, buffer: &mut Buffer<'_>) -> Result<usize> {
    let size = sizes.notif();
    let receive = |memory: *mut u8, capacity| {
        if capacity < size {
            return Err(Errno::EINVAL);
        }
        // SAFETY: there is room for as much, and the kernel writes no more.
        unsafe {
            memory.write_bytes(0, size);
            call!(IOCTL, fd.as_fd().as_raw_fd(), abi::SECCOMP_IOCTL_NOTIF_RECV, memory)
        }
        .unit()
        .map(|()| size)
    };
    // SAFETY: what the kernel has not written is cleared.
    unsafe { buffer.fill(receive) }
}

/// The answer to a call.
#[repr(C)]
pub struct Response {
    resp: abi::seccomp_notif_resp,
    /// Zeros, for a kernel whose response is larger.
    more: [u64; 13],
}

impl Response {
    const fn new(id: u64, val: i64, error: i32, flags: u32) -> Response {
        Response { resp: abi::seccomp_notif_resp { id, val, error, flags }, more: [0; 13] }
    }

    /// The call gives this value. Of -4095 to -1 the caller makes an error.
    #[inline]
    pub const fn value(id: u64, value: i64) -> Response {
        Response::new(id, value, 0, 0)
    }

    /// The call fails with this error.
    #[inline]
    pub const fn errno(id: u64, errno: Errno) -> Response {
        Response::new(id, 0, -(errno.number() as i32), 0)
    }

    /// The call is made as if there were no filter: see [`respond_continue`](super::Notification::respond_continue).
    #[doc(alias = "SECCOMP_USER_NOTIF_FLAG_CONTINUE")]
    #[inline]
    pub const fn continues(id: u64) -> Response {
        Response::new(id, 0, 0, abi::SECCOMP_USER_NOTIF_FLAG_CONTINUE)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let abi::seccomp_notif_resp { id, val, error, flags } = &self.resp;
        let mut response = f.debug_struct("Response");
        response.field("id", id).field("value", val).field("error", error).field("flags", flags).finish()
    }
}

/// Answers a call that was received.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EINPROGRESS`: the call was answered already, or has not been received.
/// - `EINTR`: a signal handler ran, and the call still waits.
/// - `EINVAL`: not a listener; or, to continue, before Linux 5.5.
/// - `ENOENT`: no such call waits: its thread was killed, or a signal handler interrupted it.
/// - `ENOTTY`: not a listener.
#[doc(alias = "SECCOMP_IOCTL_NOTIF_SEND")]
#[inline]
pub fn send(fd: impl AsFd, response: &Response) -> Result<()> {
    let response = core::ptr::from_ref(response);
    // SAFETY: the kernel reads a response.
    unsafe { call_readonly!(IOCTL, fd.as_fd().as_raw_fd(), abi::SECCOMP_IOCTL_NOTIF_SEND, response) }.unit()
}

/// Whether a call that was received still waits for its answer: if so, its thread is alive, and so the thread's number is still
/// its own. What was found out by that number is right only if this is asked afterwards.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EINTR`: a signal handler ran.
/// - `EINVAL`: not a listener; or a kernel before Linux 5.9, as most of these know the question by another number.
/// - `ENOENT`: it does not: it was answered, or its thread was killed or interrupted.
/// - `ENOTTY`: not a listener.
#[doc(alias = "SECCOMP_IOCTL_NOTIF_ID_VALID")]
#[inline]
pub fn id_valid(fd: impl AsFd, id: u64) -> Result<()> {
    // SAFETY: the kernel reads one number.
    unsafe { call_readonly!(IOCTL, fd.as_fd().as_raw_fd(), abi::SECCOMP_IOCTL_NOTIF_ID_VALID, &raw const id) }.unit()
}

/// A descriptor that the caller of a notified call gets: as the lowest number that is free there, and closed over `exec`,
/// unless asked otherwise.
#[derive(Clone, Copy)]
#[must_use]
pub struct AddFd<'fd> {
    addfd: abi::seccomp_notif_addfd,
    fd: PhantomData<BorrowedFd<'fd>>,
}

impl<'fd> AddFd<'fd> {
    /// A duplicate of this one.
    #[inline]
    pub fn new(fd: BorrowedFd<'fd>) -> AddFd<'fd> {
        let srcfd = fd.as_raw_fd() as u32;
        let addfd = abi::seccomp_notif_addfd { id: 0, flags: 0, srcfd, newfd: 0, newfd_flags: O_CLOEXEC };
        AddFd { addfd, fd: PhantomData }
    }

    /// As this number, in place of what may be open there.
    ///
    /// # Safety
    ///
    /// If the call was made in this process, or in one that shares its table of descriptors, nobody owns or borrows the
    /// descriptor of this number.
    #[doc(alias = "SECCOMP_ADDFD_FLAG_SETFD")]
    #[inline]
    pub unsafe fn at(mut self, number: RawFd) -> AddFd<'fd> {
        self.addfd.newfd = number as u32;
        self.addfd.flags |= abi::SECCOMP_ADDFD_FLAG_SETFD;
        self
    }

    /// Whether it is closed over `exec`.
    #[doc(alias = "O_CLOEXEC")]
    #[inline]
    pub fn cloexec(mut self, cloexec: bool) -> AddFd<'fd> {
        self.addfd.newfd_flags = if cloexec { O_CLOEXEC } else { 0 };
        self
    }
}

impl fmt::Debug for AddFd<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let abi::seccomp_notif_addfd { flags, srcfd, newfd, newfd_flags, .. } = &self.addfd;
        let mut addfd = f.debug_struct("AddFd");
        addfd.field("fd", srcfd).field("flags", flags).field("at", newfd).field("fd_flags", newfd_flags).finish()
    }
}

/// Installs a descriptor in the process whose call was received, and gives its number there. Since Linux 5.9.
///
/// # Errors
///
/// - `EBADF`: the descriptor, or the listener's, is not open; or the number to be had there is beyond `RLIMIT_NOFILE`.
/// - `EINPROGRESS`: the call was answered already, or has not been received.
/// - `EINTR`: a signal handler ran.
/// - `EINVAL`: not a listener; or before Linux 5.9.
/// - `EMFILE`: the process has as many descriptors as it may.
/// - `ENOENT`: no such call waits: its thread was killed, or a signal handler interrupted it.
/// - `ENOTTY`: not a listener.
/// - `ESRCH`: the thread was killed or interrupted meanwhile.
#[doc(alias = "SECCOMP_IOCTL_NOTIF_ADDFD")]
pub fn addfd(fd: impl AsFd, id: u64, addfd: AddFd<'_>) -> Result<RawFd> {
    let addfd = abi::seccomp_notif_addfd { id, ..addfd.addfd };
    // SAFETY: the kernel reads one struct. The new descriptor is the other process's.
    unsafe { call_readonly!(IOCTL, fd.as_fd().as_raw_fd(), abi::SECCOMP_IOCTL_NOTIF_ADDFD, &raw const addfd) }.int()
}

/// [`addfd`] that answers the call too, with the number of the descriptor. If it fails, the call still waits for its answer.
/// Since Linux 5.14.
///
/// A signal handler that runs meanwhile may leave the call answered with 0 and without a descriptor:
/// [`respond_fd`](super::Notification::respond_fd) takes care of that.
///
/// # Errors
///
/// Those of [`addfd`], and
///
/// - `EBUSY`: another descriptor for the call is still on its way.
/// - `EINVAL`: before Linux 5.14.
#[doc(alias = "SECCOMP_ADDFD_FLAG_SEND")]
pub fn addfd_send(fd: impl AsFd, id: u64, mut addfd: AddFd<'_>) -> Result<RawFd> {
    addfd.addfd.flags |= abi::SECCOMP_ADDFD_FLAG_SEND;
    self::addfd(fd, id, addfd)
}

/// Says how the listener works. Since Linux 6.6.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EINTR`: a signal handler ran.
/// - `EINVAL`: a flag that this kernel does not know; not a listener; or before Linux 6.6.
/// - `ENOTTY`: not a listener.
#[doc(alias = "SECCOMP_IOCTL_NOTIF_SET_FLAGS")]
pub fn set_flags(fd: impl AsFd, flags: Flags) -> Result<()> {
    // A register is what this ioctl takes, and no argument of 64 bits.
    let bits = usize::try_from(flags.bits()).map_err(|_| Errno::EINVAL)?;
    // SAFETY: this ioctl takes the flags themselves.
    unsafe { call_readonly!(IOCTL, fd.as_fd().as_raw_fd(), abi::SECCOMP_IOCTL_NOTIF_SET_FLAGS, bits) }.unit()
}
