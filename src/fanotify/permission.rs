//! Permission events: somebody waits for an answer.

use super::{Notification, Pidfd, abi};
use crate::errno::{Errno, Result};
use crate::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use core::{fmt, mem::take, ops::Deref};

/// An answer: to allow or to deny, and how.
#[doc(alias = "fanotify_response")]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Response(u32);

impl Response {
    /// It may go on.
    #[doc(alias = "FAN_ALLOW")]
    pub const ALLOW: Response = Response(abi::FAN_ALLOW);
    /// It fails with `EPERM`.
    #[doc(alias = "FAN_DENY")]
    pub const DENY: Response = Response(abi::FAN_DENY);

    /// It fails with this error, in a group of class `PRE_CONTENT`: one of `EPERM`, `EIO`, `EBUSY`, `ETXTBSY`, `EAGAIN`,
    /// `ENOSPC` and `EDQUOT`. The kernel refuses another, and in a group of class `CONTENT` any, with `EINVAL`. Since Linux
    /// 6.14.
    #[doc(alias = "FAN_DENY_ERRNO")]
    #[inline]
    pub const fn deny_with(errno: Errno) -> Response {
        let number = errno.number() as u32;
        // There is room for 8 bits, and no such error is taken.
        let number = if number > abi::FAN_ERRNO_MASK { abi::FAN_ERRNO_MASK } else { number };
        Response(abi::FAN_DENY | number << abi::FAN_ERRNO_SHIFT)
    }

    /// The same, and with a record in the audit log. Without `ENABLE_AUDIT` the kernel refuses it with `EINVAL`. Since Linux
    /// 4.15.
    #[doc(alias = "FAN_AUDIT")]
    #[inline]
    pub const fn audit(self) -> Response {
        Response(self.0 | abi::FAN_AUDIT)
    }

    /// Whether it allows.
    #[inline]
    pub const fn is_allow(self) -> bool {
        self.0 & abi::FAN_ALLOW != 0
    }

    /// The bits, as the kernel has them.
    #[inline]
    pub const fn bits(self) -> u32 {
        self.0
    }

    #[inline]
    pub(super) const fn of(answer: abi::fanotify_response) -> Response {
        Response(answer.response)
    }

    /// What every group takes: to allow, or to deny.
    #[inline]
    pub(super) const fn plain(self) -> Response {
        if self.is_allow() { Response::ALLOW } else { Response::DENY }
    }
}

/// The rule by which it was decided, for the audit log. Since Linux 6.3.
#[doc(alias = "fanotify_response_info_audit_rule")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AuditRule {
    /// The number of the rule.
    pub number: u32,
    /// Whether who asks is trusted.
    pub subject: Trust,
    /// Whether the file is trusted.
    pub object: Trust,
}

/// Whether somebody or something is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trust {
    /// No.
    No,
    /// Yes.
    Yes,
    /// Nobody knows.
    Unknown,
}

impl Trust {
    const fn number(self) -> u32 {
        match self {
            Trust::No => 0,
            Trust::Yes => 1,
            Trust::Unknown => 2,
        }
    }
}

/// An answer and the rule behind it.
#[repr(C)]
struct WithRule {
    response: abi::fanotify_response,
    rule: abi::fanotify_response_info_audit_rule,
}

/// Writes an answer to a group: `file` is that of the event. With a `rule` it says so in the audit log, if the response is
/// to be [audited](Response::audit).
///
/// [`Permission`] does it for an event of a [`Fanotify`](super::Fanotify).
///
/// # Errors
///
/// - `EBADF`: the group's descriptor is not open.
/// - `EINVAL`: not a fanotify descriptor; or the group or this kernel does not take this response: see [`Response`]. The
///   event still waits.
/// - `ENOENT`: no event of the group waits for an answer with this descriptor.
#[doc(alias = "write")]
#[inline]
pub fn respond(group: impl AsFd, file: impl AsFd, response: Response, rule: Option<AuditRule>) -> Result<()> {
    write(group.as_fd().as_raw_fd(), file.as_fd().as_raw_fd(), response, rule)
}

fn write(group: RawFd, fd: RawFd, response: Response, rule: Option<AuditRule>) -> Result<()> {
    let Some(rule) = rule else {
        let response = abi::fanotify_response { fd, response: response.bits() };
        // SAFETY: the kernel reads the struct.
        return unsafe { call_readonly!(WRITE, group, &raw const response, size_of_val(&response)) }
            .exactly(size_of_val(&response));
    };
    const RULE: usize = size_of::<abi::fanotify_response_info_audit_rule>();
    let with_rule = WithRule {
        response: abi::fanotify_response { fd, response: response.bits() | abi::FAN_INFO },
        rule: abi::fanotify_response_info_audit_rule {
            hdr: abi::fanotify_response_info_header {
                r#type: abi::FAN_RESPONSE_INFO_AUDIT_RULE,
                pad: 0,
                len: RULE as u16,
            },
            rule_number: rule.number,
            subj_trust: rule.subject.number(),
            obj_trust: rule.object.number(),
        },
    };
    // SAFETY: the kernel reads both structs.
    unsafe { call_readonly!(WRITE, group, &raw const with_rule, size_of_val(&with_rule)) }
        .exactly(size_of_val(&with_rule))
}

