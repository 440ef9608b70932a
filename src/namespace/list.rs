//! `listns`: which namespaces there are.

use super::Kinds;
use crate::abi::nsfs as abi;
use crate::buffer::Buffer;
use crate::errno::{Errno, Result};

/// Which namespaces [`listns`] lists: by default all that the caller may see.
#[doc(alias = "ns_id_req")]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct ListRequest(abi::ns_id_req);

impl ListRequest {
    /// All.
    #[inline]
    pub const fn new() -> ListRequest {
        const SIZE: u32 = size_of::<abi::ns_id_req>() as u32;
        ListRequest(abi::ns_id_req { size: SIZE, spare: 0, ns_id: 0, ns_type: 0, spare2: 0, user_ns_id: 0 })
    }

    /// Only those whose numbers come after this one: the last of what was listed before.
    #[inline]
    pub const fn after(mut self, id: u64) -> ListRequest {
        self.0.ns_id = id;
        self
    }

    /// Only those of these kinds; of all if it is empty.
    #[inline]
    pub const fn kinds(mut self, kinds: Kinds) -> ListRequest {
        self.0.ns_type = kinds.bits();
        self
    }

    /// Only those that this user namespace owns.
    #[inline]
    pub const fn owned_by(mut self, id: u64) -> ListRequest {
        self.0.user_ns_id = id;
        self
    }

    /// Only those that the caller's user namespace owns.
    #[doc(alias = "LISTNS_CURRENT_USER")]
    #[inline]
    pub const fn owned_by_own(self) -> ListRequest {
        self.owned_by(abi::LISTNS_CURRENT_USER)
    }

    /// Lists all of them, by as many calls as it takes with this memory.
    #[inline]
    pub const fn iter(self, memory: &mut [u64]) -> List<'_> {
        List { request: self, memory, next: 0, end: 0, done: false }
    }
}

impl Default for ListRequest {
    #[inline]
    fn default() -> ListRequest {
        ListRequest::new()
    }
}

impl core::fmt::Debug for ListRequest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ListRequest")
            .field("after", &self.0.ns_id)
            .field("kinds", &Kinds::from_bits(self.0.ns_type))
            .field("owned_by", &self.0.user_ns_id)
            .finish()
    }
}

/// Lists the numbers of the namespaces that are in use, ascending, as many as there are and fit. If the buffer is full there
/// may be more [`after`](ListRequest::after) the last. Since Linux 6.19.
///
/// The caller sees those in whose user namespace it has `CAP_SYS_ADMIN`, and those that it is in.
///
/// # Errors
///
/// - `EINVAL`: there is no user namespace of that number.
/// - `ENOENT`: there is no namespace after that number.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOSYS`: the kernel is older.
/// - `EOPNOTSUPP`: a kind that this kernel does not know.
/// - `EOVERFLOW`: the buffer has room for more than 1,000,000.
/// - `EPERM`: the caller may not see the user namespace.
pub fn listns<'b>(request: &ListRequest, ids: impl Into<Buffer<'b, u64>>) -> Result<&'b mut [u64]> {
    let mut ids = ids.into();
    let request = &raw const request.0;
    // SAFETY: the kernel reads the request, writes as many numbers as fit, and says how many.
    unsafe { ids.fill(|memory, capacity| call!(LISTNS, request, memory, capacity, 0).size()) }?;
    Ok(ids.into_filled())
}

/// The numbers of namespaces, from one call of [`listns`] after the other. After an error there are no more.
#[derive(Debug)]
pub struct List<'b> {
    request: ListRequest,
    memory: &'b mut [u64],
    // next <= end <= memory.len()
    next: usize,
    end: usize,
    done: bool,
}

impl Iterator for List<'_> {
    type Item = Result<u64>;

    fn next(&mut self) -> Option<Result<u64>> {
        if self.next == self.end {
            // One that did not fill the memory was the last.
            if self.done {
                return None;
            }
            match listns(&self.request, &mut *self.memory).map(|ids| ids.len()) {
                Ok(count) => {
                    (self.next, self.end) = (0, count);
                    self.done = count < self.memory.len() || count == 0;
                }
                Err(errno) => {
                    self.done = true;
                    // The last call has filled the memory with all there is.
                    let no_more = self.request.0.ns_id != 0 && errno == Errno::ENOENT;
                    return if no_more { None } else { Some(Err(errno)) };
                }
            }
        }
        let id = *self.memory.get(self.next).filter(|_| self.next < self.end)?;
        self.next += 1;
        self.request = self.request.after(id);
        Some(Ok(id))
    }
}
