//! What goes and comes with the bytes: control messages, each a header and data, at the alignment of a word.

use crate::abi::socket as abi;
use crate::arch::socket::SOL_SOCKET;
use crate::errno::{Errno, Result};
use crate::event::{Record, Records};
use crate::fd::{BorrowedFd, FromRawFd, OwnedFd, RawFd};
use crate::pid::Pid;
use core::marker::PhantomData;
use core::mem::offset_of;
use core::{fmt, slice};

const HEADER: usize = size_of::<abi::cmsghdr>();
const WORD: usize = size_of::<usize>();
const FD: usize = size_of::<RawFd>();

/// How many words of memory control messages take with so many descriptors, and one with [`Credentials`] and one with a
/// pidfd, which are there if they are asked for.
#[doc(alias = "CMSG_SPACE")]
pub const fn control_words(fds: usize) -> usize {
    const fn words(len: usize) -> usize {
        HEADER.saturating_add(len).div_ceil(WORD)
    }
    words(fds.saturating_mul(FD)).saturating_add(words(size_of::<abi::ucred>()) + words(FD))
}

/// The control messages of one [`sendmsg`](super::sendmsg), in memory of the caller's. The descriptors in them are borrowed.
pub struct Control<'b, 'fd> {
    memory: &'b mut [usize],
    /// How many of the words are filled.
    len: usize,
    fds: PhantomData<BorrowedFd<'fd>>,
}

impl<'b, 'fd> Control<'b, 'fd> {
    /// None yet.
    #[inline]
    pub fn new(memory: &'b mut [usize]) -> Control<'b, 'fd> {
        Control { memory, len: 0, fds: PhantomData }
    }

    /// One with these descriptors, of which the receiver gets duplicates: at most 253.
    ///
    /// # Errors
    ///
    /// - `ENOBUFS`: the memory has no room for them: see [`control_words`].
    #[doc(alias = "SCM_RIGHTS")]
    pub fn fds(&mut self, fds: &[BorrowedFd<'fd>]) -> Result<()> {
        // SAFETY: a `BorrowedFd` is the number of the descriptor and nothing else.
        let bytes = unsafe { slice::from_raw_parts(fds.as_ptr().cast::<u8>(), size_of_val(fds)) };
        self.push(abi::SCM_RIGHTS, bytes)
    }

    /// One that says who sends it. The kernel takes only what is true, unless the caller has the capabilities for another:
    /// `CAP_SYS_ADMIN` for the process, `CAP_SETUID` and `CAP_SETGID` for the ids.
    ///
    /// # Errors
    ///
    /// - `ENOBUFS`: the memory has no room for it: see [`control_words`].
    #[doc(alias = "SCM_CREDENTIALS")]
    pub fn credentials(&mut self, credentials: Credentials) -> Result<()> {
        let pid = credentials.pid.map_or(0, Pid::number);
        let [pid, uid, gid] = [pid as u32, credentials.uid, credentials.gid].map(u32::to_ne_bytes);
        let mut bytes = [0; size_of::<abi::ucred>()];
        for (to, from) in bytes.iter_mut().zip([pid, uid, gid].as_flattened()) {
            *to = *from;
        }
        self.push(abi::SCM_CREDENTIALS, &bytes)
    }

    fn push(&mut self, kind: i32, data: &[u8]) -> Result<()> {
        let length = HEADER.checked_add(data.len()).ok_or(Errno::ENOBUFS)?;
        let end = self.len.saturating_add(length.div_ceil(WORD));
        let words = self.memory.get_mut(self.len..end).ok_or(Errno::ENOBUFS)?;
        // A header of whole words, the first of which is its length; the rest is put together from bytes.
        let header = length.to_ne_bytes().into_iter().chain(SOL_SOCKET.to_ne_bytes()).chain(kind.to_ne_bytes());
        let mut bytes = header.chain(data.iter().copied());
        for word in words {
            *word = usize::from_ne_bytes([(); WORD].map(|()| bytes.next().unwrap_or(0)));
        }
        self.len = end;
        Ok(())
    }

    /// Where they stand, and how many bytes they are.
    #[inline]
    pub(super) fn parts(&self) -> (*const usize, usize) {
        (self.memory.as_ptr(), self.len.saturating_mul(WORD))
    }
}

impl fmt::Debug for Control<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control").field("words", &self.len).finish_non_exhaustive()
    }
}