/// Somebody wants to do something and waits for an answer. What can be asked of a [`Notification`] can be asked of it.
///
/// One that is dropped is answered as the group was made to:
/// [allowed](Response::ALLOW) unless [`unanswered`](super::Builder::unanswered) says otherwise. So is one that an iterator or
/// a [`Reader`](crate::Reader) had not come to when it was dropped. When the process ends, the kernel allows all that is
/// still waiting. Only an event that is forgotten ([`core::mem::forget`]) waits until the group is closed.
///
/// It can be answered in another thread. Its file stays in it until it is answered, as the kernel knows the event by the
/// file's number: to keep the file, duplicate it.
///
/// If the kernel refuses an answer, it gets the plain one in its place, [`Response::ALLOW`] or [`Response::DENY`]: who was to
/// be denied is denied, and nobody is kept waiting. The error is returned all the same.
#[must_use = "it is answered when it is dropped, with what the group was made to"]
pub struct Permission<'a> {
    event: Notification<'a>,
    waiting: bool,
}

impl<'a> Deref for Permission<'a> {
    type Target = Notification<'a>;

    #[inline]
    fn deref(&self) -> &Notification<'a> {
        &self.event
    }
}

impl<'a> Permission<'a> {
    #[inline]
    pub(super) const fn new(event: Notification<'a>) -> Self {
        Permission { event, waiting: true }
    }

    /// Lets it go on.
    ///
    /// # Errors
    ///
    /// Those of [`answer`](Self::answer).
    #[inline]
    pub fn allow(self) -> Result<()> {
        self.answer(Response::ALLOW)
    }

    /// Lets it fail with `EPERM`.
    ///
    /// # Errors
    ///
    /// Those of [`answer`](Self::answer).
    #[inline]
    pub fn deny(self) -> Result<()> {
        self.answer(Response::DENY)
    }

    /// Lets it fail with this error: see [`Response::deny_with`].
    ///
    /// # Errors
    ///
    /// Those of [`answer`](Self::answer).
    #[inline]
    pub fn deny_with(self, errno: Errno) -> Result<()> {
        self.answer(Response::deny_with(errno))
    }

    /// Answers it.
    ///
    /// # Errors
    ///
    /// - `EINVAL`: the group or this kernel does not take this response; it got the plain one.
    /// - `ENOENT`: it has been answered by somebody else who has the group's descriptor.
    #[inline]
    pub fn answer(mut self, response: Response) -> Result<()> {
        self.respond(response, None)
    }

    /// Answers it, and says in the audit log by which rule: in a group with `ENABLE_AUDIT`, with a response that is to be
    /// [audited](Response::audit). Since Linux 6.3.
    ///
    /// # Errors
    ///
    /// Those of [`answer`](Self::answer).
    #[inline]
    pub fn answer_by_rule(mut self, response: Response, rule: AuditRule) -> Result<()> {
        self.respond(response, Some(rule))
    }

    /// Takes the pidfd out of the event, which has none afterwards.
    #[inline]
    pub fn take_pidfd(&mut self) -> Option<Pidfd<OwnedFd>> {
        self.event.take_pidfd()
    }

    /// The answer, as the kernel takes it.
    #[inline]
    pub(super) fn to_kernel(&self, response: Response) -> abi::fanotify_response {
        abi::fanotify_response { fd: self.event.fd(), response: response.bits() }
    }

    /// Once it was answered in another way.
    #[inline]
    pub(super) fn answered(&mut self) {
        self.waiting = false;
    }

    #[inline]
    pub(super) fn respond(&mut self, response: Response, rule: Option<AuditRule>) -> Result<()> {
        match take(&mut self.waiting) {
            true => respond_for_good(self.event.group.as_raw_fd(), self.event.fd(), response, rule),
            false => Ok(()),
        }
    }
}

/// Writes the answer, and if it is refused the plain one in its place.
#[inline(never)]
fn respond_for_good(group: RawFd, fd: RawFd, response: Response, rule: Option<AuditRule>) -> Result<()> {
    let once = |response, rule| loop {
        match write(group, fd, response, rule) {
            Err(Errno::EINTR) => {}
            result => return result,
        }
    };
    let result = once(response, rule);
    if result.is_err() && (rule.is_some() || response != response.plain()) {
        let _ = once(response.plain(), None);
    }
    result
}

impl Drop for Permission<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.waiting {
            let _ = self.respond(self.event.group.unanswered, None);
        }
    }
}

impl fmt::Debug for Permission<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Permission").field(&self.event).finish()
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_allow() { "allow" } else { "deny" })?;
        if let Some(errno) = Errno::new((self.0 >> abi::FAN_ERRNO_SHIFT) as u16) {
            write!(f, " with {errno:?}")?;
        }
        if self.0 & abi::FAN_AUDIT != 0 { f.write_str(", audited") } else { Ok(()) }
    }
}
