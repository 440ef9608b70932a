//! The events: a struct of 80 bytes, or more from a newer kernel.

use super::{AddFd, Listener, Response, addfd, addfd_send, id_valid, send};
use crate::abi::audit::__AUDIT_ARCH_64BIT;
use crate::abi::seccomp as abi;
use crate::errno::{Errno, Result};
use crate::event::{Record, Records};
use crate::fd::RawFd;
use crate::pid::Pid;
use crate::seccomp::{Arch, Data};
use crate::signal::{SigSet, sigmask};
use core::{fmt, mem::offset_of, ops::Deref};

const SIZE: usize = size_of::<abi::seccomp_notif>();

/// A call that somebody made, as the kernel tells it to a listener.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Call<'a> {
    /// At least a `seccomp_notif`.
    record: &'a [u8],
}

/// The calls in any bytes, 80 of them each.
///
/// ```
/// use butter::seccomp::notify;
/// let mut calls = notify::parse(b"not a whole call");
/// assert!(calls.next().is_none());
/// assert_eq!(calls.remainder().len(), 16);
/// ```
#[inline]
pub const fn parse(bytes: &[u8]) -> Records<'_, Call<'_>> {
    Records::new(bytes)
}

impl<'a> Record<'a> for Call<'a> {
    #[inline]
    fn parse(bytes: &mut &'a [u8]) -> Option<Call<'a>> {
        Call::take(bytes, SIZE)
    }
}

impl<'a> Call<'a> {
    /// The first of a kernel that has the struct in this size.
    #[inline]
    pub(super) fn take(bytes: &mut &'a [u8], size: usize) -> Option<Call<'a>> {
        let (record, rest) = bytes.split_at_checked(size.max(SIZE))?;
        *bytes = rest;
        Some(Call { record })
    }

    #[inline]
    fn field<const N: usize>(&self, offset: usize) -> [u8; N] {
        self.record.get(offset..).and_then(<[u8]>::first_chunk).copied().unwrap_or([0; N])
    }

    /// What an answer names it by: a number that no other call of this listener has. A call that is made anew after a signal
    /// handler has another.
    #[inline]
    pub fn id(&self) -> u64 {
        u64::from_ne_bytes(self.field(offset_of!(abi::seccomp_notif, id)))
    }

    /// The thread that made it. `None` if it is outside the pid namespace of who received this.
    ///
    /// The thread may be killed at any time, and its number be another's afterwards: see [`id_valid`].
    #[inline]
    pub fn pid(&self) -> Option<Pid> {
        Pid::new(i32::from_ne_bytes(self.field(offset_of!(abi::seccomp_notif, pid))))
    }

    /// The kernel's flags; there are none yet.
    #[inline]
    pub fn flags(&self) -> u32 {
        u32::from_ne_bytes(self.field(offset_of!(abi::seccomp_notif, flags)))
    }

    /// The number of the call, in the table of its architecture.
    #[doc(alias = "nr")]
    #[inline]
    pub fn number(&self) -> i32 {
        i32::from_ne_bytes(self.field(offset_of!(abi::seccomp_notif, data.nr)))
    }

    /// The architecture of the call (`AUDIT_ARCH_…`): a process of 64 bits may make those of 32 as well.
    #[doc(alias = "arch")]
    #[inline]
    pub fn audit_arch(&self) -> u32 {
        u32::from_ne_bytes(self.field(offset_of!(abi::seccomp_notif, data.arch)))
    }

    /// Whether the registers of the call have 64 bits: so have those of x32 and of the n32 of mips, whose pointers have 32.
    #[doc(alias = "__AUDIT_ARCH_64BIT")]
    #[inline]
    pub fn is_64bit(&self) -> bool {
        self.audit_arch() & __AUDIT_ARCH_64BIT != 0
    }

    /// The address that the call was made from.
    #[inline]
    pub fn instruction_pointer(&self) -> u64 {
        u64::from_ne_bytes(self.field(offset_of!(abi::seccomp_notif, data.instruction_pointer)))
    }

    /// The arguments, as many as the call has; what stands in the registers of others has no meaning. Where the registers have 32
    /// bits the rest is zero, so that one which may be negative is `args()[0] as i32`.
    #[inline]
    pub fn args(&self) -> [u64; 6] {
        let (first, size) = (offset_of!(abi::seccomp_notif, data.args), size_of::<u64>());
        let mask = if self.is_64bit() { u64::MAX } else { u32::MAX.into() };
        [0, 1, 2, 3, 4, 5].map(|argument| u64::from_ne_bytes(self.field(first + argument * size)) & mask)
    }

    /// All of that as a filter sees it: to [`run`](crate::seccomp::run) a program on the call, or to tell
    /// [whose](Data::is_of) it is.
    #[doc(alias = "seccomp_data")]
    #[inline]
    pub fn data(&self) -> Data {
        Data::new(Arch::NATIVE, self.number() as u32)
            .with_audit_arch(self.audit_arch())
            .with_instruction_pointer(self.instruction_pointer())
            .with_args(self.args())
    }

    /// The bytes as the kernel gave them, which may be more than this crate knows.
    #[inline]
    pub fn as_bytes(&self) -> &'a [u8] {
        self.record
    }
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut call = f.debug_struct("Call");
        call.field("id", &format_args!("{:#x}", self.id())).field("pid", &self.pid()).field("number", &self.number());
        call.field("audit_arch", &format_args!("{:#x}", self.audit_arch()));
        call.field("args", &format_args!("{:#x?}", self.args())).finish()
    }
}

