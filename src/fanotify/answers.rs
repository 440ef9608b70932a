//! Several answers with one call.

use super::{Permission, Response, abi};
use crate::abi::uio::iovec;
use crate::errno::{Errno, Result};
use crate::fd::AsRawFd;
use core::{array, fmt, ptr};

/// Collects answers, and gives up to `N` of them with one call (`writev`, as the kernel takes one answer of each piece).
/// `N` may be up to 1,024.
///
/// Whoever asked waits until then: collect what one read gave, not more. When it is dropped, it gives what it has.
///
/// ```
/// use butter::fanotify::{Answers, Event, Fanotify, Response};
/// use butter::EventSource;
///
/// fn allow_all(group: &Fanotify, buffer: &mut [u8]) -> butter::Result<()> {
///     let mut answers = Answers::<64>::new();
///     for event in group.read_events(buffer)? {
///         if let Event::Permission(permission) = event {
///             answers.push(permission, Response::ALLOW)?;
///         }
///     }
///     answers.give()
/// }
/// ```
pub struct Answers<'a, const N: usize> {
    /// The first `len` are there.
    permissions: [Option<Permission<'a>>; N],
    responses: [abi::fanotify_response; N],
    len: usize,
}

impl<'a, const N: usize> Answers<'a, N> {
    /// None yet.
    #[inline]
    pub fn new() -> Self {
        const { assert!(0 < N && N <= 1024, "the kernel takes up to 1,024") };
        let nothing = abi::fanotify_response { fd: abi::FAN_NOFD, response: 0 };
        Answers { permissions: array::from_fn(|_| None), responses: [nothing; N], len: 0 }
    }

    /// How many there are.
    #[inline]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds one. If there are `N` already, or if they are for another group, those are given first.
    ///
    /// # Errors
    ///
    /// Those of [`give`](Self::give); this one is added all the same.
    pub fn push(&mut self, permission: Permission<'a>, response: Response) -> Result<()> {
        let other =
            self.permissions.first().and_then(Option::as_ref).is_some_and(|first| first.group != permission.group);
        let given = if self.len == N || other { self.give() } else { Ok(()) };
        let answer = permission.to_kernel(response);
        if let (Some(place), Some(to)) = (self.permissions.get_mut(self.len), self.responses.get_mut(self.len)) {
            (*place, *to) = (Some(permission), answer);
            self.len += 1;
        }
        given
    }

    /// Gives them all.
    ///
    /// # Errors
    ///
    /// The first of those of [`Permission::answer`]. All are answered all the same.
    pub fn give(&mut self) -> Result<()> {
        let Some(group) = self.permissions.first().and_then(Option::as_ref).map(|first| first.group.as_raw_fd()) else {
            return Ok(());
        };
        let pieces: [iovec; N] = self.responses.each_ref().map(|response| iovec {
            iov_base: ptr::from_ref(response).cast_mut().cast(),
            iov_len: size_of_val(response),
        });
        let (mut result, mut given) = (Ok(()), 0);
        while let Some(pieces) = pieces.get(given..self.len).filter(|pieces| !pieces.is_empty()) {
            // SAFETY: the kernel reads the pieces, each of which is a response.
            let taken = unsafe { call_readonly!(WRITEV, group, pieces.as_ptr(), pieces.len()) }.size();
            let taken = taken.map(|bytes| bytes / size_of::<abi::fanotify_response>());
            match taken {
                Err(Errno::EINTR) => {}
                Ok(taken @ 1..) => {
                    let permissions = self.permissions.iter_mut().skip(given).take(taken);
                    permissions.flatten().for_each(Permission::answered);
                    given = given.saturating_add(taken);
                }
                // The next is refused: it is answered by itself, plainly if it must be.
                _ => {
                    let one = self.permissions.get_mut(given).and_then(Option::take);
                    if let (Some(mut permission), Some(answer)) = (one, self.responses.get(given)) {
                        result = result.and(permission.respond(Response::of(*answer), None));
                    }
                    given = given.saturating_add(1);
                }
            }
        }
        self.permissions.iter_mut().take(self.len).for_each(|permission| *permission = None);
        self.len = 0;
        result
    }
}

impl<const N: usize> Default for Answers<'_, N> {
    fn default() -> Self {
        Answers::new()
    }
}

impl<const N: usize> Drop for Answers<'_, N> {
    fn drop(&mut self) {
        let _ = self.give();
    }
}

impl<const N: usize> fmt::Debug for Answers<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.permissions.iter().flatten().zip(self.responses.map(Response::of))).finish()
    }
}