/// Who sent a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Credentials {
    /// The process; `None` if the receiver cannot see it.
    pub pid: Option<Pid>,
    /// The user.
    pub uid: u32,
    /// The group.
    pub gid: u32,
}

/// A control message in any bytes, which owns nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ControlMessage<'a> {
    level: i32,
    kind: i32,
    data: &'a [u8],
}

/// The control messages in any bytes, such as a debugger or a fuzzer has them. The descriptors in them are but numbers.
///
/// ```
/// use butter::socket;
/// let mut messages = socket::parse(b"neither a control message nor a whole one");
/// assert!(messages.next().is_none());
/// assert_eq!(messages.remainder().len(), 41);
/// ```
#[inline]
pub const fn parse(bytes: &[u8]) -> Records<'_, ControlMessage<'_>> {
    Records::new(bytes)
}

impl<'a> Record<'a> for ControlMessage<'a> {
    #[inline]
    fn parse(bytes: &mut &'a [u8]) -> Option<ControlMessage<'a>> {
        let length = usize::from_ne_bytes(field(bytes, offset_of!(abi::cmsghdr, cmsg_len))?);
        let level = i32::from_ne_bytes(field(bytes, offset_of!(abi::cmsghdr, cmsg_level))?);
        let kind = i32::from_ne_bytes(field(bytes, offset_of!(abi::cmsghdr, cmsg_type))?);
        let data = bytes.get(HEADER..length)?;
        // Behind the last the padding may be missing.
        let next = length.checked_next_multiple_of(WORD).unwrap_or(length);
        *bytes = bytes.get(next..).unwrap_or_default();
        Some(ControlMessage { level, kind, data })
    }
}

#[inline]
fn field<const N: usize>(bytes: &[u8], offset: usize) -> Option<[u8; N]> {
    bytes.get(offset..)?.first_chunk().copied()
}

impl<'a> ControlMessage<'a> {
    /// Whose kind it is: `SOL_SOCKET`, or the number of a protocol.
    #[doc(alias = "cmsg_level")]
    #[inline]
    pub fn level(&self) -> i32 {
        self.level
    }

    /// Its kind.
    #[doc(alias = "cmsg_type")]
    #[inline]
    pub fn kind(&self) -> i32 {
        self.kind
    }

    /// What stands behind the header.
    #[doc(alias = "CMSG_DATA")]
    #[inline]
    pub fn data(&self) -> &'a [u8] {
        self.data
    }

    /// The numbers of descriptors, if it is a message with descriptors; a part of a number at the end is left out.
    #[doc(alias = "SCM_RIGHTS")]
    #[inline]
    pub fn fds(&self) -> Option<impl ExactSizeIterator<Item = RawFd> + 'a> {
        let fds = self.data.chunks_exact(FD).map(|fd| fd.first_chunk().map_or(-1, |fd| RawFd::from_ne_bytes(*fd)));
        self.is(abi::SCM_RIGHTS).then_some(fds)
    }

    /// Who sent it, if it is a message of that.
    #[doc(alias = "SCM_CREDENTIALS")]
    #[inline]
    pub fn credentials(&self) -> Option<Credentials> {
        if !self.is(abi::SCM_CREDENTIALS) {
            return None;
        }
        let pid = i32::from_ne_bytes(field(self.data, offset_of!(abi::ucred, pid))?);
        let uid = u32::from_ne_bytes(field(self.data, offset_of!(abi::ucred, uid))?);
        let gid = u32::from_ne_bytes(field(self.data, offset_of!(abi::ucred, gid))?);
        Some(Credentials { pid: Pid::new(pid), uid, gid })
    }

    /// The number of a pidfd of the sender, if it is a message of that; below 0 it is the negative number of the error
    /// that the kernel had in making it.
    #[doc(alias = "SCM_PIDFD")]
    #[inline]
    pub fn pidfd(&self) -> Option<RawFd> {
        if self.is(abi::SCM_PIDFD) { field(self.data, 0).map(RawFd::from_ne_bytes) } else { None }
    }

    #[inline]
    fn is(&self, kind: i32) -> bool {
        (self.level, self.kind) == (SOL_SOCKET, kind)
    }
}

