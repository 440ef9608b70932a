//! A server that the kernel asks what becomes of the memory of a process that a signal kills: dumped or not, and by whom.
//!
//! `/proc/sys/kernel/core_pattern` holds `@@` and the path of a listening unix socket, of streams. The kernel connects to
//! it for each such process, in its name: the pidfd of the peer (`SO_PEERPIDFD`) is of that process, which waits meanwhile. Then
//! the kernel says what it can do, the server says what it wants, and the kernel whether it does.
//!
//! ```no_run
//! use butter::fd;
//! use butter::process::coredump::{Ack, Connection, Mask, Mark};
//! use std::os::unix::net::UnixListener;
//!
//! let listener = UnixListener::bind("/run/coredump.socket").unwrap();
//! std::fs::write("/proc/sys/kernel/core_pattern", "@@/run/coredump.socket").unwrap();
//! for socket in listener.incoming() {
//!     let connection = Connection::new(socket.unwrap());
//!     let request = connection.read_request()?;
//!     println!("the kernel can {:?}", request.mask());
//!     connection.send_ack(&Ack::new(Mask::KERNEL | Mask::WAIT))?;
//!     if connection.read_mark()? == Mark::ReqAck {
//!         // The core file follows, up to the end of the stream.
//!         let mut buffer = [0; 4096];
//!         while !fd::read(&connection, &mut buffer)?.is_empty() {}
//!     }
//!     // The process goes when the socket is closed.
//! }
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! With one `@` (since Linux 6.16) there is no request: the core file comes at once.
//!
//! # What to know
//!
//! - **Who may connect says what it likes.** The kernel does so with all privileges, so the socket can be one that nobody else
//!   may connect to. [`pidfd::info`](crate::pidfd::info) tells of a true request by `DUMPED`.
//! - **`EINTR` and `EAGAIN` take nothing**: the call may be repeated.
//! - **A process is not dumped** if the server closes the socket without an answer.
//!
//! Since Linux 6.17.
//!
//! See `core(5)`, and `linux/coredump.h` of the kernel.

use crate::abi::coredump as abi;
use crate::errno::{Errno, Result};
use crate::event::{Records, field};
use crate::fd::{AsFd, BorrowedFd, IoSlice, IoSliceMut};
use crate::flags::flags;
use crate::socket::{self, RecvFlags, SendFlags};
use core::fmt;
use core::mem::offset_of;

flags! {
    /// What the kernel can do, and what it is to do: one of the first three.
    Mask: u64 {
        /// The kernel writes the core file to the socket.
        #[doc(alias = "COREDUMP_KERNEL")]
        const KERNEL = abi::COREDUMP_KERNEL;
        /// The server reads the memory of the process by itself. The parent of the process is told that it was dumped.
        #[doc(alias = "COREDUMP_USERSPACE")]
        const USERSPACE = abi::COREDUMP_USERSPACE;
        /// It is not dumped.
        #[doc(alias = "COREDUMP_REJECT")]
        const REJECT = abi::COREDUMP_REJECT;
        /// The process stays until the server closes the socket.
        #[doc(alias = "COREDUMP_WAIT")]
        const WAIT = abi::COREDUMP_WAIT;
    }
}

/// What the kernel says first.
#[doc(alias = "coredump_req")]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Request(abi::coredump_req);

/// The requests in any bytes, up to the first that is not whole. A connection brings one.
///
/// ```
/// use butter::process::coredump::{self, Mask};
///
/// let bytes: Vec<u8> = [16, 16_u32].iter().flat_map(|n| n.to_ne_bytes()).chain(0xf_u64.to_ne_bytes()).collect();
/// let mut requests = coredump::parse(&bytes);
/// assert!(requests.next().unwrap().mask().contains(Mask::REJECT));
/// assert!(requests.next().is_none() && requests.remainder().is_empty());
/// ```
#[inline]
pub const fn parse(bytes: &[u8]) -> Records<'_, Request> {
    Records::new(bytes)
}

impl<'a> crate::event::Record<'a> for Request {
    #[inline]
    fn parse(bytes: &mut &'a [u8]) -> Option<Request> {
        let size = u32::from_ne_bytes(*bytes.first_chunk()?);
        let (record, rest) = bytes.split_at_checked(usize::try_from(size).ok()?)?;
        // What a newer kernel adds stands behind these.
        let known: &[u8; abi::COREDUMP_REQ_SIZE_VER0] = record.first_chunk()?;
        let size_ack = u32::from_ne_bytes(field(known, offset_of!(abi::coredump_req, size_ack)));
        let mask = u64::from_ne_bytes(field(known, offset_of!(abi::coredump_req, mask)));
        *bytes = rest;
        Some(Request(abi::coredump_req { size, size_ack, mask }))
    }
}

impl Request {
    /// Its size in bytes, 16 or more: a newer kernel may say more, which is skipped.
    #[inline]
    pub const fn size(&self) -> u32 {
        self.0.size
    }