/// A call that waits for its answer. Dropped without one, it answers by itself: the call fails with the error that was chosen
/// with the listener ([`with_unanswered`](Listener::with_unanswered)).
///
/// What the [`Call`] tells can be asked of it directly.
#[must_use = "dropped, it makes the call fail"]
pub struct Notification<'a> {
    listener: &'a Listener,
    call: Call<'a>,
    answered: bool,
}

impl<'a> Notification<'a> {
    #[inline]
    pub(super) fn new(listener: &'a Listener, call: Call<'a>) -> Notification<'a> {
        Notification { listener, call, answered: false }
    }

    /// What is known of the call.
    #[inline]
    pub fn call(&self) -> Call<'a> {
        self.call
    }

    /// Whether the call still waits: [`id_valid`].
    ///
    /// # Errors
    ///
    /// Those of [`id_valid`]; above all `ENOENT`, if it does not.
    #[inline]
    pub fn id_valid(&self) -> Result<()> {
        id_valid(self.listener, self.id())
    }

    /// The call gives this value, as if it had been made. Where the registers have 32 bits, it is the lower half that is given.
    ///
    /// # Errors
    ///
    /// - `EINPROGRESS`: it was answered already, by its number.
    /// - `ENOENT`: it does not wait any more: its thread was killed, or a signal handler interrupted it.
    #[inline]
    pub fn respond(self, value: i64) -> Result<()> {
        self.answer(|id| Response::value(id, value))
    }

    /// The call fails with this error.
    ///
    /// # Errors
    ///
    /// Those of [`respond`](Self::respond).
    #[inline]
    pub fn respond_errno(self, errno: Errno) -> Result<()> {
        self.answer(|id| Response::errno(id, errno))
    }

    /// The call is made, as if there were no such filter. Since Linux 5.5.
    ///
    /// **This must not be a decision of security.** By the time the kernel makes the call, what its arguments point to may have
    /// been changed by another thread, or by whoever else shares the memory, so what was looked at here is not what the kernel
    /// will see. It is for calls that the kernel would have allowed anyway, on the grounds of what only it checks; one that must
    /// not be made with certain arguments must be made for the target, or not at all.
    ///
    /// # Errors
    ///
    /// - Those of [`respond`](Self::respond), and
    /// - `EINVAL`: before Linux 5.5. The call fails as one that is not answered.
    #[doc(alias = "SECCOMP_USER_NOTIF_FLAG_CONTINUE")]
    #[inline]
    pub fn respond_continue(self) -> Result<()> {
        self.answer(Response::continues)
    }

    #[inline]
    fn answer(mut self, response: impl FnOnce(u64) -> Response) -> Result<()> {
        self.send(&response(self.id()))?;
        self.answered = true;
        Ok(())
    }

    /// Sends whatever signals come, as nobody could do so again.
    #[inline]
    fn send(&self, response: &Response) -> Result<()> {
        loop {
            match send(self.listener, response) {
                Err(Errno::EINTR) => {}
                result => return result,
            }
        }
    }

    /// Installs a descriptor in the process that made the call, and gives its number there. The call still waits for its answer.
    /// Since Linux 5.9.
    ///
    /// # Errors
    ///
    /// Those of [`addfd`].
    #[inline]
    pub fn addfd(&self, fd: AddFd<'_>) -> Result<RawFd> {
        addfd(self.listener, self.id(), fd)
    }

    /// Installs a descriptor in the process that made the call, and answers with its number there, which is given here too. If
    /// that fails, the call still waits for its answer. Since Linux 5.14.
    ///
    /// No signal arrives in the meantime: a call that was interrupted here might be answered without a descriptor.
    ///
    /// # Errors
    ///
    /// Those of [`addfd_send`].
    pub fn respond_fd(&mut self, fd: AddFd<'_>) -> Result<RawFd> {
        let _mask = sigmask::Guard::set(SigSet::all())?;
        let number = addfd_send(self.listener, self.id(), fd)?;
        self.answered = true;
        Ok(number)
    }

    /// Its number, for who answers it later: by [`send`], which it then depends on.
    #[inline]
    pub fn into_id(mut self) -> u64 {
        self.answered = true;
        self.id()
    }
}