impl fmt::Debug for ControlMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut message = f.debug_struct("ControlMessage");
        message.field("level", &self.level).field("kind", &self.kind).field("data", &self.data.len()).finish()
    }
}

/// The control messages that came with a [`recvmsg`](super::recvmsg). Those that nobody takes are dropped with it, and their
/// descriptors closed.
pub struct Messages<'b> {
    /// What the kernel has written; no message has been made of it.
    records: Records<'b, ControlMessage<'b>>,
}

impl<'b> Messages<'b> {
    /// # Safety
    ///
    /// The first `len` bytes, or all if it is more, are what one `recvmsg` has written, and nothing else is made of them.
    #[inline]
    pub(super) unsafe fn new(memory: &'b [usize], len: usize) -> Messages<'b> {
        let len = len.min(size_of_val(memory));
        // SAFETY: as many bytes are there, and words are initialised bytes.
        Messages { records: parse(unsafe { slice::from_raw_parts(memory.as_ptr().cast::<u8>(), len) }) }
    }
}

impl<'b> Iterator for Messages<'b> {
    type Item = Message<'b>;

    #[inline]
    fn next(&mut self) -> Option<Message<'b>> {
        let message = self.records.next()?;
        if message.is(abi::SCM_RIGHTS) {
            return Some(Message::Fds(Fds { bytes: message.data }));
        }
        if let Some(credentials) = message.credentials() {
            return Some(Message::Credentials(credentials));
        }
        Some(match message.pidfd() {
            Some(number @ 0..) => {
                // SAFETY: the kernel has just made it, and gives it to nobody else.
                Message::Pidfd(Ok(unsafe { OwnedFd::from_raw_fd(number) }))
            }
            Some(error) => Message::Pidfd(Err(Errno::new(error.unsigned_abs() as u16).unwrap_or(Errno::EBADMSG))),
            None => Message::Other(message),
        })
    }
}

impl Drop for Messages<'_> {
    #[inline]
    fn drop(&mut self) {
        self.for_each(drop);
    }
}

impl fmt::Debug for Messages<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.records.clone()).finish()
    }
}

/// What came with a message.
#[derive(Debug)]
pub enum Message<'b> {
    /// Descriptors.
    #[doc(alias = "SCM_RIGHTS")]
    Fds(Fds<'b>),
    /// Who sent it: [`set_passcred`](super::set_passcred) asks for it.
    #[doc(alias = "SCM_CREDENTIALS")]
    Credentials(Credentials),
    /// A pidfd of who sent it, or the error that the kernel had in making it: [`set_passpidfd`](super::set_passpidfd) asks
    /// for it.
    #[doc(alias = "SCM_PIDFD")]
    Pidfd(Result<OwnedFd>),
    /// Something else. If the kernel put a descriptor into it, that stays open.
    Other(ControlMessage<'b>),
}

/// Received descriptors. Those that nobody takes are closed when it is dropped.
pub struct Fds<'b> {
    /// Numbers of descriptors that are ours.
    bytes: &'b [u8],
}

impl Iterator for Fds<'_> {
    type Item = OwnedFd;

    #[inline]
    fn next(&mut self) -> Option<OwnedFd> {
        let (number, rest) = self.bytes.split_first_chunk()?;
        self.bytes = rest;
        // SAFETY: the kernel has just made it, and it is taken once.
        Some(unsafe { OwnedFd::from_raw_fd(RawFd::from_ne_bytes(*number)) })
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.bytes.len() / FD, Some(self.bytes.len() / FD))
    }
}