    /// The size of the longest answer that the kernel takes. That of this crate is the shortest.
    #[inline]
    pub const fn size_ack(&self) -> u32 {
        self.0.size_ack
    }

    /// What the kernel can do.
    #[inline]
    pub const fn mask(&self) -> Mask {
        Mask::from_bits(self.0.mask)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut request = f.debug_struct("Request");
        request.field("size", &self.size()).field("size_ack", &self.size_ack()).field("mask", &self.mask()).finish()
    }
}

/// What the server answers.
#[doc(alias = "coredump_ack")]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Ack(abi::coredump_ack);

impl Ack {
    /// Its size in bytes.
    pub const SIZE: usize = abi::COREDUMP_ACK_SIZE_VER0;

    /// The kernel is to do this: one of `KERNEL`, `USERSPACE` and `REJECT`, of what it [can](Request::mask).
    #[inline]
    #[must_use]
    pub const fn new(mask: Mask) -> Ack {
        Ack(abi::coredump_ack { size: Ack::SIZE as u32, spare: 0, mask: mask.bits() })
    }

    /// What the kernel is to do.
    #[inline]
    pub const fn mask(&self) -> Mask {
        Mask::from_bits(self.0.mask)
    }

    /// The bytes, for who sends them by itself.
    pub fn to_bytes(&self) -> [u8; Ack::SIZE] {
        let mut bytes = [0; Ack::SIZE];
        let (size, mask) = bytes.split_at_mut(offset_of!(abi::coredump_ack, mask));
        for (to, from) in size.iter_mut().zip(self.0.size.to_ne_bytes()) {
            *to = from;
        }
        mask.copy_from_slice(&self.0.mask.to_ne_bytes());
        bytes
    }
}

impl fmt::Debug for Ack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ack").field("mask", &self.mask()).finish()
    }
}

/// What the kernel says of an answer. Only [`ReqAck`](Self::ReqAck) is good: otherwise it closes the connection, and the process
/// is not dumped.
#[doc(alias = "coredump_mark")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mark {
    /// It does what it is to do.
    #[doc(alias = "COREDUMP_MARK_REQACK")]
    ReqAck,
    /// The size in the answer is too small.
    #[doc(alias = "COREDUMP_MARK_MINSIZE")]
    MinSize,
    /// The size in the answer is more than [`Request::size_ack`].
    #[doc(alias = "COREDUMP_MARK_MAXSIZE")]
    MaxSize,
    /// The mask has more than [`Request::mask`].
    #[doc(alias = "COREDUMP_MARK_UNSUPPORTED")]
    Unsupported,
    /// The mask has none of `KERNEL`, `USERSPACE` and `REJECT`, or more than one.
    #[doc(alias = "COREDUMP_MARK_CONFLICTING")]
    Conflicting,
    /// One that has no name here.
    Other(u32),
}

impl<'a> crate::event::Record<'a> for Mark {
    #[inline]
    fn parse(bytes: &mut &'a [u8]) -> Option<Mark> {
        let (number, rest) = bytes.split_first_chunk()?;
        *bytes = rest;
        Some(match u32::from_ne_bytes(*number) {
            abi::COREDUMP_MARK_REQACK => Mark::ReqAck,
            abi::COREDUMP_MARK_MINSIZE => Mark::MinSize,
            abi::COREDUMP_MARK_MAXSIZE => Mark::MaxSize,
            abi::COREDUMP_MARK_UNSUPPORTED => Mark::Unsupported,
            abi::COREDUMP_MARK_CONFLICTING => Mark::Conflicting,
            other => Mark::Other(other),
        })
    }
}

/// The longest request that is read, in bytes. The kernel's has 16.
const LONGEST: usize = 4096;

/// A connected unix socket, of streams, over which the kernel asks: owned or borrowed.
#[derive(Debug)]
pub struct Connection<S> {
    socket: S,
}

impl<S: AsFd> Connection<S> {
    /// One that has been accepted, and nothing has been read from.
    #[inline]
    pub const fn new(socket: S) -> Connection<S> {
        Connection { socket }
    }

    /// The socket.
    #[inline]
    pub fn into_inner(self) -> S {
        self.socket
    }

    /// Reads what the kernel says first. What a newer kernel says beyond that is dropped.
    ///
    /// # Errors
    ///
    /// - `EAGAIN`: nothing is there, and the socket is non-blocking.
    /// - `EBADF`: the descriptor is not open.
    /// - `EBADMSG`: not a request, or one of more than 4,096 bytes: who has connected is not the kernel.
    /// - `ECONNRESET`: the other end was closed before it had received everything.
    /// - `EINTR`: a signal handler ran.
    /// - `EINVAL`, `ENOTCONN`: the socket is not connected.
    /// - `ENODATA`: the stream has ended.
    /// - `ENOTSOCK`: not a socket.
    pub fn read_request(&self) -> Result<Request> {
        let mut bytes = [0; LONGEST];
        let there = self.receive(&mut bytes, RecvFlags::PEEK)?;
        let mut requests = parse(there);
        let request = requests.next().ok_or(Errno::EBADMSG)?;
        let size = there.len() - requests.remainder().len();
        // All of it is there, so it comes at once. It is taken only now, so that an error takes nothing.
        self.receive(bytes.get_mut(..size).unwrap_or_default(), RecvFlags::empty())?;
        Ok(request)
    }

