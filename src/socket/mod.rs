//! Sockets, as far as they pass descriptors from one process to another.
//!
//! ```
//! use butter::fd::{AsFd, IoSlice, IoSliceMut};
//! use butter::pipe::Pipe;
//! use butter::socket::{self, Control, Kind, Message, PairFlags, RecvFlags, SendFlags};
//!
//! let (here, there) = socket::socketpair(Kind::SeqPacket, PairFlags::empty())?;
//! let pipe = Pipe::new()?;
//!
//! // Here: a descriptor, and a byte to carry it.
//! let mut memory = [0; socket::control_words(1)];
//! let mut control = Control::new(&mut memory);
//! control.fds(&[pipe.reader.as_fd()])?;
//! socket::sendmsg(&here, &[IoSlice::new(b"!")], Some(&control), SendFlags::empty())?;
//!
//! // There: it is a descriptor of the receiver's.
//! let (mut bytes, mut memory) = ([0; 10], [0; socket::control_words(1)]);
//! let received = socket::recvmsg(&there, &mut [IoSliceMut::new(&mut bytes)], &mut memory, RecvFlags::empty())?;
//! for message in received.messages {
//!     if let Message::Fds(fds) = message {
//!         for fd in fds {
//!             pipe.writer.write(b"through it")?;
//!             assert_eq!(butter::fd::read(&fd, &mut [0; 100])?, b"through it");
//!         }
//!     }
//! }
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! # What to know
//!
//! - **Who takes bytes gets descriptors.** Received descriptors are owned, and those that nobody takes are closed. To receive
//!   without room for them closes them too, in the kernel; [`CTRUNC`](MessageFlags::CTRUNC) tells.
//! - **A byte has to carry them** over a stream; those of two messages never come with one read.
//! - **What another process sends is its choice**: bytes are not yet a message, a descriptor may be of anything, and one
//!   that was sent is open until it is received or the socket is gone.
//!
//! See `socketpair(2)`, `sendmsg(2)`, `recvmsg(2)`, `unix(7)`, `cmsg(3)`.

mod control;

pub use control::{Control, ControlMessage, Credentials, Fds, Message, Messages, control_words, parse};

use crate::abi::socket as abi;
use crate::arch::socket as arch;
use crate::errno::Result;
use crate::fd::{AsFd, AsRawFd, FromRawFd, IoSlice, IoSliceMut, OwnedFd};
use crate::flags::flags;
use core::{fmt, mem::MaybeUninit, ptr};

/// How bytes are sent over a pair of sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Kind {
    /// As a stream, without bounds.
    #[doc(alias = "SOCK_STREAM")]
    Stream = arch::SOCK_STREAM,
    /// As messages; the end is not told.
    #[doc(alias = "SOCK_DGRAM")]
    Datagram = arch::SOCK_DGRAM,
    /// As messages; the end is told.
    #[doc(alias = "SOCK_SEQPACKET")]
    SeqPacket = abi::SOCK_SEQPACKET,
}

flags! {
    /// How a pair of sockets is made. Both are closed over `exec` unless asked otherwise.
    PairFlags: u32 {
        /// Neither waits: it gives `EAGAIN`.
        #[doc(alias = "SOCK_NONBLOCK")]
        const NONBLOCK = abi::SOCK_NONBLOCK;
        /// The descriptors stay open over `exec`. (The kernel's flag, `SOCK_CLOEXEC`, is given unless this is.)
        #[doc(alias = "SOCK_CLOEXEC")]
        const NO_CLOEXEC = abi::SOCK_CLOEXEC;
    }
}

flags! {
    /// How one call sends.
    SendFlags: u32 {
        /// Do not wait: give `EAGAIN`.
        #[doc(alias = "MSG_DONTWAIT")]
        const DONTWAIT = abi::MSG_DONTWAIT;
        /// The message ends here, for a [`Kind::SeqPacket`].
        #[doc(alias = "MSG_EOR")]
        const EOR = abi::MSG_EOR;
        /// No `SIGPIPE` if the other end is closed, but `EPIPE` alone.
        #[doc(alias = "MSG_NOSIGNAL")]
        const NOSIGNAL = abi::MSG_NOSIGNAL;
    }
}