impl ExactSizeIterator for Fds<'_> {}

impl Drop for Fds<'_> {
    #[inline]
    fn drop(&mut self) {
        self.for_each(drop);
    }
}

impl fmt::Debug for Fds<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fds").field("len", &self.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn bytes(words: &[usize]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_ne_bytes()).collect()
    }

    #[test]
    fn what_is_put_in_is_parsed() {
        // SAFETY: they stay open as long as the process.
        let (mut memory, stdio) = ([0; 20], [0, 1, 2].map(|fd| unsafe { BorrowedFd::borrow_raw(fd) }));
        let credentials = Credentials { pid: Pid::new(5), uid: 6, gid: 7 };
        let mut control = Control::new(&mut memory);
        control.fds(&stdio).unwrap();
        control.credentials(credentials).unwrap();
        control.fds(&stdio[..1]).unwrap();
        let (_, length) = control.parts();
        let bytes = bytes(&memory[..length / WORD]);
        let mut messages = parse(&bytes);
        assert!(messages.next().unwrap().fds().unwrap().eq([0, 1, 2]));
        assert_eq!(messages.next().unwrap().credentials(), Some(credentials));
        let last = messages.next().unwrap();
        assert!(last.fds().unwrap().eq([0]) && last.credentials().is_none() && last.pidfd().is_none());
        assert_eq!((messages.next(), messages.remainder()), (None, &[][..]));
    }

    #[test]
    fn what_does_not_fit_is_refused_and_leaves_the_rest_as_it_was() {
        // SAFETY: they stay open as long as the process.
        let (mut memory, stdio) = ([0; 7], [0, 1].map(|fd| unsafe { BorrowedFd::borrow_raw(fd) }));
        let mut control = Control::new(&mut memory);
        control.fds(&stdio).unwrap();
        let before = control.parts();
        let credentials = Credentials { pid: None, uid: 0, gid: 0 };
        let mut small = [0; 2];
        assert_eq!(Control::new(&mut small).credentials(credentials), Err(Errno::ENOBUFS));
        while control.fds(&stdio).is_ok() {}
        assert!(control.parts() >= before && control.parts().1 <= 7 * WORD);
        assert_eq!(Control::new(&mut []).fds(&[]), Err(Errno::ENOBUFS));
    }

    #[test]
    fn the_words_are_enough_and_not_many_more() {
        for fds in [0, 1, 2, 3, 253] {
            // SAFETY: it stays open as long as the process.
            let all = std::vec![unsafe { BorrowedFd::borrow_raw(0) }; fds];
            let mut memory = std::vec![0; control_words(fds)];
            let mut control = Control::new(&mut memory);
            control.fds(&all).unwrap();
            control.credentials(Credentials { pid: None, uid: 0, gid: 0 }).unwrap();
            control.fds(&all[..fds.min(1)]).unwrap();
            assert!(control.len + 1 >= control_words(fds));
        }
    }

    #[test]
    fn lengths_that_no_kernel_writes_end_it() {
        for length in [0, 1, HEADER - 1, HEADER + 9, usize::MAX, usize::MAX - 7, isize::MAX as usize] {
            let mut bytes = bytes(&[length, 0, 0]);
            bytes.truncate(HEADER + 8);
            bytes.resize(HEADER + 8, 0);
            let mut messages = parse(&bytes);
            assert_eq!(messages.next(), None, "{length}");
            assert_eq!(messages.remainder(), &bytes);
        }
    }

    #[test]
    fn the_padding_of_the_last_may_be_missing() {
        let mut control_bytes = (HEADER + 4).to_ne_bytes().to_vec();
        control_bytes.extend(SOL_SOCKET.to_ne_bytes());
        control_bytes.extend(abi::SCM_PIDFD.to_ne_bytes());
        control_bytes.extend((-3i32).to_ne_bytes());
        let mut messages = parse(&control_bytes);
        assert_eq!(messages.next().unwrap().pidfd(), Some(-3));
        assert_eq!((messages.next(), messages.remainder()), (None, &[][..]));
    }
}