impl<'a> Deref for Notification<'a> {
    type Target = Call<'a>;

    #[inline]
    fn deref(&self) -> &Call<'a> {
        &self.call
    }
}

impl Drop for Notification<'_> {
    #[inline]
    fn drop(&mut self) {
        if !self.answered {
            // If it fails, there is nobody to be answered.
            let _ = self.send(&Response::errno(self.id(), self.listener.unanswered()));
        }
    }
}

impl fmt::Debug for Notification<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notification").field("call", &self.call).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    const X86_64: u32 = 0xc000_003e;
    const ARM: u32 = 0x4000_0028;

    fn bytes(pid: i32, arch: u32, args: [u64; 6]) -> Vec<u8> {
        let mut bytes = Vec::from(0x1122_3344_5566_7788_u64.to_ne_bytes());
        for word in [pid as u32, 5, -7_i32 as u32, arch] {
            bytes.extend(word.to_ne_bytes());
        }
        for word in [0xaaaa_bbbb_cccc_dddd].into_iter().chain(args) {
            bytes.extend(word.to_ne_bytes());
        }
        bytes
    }

    #[test]
    fn every_field_is_at_its_place() {
        let args = [1, u64::MAX, 3, 4, 5, 6 << 32];
        let bytes = bytes(42, X86_64, args);
        let mut calls = parse(&bytes);
        let call = calls.next().unwrap();
        assert_eq!((call.id(), call.pid(), call.flags()), (0x1122_3344_5566_7788, Pid::new(42), 5));
        assert_eq!((call.number(), call.audit_arch()), (-7, X86_64));
        assert_eq!((call.instruction_pointer(), call.args()), (0xaaaa_bbbb_cccc_dddd, args));
        assert!(call.is_64bit());
        let data = call.data();
        assert_eq!((data.number(), data.audit_arch(), data.args()), (-7_i32 as u32, X86_64, &args));
        assert_eq!(data.instruction_pointer(), 0xaaaa_bbbb_cccc_dddd);
        assert_eq!(call.as_bytes(), bytes);
        assert!(calls.next().is_none());
    }

    #[test]
    fn arguments_are_as_wide_as_registers() {
        let bytes = bytes(1, ARM, [u64::MAX, 1 << 32, 0xffff_fffe, 0, 1 << 63 | 7, 6]);
        let call = parse(&bytes).next().unwrap();
        assert!(!call.is_64bit());
        assert_eq!(call.args(), [0xffff_ffff, 0, 0xffff_fffe, 0, 7, 6]);
    }

    #[test]
    fn a_thread_may_have_no_number() {
        for pid in [0, -1, i32::MIN] {
            assert_eq!(parse(&bytes(pid, X86_64, [0; 6])).next().unwrap().pid(), None);
        }
    }

    #[test]
    fn what_is_not_whole_is_left() {
        let bytes = [bytes(1, X86_64, [0; 6]), bytes(2, ARM, [0; 6])].concat();
        for length in 0..=bytes.len() {
            let mut calls = parse(&bytes[..length]);
            assert_eq!(calls.by_ref().count(), length / SIZE);
            assert_eq!(calls.remainder().len(), length % SIZE);
        }
    }

    #[test]
    fn a_newer_kernel_may_say_more() {
        let mut bytes =
            [bytes(1, X86_64, [0; 6]), [0xee; 16].into(), bytes(2, ARM, [0; 6]), [0xdd; 16].into()].concat();
        bytes.push(9);
        let mut rest = &bytes[..];
        let first = Call::take(&mut rest, SIZE + 16).unwrap();
        let second = Call::take(&mut rest, SIZE + 16).unwrap();
        assert_eq!((first.pid(), second.pid()), (Pid::new(1), Pid::new(2)));
        assert_eq!((first.as_bytes(), &second.as_bytes()[SIZE..]), (&bytes[..SIZE + 16], &[0xdd; 16][..]));
        assert_eq!((Call::take(&mut rest, SIZE + 16), rest), (None, &[9][..]));
        // Less than there is in any kernel, it is as if it were that.
        let mut rest = &bytes[..];
        assert_eq!(Call::take(&mut rest, 3).unwrap().as_bytes().len(), SIZE);
    }
}