flags! {
    /// How one call receives. Descriptors are closed over `exec` unless asked otherwise.
    RecvFlags: u32 {
        /// Do not wait: give `EAGAIN`.
        #[doc(alias = "MSG_DONTWAIT")]
        const DONTWAIT = abi::MSG_DONTWAIT;
        /// Leave the message where it is, to be received again. Each time brings new duplicates of its descriptors.
        #[doc(alias = "MSG_PEEK")]
        const PEEK = abi::MSG_PEEK;
        /// Of messages, give the true length even if there was no room for it.
        #[doc(alias = "MSG_TRUNC")]
        const TRUNC = abi::MSG_TRUNC;
        /// Of a stream, wait until all of the memory is filled.
        #[doc(alias = "MSG_WAITALL")]
        const WAITALL = abi::MSG_WAITALL;
        /// Received descriptors stay open over `exec`. (The kernel's flag, `MSG_CMSG_CLOEXEC`, is given unless this is.)
        #[doc(alias = "MSG_CMSG_CLOEXEC")]
        const NO_CLOEXEC = abi::MSG_CMSG_CLOEXEC;
    }
}

flags! {
    /// What came of receiving.
    MessageFlags: u32 {
        /// There was no room for all that came with the bytes: some descriptors are closed, or other data are cut off.
        #[doc(alias = "MSG_CTRUNC")]
        const CTRUNC = abi::MSG_CTRUNC;
        /// The message was longer than the memory, and the rest of it is lost.
        #[doc(alias = "MSG_TRUNC")]
        const TRUNC = abi::MSG_TRUNC;
        /// The message ends here.
        #[doc(alias = "MSG_EOR")]
        const EOR = abi::MSG_EOR;
        /// The descriptors are closed over `exec`.
        #[doc(alias = "MSG_CMSG_CLOEXEC")]
        const CLOEXEC = abi::MSG_CMSG_CLOEXEC;
    }
}

/// Makes two unix sockets that are connected to each other.
///
/// # Errors
///
/// - `EAFNOSUPPORT`: the kernel was built without unix sockets.
/// - `EINVAL`: a flag that this kernel does not know.
/// - `EMFILE`: the process has as many descriptors as it may.
/// - `ENFILE`: the system has as many open files as it allows.
/// - `ENOMEM`: the kernel has no memory for it.
#[inline]
pub fn socketpair(kind: Kind, flags: PairFlags) -> Result<(OwnedFd, OwnedFd)> {
    let (mut fds, kind) = (MaybeUninit::<[i32; 2]>::uninit(), kind as u32 | flags.bits() ^ abi::SOCK_CLOEXEC);
    // SAFETY: the kernel writes two numbers.
    unsafe { call!(SOCKETPAIR, abi::AF_UNIX, kind, 0, fds.as_mut_ptr()) }.unit()?;
    // SAFETY: the call succeeded, so both are written, and are new descriptors.
    unsafe {
        let [one, two] = fds.assume_init();
        Ok((OwnedFd::from_raw_fd(one), OwnedFd::from_raw_fd(two)))
    }
}