    /// Sends the answer.
    ///
    /// # Errors
    ///
    /// - `EAGAIN`: there is no room, and the socket is non-blocking.
    /// - `EBADF`: the descriptor is not open.
    /// - `EINTR`: a signal handler ran.
    /// - `ENOTCONN`: the socket is not connected.
    /// - `ENOTSOCK`: not a socket.
    /// - `EPIPE`: the other end is closed: the process was killed once more. There is no `SIGPIPE`.
    pub fn send_ack(&self, ack: &Ack) -> Result<()> {
        // A stream takes so few bytes as a whole.
        socket::sendmsg(&self.socket, &[IoSlice::new(&ack.to_bytes())], None, SendFlags::NOSIGNAL).map(drop)
    }

    /// Reads what the kernel says of the answer.
    ///
    /// # Errors
    ///
    /// Those of [`read_request`](Self::read_request); `EBADMSG` is of what is shorter than a mark.
    pub fn read_mark(&self) -> Result<Mark> {
        let mut bytes = [0; size_of::<u32>()];
        let there = self.receive(&mut bytes, RecvFlags::empty())?;
        Records::new(there).next().ok_or(Errno::EBADMSG)
    }

    /// What is there of a stream that has not ended. Descriptors that somebody sends with it are closed.
    fn receive<'b>(&self, bytes: &'b mut [u8], flags: RecvFlags) -> Result<&'b [u8]> {
        let received = socket::recvmsg(&self.socket, &mut [IoSliceMut::new(bytes)], &mut [], flags)?.len;
        match bytes.get(..received) {
            Some([]) | None => Err(Errno::ENODATA),
            Some(there) => Ok(there),
        }
    }
}

impl<S: AsFd> AsFd for Connection<S> {
    #[inline]
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;
    use std::vec::Vec;

    fn request(size: u32, size_ack: u32, mask: u64) -> Vec<u8> {
        [&size.to_ne_bytes()[..], &size_ack.to_ne_bytes(), &mask.to_ne_bytes()].concat()
    }

    #[test]
    fn a_request_is_what_its_fields_say() {
        let request = parse(&request(16, 17, 0x8000_0000_0000_0005)).next().unwrap();
        assert_eq!((request.size(), request.size_ack()), (16, 17));
        assert_eq!(request.mask(), Mask::KERNEL | Mask::REJECT | Mask::from_bits(1 << 63));
        let shown = "Request { size: 16, size_ack: 17, mask: Mask(KERNEL | REJECT | 0x8000000000000000) }";
        assert_eq!(format!("{request:?}"), shown);
    }

    #[test]
    fn what_a_newer_kernel_adds_is_skipped() {
        let bytes = [request(20, 24, 1), [1, 2, 3, 4].to_vec(), request(16, 16, 2)].concat();
        let mut requests = parse(&bytes);
        assert_eq!(requests.next().unwrap().size_ack(), 24);
        assert_eq!(requests.next().unwrap().mask(), Mask::USERSPACE);
        assert!(requests.next().is_none() && requests.remainder().is_empty());
    }

    #[test]
    fn what_is_too_short_is_none() {
        for size in [0, 4, 15, 17, u32::MAX] {
            let bytes = request(size, 16, 15);
            let mut requests = parse(&bytes);
            assert!(requests.next().is_none(), "{size}");
            assert_eq!(requests.remainder(), bytes);
        }
        let whole = request(16, 16, 15);
        for end in 0..16 {
            assert!(parse(&whole[..end]).next().is_none());
        }
    }

    #[test]
    fn an_answer_has_its_size_and_its_mask() {
        let ack = Ack::new(Mask::KERNEL | Mask::WAIT);
        assert_eq!(ack.to_bytes()[..], request(16, 0, 9));
        assert_eq!(format!("{ack:?}"), "Ack { mask: Mask(KERNEL | WAIT) }");
    }

    #[test]
    fn a_mark_without_a_name_keeps_its_number() {
        let bytes: Vec<u8> = [0, 1, 2, 3, 4, 5_u32].iter().flat_map(|number| number.to_ne_bytes()).collect();
        let marks: Vec<Mark> = Records::new(&bytes).collect();
        let named = [Mark::ReqAck, Mark::MinSize, Mark::MaxSize, Mark::Unsupported, Mark::Conflicting, Mark::Other(5)];
        assert_eq!(marks, named);
        assert_eq!(Records::<Mark>::new(&bytes[..3]).next(), None);
    }
}