/// Sends the pieces of memory, one after the other, over a socket that is connected, and what `control` has with them;
/// gives how many bytes were taken. If it is less than all of a stream, the rest goes without control.
///
/// # Errors
///
/// - `EAGAIN`: there is no room, and the socket or the call is non-blocking.
/// - `EBADF`: the descriptor is not open.
/// - `ECONNREFUSED`: the other end of datagrams is closed.
/// - `ECONNRESET`: the connection was reset.
/// - `EDESTADDRREQ`, `ENOTCONN`: the socket is not connected.
/// - `EINTR`: a signal handler ran before anything was sent.
/// - `EINVAL`: more than 253 descriptors in `control`, or what it has is for another kind of socket.
/// - `EMSGSIZE`: the message is too long for this kind, or more than 1,024 pieces.
/// - `ENOBUFS`: more control than `/proc/sys/net/core/optmem_max`.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOTSOCK`: not a socket.
/// - `EOPNOTSUPP`: a flag that this kind of socket does not have.
/// - `EPERM`: credentials that the caller may not give itself.
/// - `EPIPE`: the other end is closed. The process also gets a `SIGPIPE`, but for
///   [`NOSIGNAL`](SendFlags::NOSIGNAL).
/// - `ESRCH`: credentials of a process that is not there.
/// - `ETOOMANYREFS`: the user has more descriptors under way than the process may have open, and the caller lacks
///   `CAP_SYS_RESOURCE` and `CAP_SYS_ADMIN`.
#[inline]
pub fn sendmsg(
    socket: impl AsFd,
    memory: &[IoSlice<'_>],
    control: Option<&Control<'_, '_>>,
    flags: SendFlags,
) -> Result<usize> {
    let (msg_control, msg_controllen) = control.map_or((ptr::null(), 0), Control::parts);
    let header = abi::user_msghdr {
        msg_name: ptr::null_mut(),
        msg_namelen: 0,
        msg_iov: memory.as_ptr().cast_mut().cast(),
        msg_iovlen: memory.len(),
        msg_control: msg_control.cast_mut(),
        msg_controllen,
        msg_flags: 0,
    };
    // SAFETY: the kernel reads the header, the pieces and the control messages, each as long as it says. The descriptors
    // in these are borrowed.
    unsafe { call_readonly!(SENDMSG, socket.as_fd().as_raw_fd(), &raw const header, flags.bits()) }.size()
}

/// Receives into the pieces of memory, one after the other, and what came with it into `control`, which should have room for
/// [`control_words`].
///
/// # Errors
///
/// - `EAGAIN`: nothing is there, and the socket or the call is non-blocking.
/// - `EBADF`: the descriptor is not open.
/// - `ECONNRESET`: the other end was closed before it had received everything.
/// - `EINTR`: a signal handler ran before anything was received.
/// - `EINVAL`, `ENOTCONN`: the socket is not connected.
/// - `EMSGSIZE`: more than 1,024 pieces.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOTSOCK`: not a socket.
/// - `EOPNOTSUPP`: a flag that this kind of socket does not have.
pub fn recvmsg<'b>(
    socket: impl AsFd,
    memory: &mut [IoSliceMut<'_>],
    control: &'b mut [usize],
    flags: RecvFlags,
) -> Result<Received<'b>> {
    let mut header = abi::user_msghdr {
        msg_name: ptr::null_mut(),
        msg_namelen: 0,
        msg_iov: memory.as_mut_ptr().cast(),
        msg_iovlen: memory.len(),
        msg_control: control.as_mut_ptr(),
        msg_controllen: size_of_val(control),
        msg_flags: 0,
    };
    let flags = flags.bits() ^ abi::MSG_CMSG_CLOEXEC;
    // SAFETY: the kernel writes into the pieces and the control, each as long as it says, and into the header.
    let len = unsafe { call!(RECVMSG, socket.as_fd().as_raw_fd(), &raw mut header, flags) }.size()?;
    // SAFETY: these are what the kernel has just written, so the descriptors in them are new.
    let messages = unsafe { Messages::new(control, header.msg_controllen) };
    Ok(Received { len, flags: MessageFlags::from_bits(header.msg_flags), messages })
}

/// What [`recvmsg`] received.
pub struct Received<'b> {
    /// How many bytes. None are the end of a stream, or an empty message.
    pub len: usize,
    /// What came of it.
    pub flags: MessageFlags,
    /// What came with the bytes. Descriptors that are not taken from it are closed when it is dropped.
    pub messages: Messages<'b>,
}

impl fmt::Debug for Received<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut received = f.debug_struct("Received");
        received.field("len", &self.len).field("flags", &self.flags).field("messages", &self.messages).finish()
    }
}

/// Sets whether each message comes with [`Credentials`] of its sender, true ones.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `ENOTSOCK`: not a socket.
/// - `EOPNOTSUPP`: a socket of another family.
#[doc(alias = "SO_PASSCRED")]
#[inline]
pub fn set_passcred(socket: impl AsFd, pass: bool) -> Result<()> {
    set(socket.as_fd().as_raw_fd(), arch::SO_PASSCRED, pass)
}

/// Sets whether each message comes with a pidfd of its sender. Since Linux 6.5.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `ENOPROTOOPT`: this kernel cannot do it.
/// - `ENOTSOCK`: not a socket.
/// - `EOPNOTSUPP`: a socket of another family.
#[doc(alias = "SO_PASSPIDFD")]
#[inline]
pub fn set_passpidfd(socket: impl AsFd, pass: bool) -> Result<()> {
    set(socket.as_fd().as_raw_fd(), arch::SO_PASSPIDFD, pass)
}

fn set(socket: i32, option: i32, value: bool) -> Result<()> {
    let value = i32::from(value);
    // SAFETY: the kernel reads one `int`.
    unsafe { call_readonly!(SETSOCKOPT, socket, arch::SOL_SOCKET, option, &raw const value, size_of::<i32>()) }.unit()
}
