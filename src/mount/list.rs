//! Which mounts there are: their ids, without a text to parse.

use crate::abi::mount as abi;
use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::fd::{AsRawFd, BorrowedFd};
use crate::flags::flags;
use core::fmt;

/// The id of a mount, which is not used again as long as the system runs. (The small numbers in `/proc/self/mountinfo` are:
/// see [`StatMount::old_id`](super::StatMount::old_id).) `statx` tells it of any file, since Linux 6.8.
#[doc(alias = "stx_mnt_id")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct MountId(u64);

impl MountId {
    /// To [`listmount`]: the root of the mount namespace.
    #[doc(alias = "LSMT_ROOT")]
    pub const ROOT: MountId = MountId(abi::LSMT_ROOT);

    /// One by its number.
    #[inline]
    pub const fn new(number: u64) -> MountId {
        MountId(number)
    }

    /// The number.
    #[inline]
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// Which mount is asked about, and where: by its id in the caller's mount namespace or another, or by a descriptor.
#[doc(alias = "mnt_id_req")]
#[derive(Clone, Copy)]
pub struct MntIdReq<'fd> {
    mount: Which<'fd>,
    namespace: Namespace<'fd>,
}

#[derive(Clone, Copy)]
enum Which<'fd> {
    Id(MountId),
    Fd(BorrowedFd<'fd>),
}

#[derive(Clone, Copy)]
enum Namespace<'fd> {
    Own,
    Id(u64),
    Fd(BorrowedFd<'fd>),
}

impl<'fd> MntIdReq<'fd> {
    /// A mount by its id, in the caller's mount namespace.
    #[inline]
    pub const fn new(id: MountId) -> Self {
        MntIdReq { mount: Which::Id(id), namespace: Namespace::Own }
    }

    /// The mount that a descriptor is on, even if it has been unmounted: then it has neither a
    /// [`mount_point`](super::StatMount::mount_point) nor a [`namespace_id`](super::StatMount::namespace_id). Of one that has not
    /// been attached yet it is `ENOENT`. Only for [`statmount`](super::statmount()), and only since Linux 7.0: before, that is
    /// `EINVAL`.
    #[doc(alias = "STATMOUNT_BY_FD")]
    #[doc(alias = "mnt_fd")]
    #[inline]
    pub const fn by_fd(fd: BorrowedFd<'fd>) -> Self {
        MntIdReq { mount: Which::Fd(fd), namespace: Namespace::Own }
    }

    /// In the mount namespace with this id, which [`StatMount::namespace_id`](super::StatMount::namespace_id) or the nsfs ioctl
    /// `NS_GET_MNTNS_ID` tells. Since Linux 6.11; before, that is `E2BIG`.
    #[doc(alias = "mnt_ns_id")]
    #[inline]
    pub const fn in_namespace(self, id: u64) -> Self {
        MntIdReq { mount: self.mount, namespace: Namespace::Id(id) }
    }

    /// In the mount namespace that this descriptor stands for (`/proc/PID/ns/mnt`). Descriptor 0 means the caller's own to the
    /// kernel. Since Linux 6.18; before, that is `EINVAL`.
    #[doc(alias = "mnt_ns_fd")]
    #[inline]
    pub const fn in_namespace_fd(self, fd: BorrowedFd<'fd>) -> Self {
        MntIdReq { mount: self.mount, namespace: Namespace::Fd(fd) }
    }

    /// The flags of `statmount` that belong to it.
    #[inline]
    pub(super) fn flags(&self) -> u32 {
        match self.mount {
            Which::Id(_) => 0,
            Which::Fd(_) => abi::STATMOUNT_BY_FD,
        }
    }

    /// As small as it may be, so that older kernels take it.
    #[inline]
    pub(super) fn kernels(&self, param: u64) -> abi::mnt_id_req {
        let (mut size, mut mnt_ns_id) = (abi::MNT_ID_REQ_SIZE_VER0, 0);
        // The two descriptors share a field.
        let mut mnt_ns_fd = 0;
        match self.namespace {
            Namespace::Own => {}
            Namespace::Id(id) => (size, mnt_ns_id) = (abi::MNT_ID_REQ_SIZE_VER1, id),
            Namespace::Fd(fd) => mnt_ns_fd = fd.as_raw_fd() as u32,
        }
        let mnt_id = match self.mount {
            Which::Id(MountId(id)) => id,
            Which::Fd(fd) => {
                mnt_ns_fd = fd.as_raw_fd() as u32;
                0
            }
        };
        abi::mnt_id_req { size, mnt_ns_fd, mnt_id, param, mnt_ns_id }
    }
}

impl fmt::Debug for MntIdReq<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut request = f.debug_struct("MntIdReq");
        match self.mount {
            Which::Id(id) => request.field("id", &id.number()),
            Which::Fd(fd) => request.field("fd", &fd.as_raw_fd()),
        };
        match self.namespace {
            Namespace::Own => {}
            Namespace::Id(id) => drop(request.field("namespace", &id)),
            Namespace::Fd(fd) => drop(request.field("namespace_fd", &fd.as_raw_fd())),
        }
        request.finish()
    }
}

flags! {
    /// How [`listmount`] goes.
    ListmountFlags: u32 {
        /// The mounts that were made last come first. Since Linux 6.12.
        #[doc(alias = "LISTMOUNT_REVERSE")]
        const REVERSE = abi::LISTMOUNT_REVERSE;
    }
}

/// Lists the mounts below a mount, at whatever depth, but not itself, or with [`MountId::ROOT`] all of the namespace that the
/// caller's root directory leads to; in the order in which they were made, as many as fit. To go on, `last` is the last id that
/// came. [`Mounts`] does. Since Linux 6.8.
///
/// # Errors
///
/// - `EBADF`: the descriptor of the namespace is not open.
/// - `EFAULT`: not from here.
/// - `EINVAL`: no such id can be; the descriptor is not that of a mount namespace, or this kernel does not take one; a flag that
///   this kernel does not know.
/// - `ENOENT`: no such mount in the namespace, or no such namespace that the caller has `CAP_SYS_ADMIN` in the owner of.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `EOVERFLOW`: room for more than 1,000,000 ids.
/// - `EPERM`: the caller's root directory does not lead to the mount, and it lacks `CAP_SYS_ADMIN` in the owner of the
///   namespace.
/// - `E2BIG`: a namespace by its id, which this kernel does not know.
#[inline]
pub fn listmount<'b>(
    request: &MntIdReq<'_>,
    last: Option<MountId>,
    flags: ListmountFlags,
    buffer: impl Into<Buffer<'b, MountId>>,
) -> Result<&'b mut [MountId]> {
    let mut buffer = buffer.into();
    fill(request, last, flags, &mut buffer)?;
    Ok(buffer.into_filled())
}

#[inline]
fn fill(
    request: &MntIdReq<'_>,
    last: Option<MountId>,
    flags: ListmountFlags,
    buffer: &mut Buffer<'_, MountId>,
) -> Result<usize> {
    let request = request.kernels(last.map_or(0, MountId::number));
    // SAFETY: the kernel reads one request, writes at most `capacity` ids, and says how many.
    unsafe { buffer.fill(|ids, capacity| call!(LISTMOUNT, &raw const request, ids, capacity, flags.bits()).size()) }
}

/// All mounts that [`listmount`] lists, however small the buffer is.
///
/// A mount that is made or ends while this goes on may come or not; every other comes once.
///
/// ```
/// # fn main() -> butter::Result<()> {
/// use butter::mount::{Mounts, MntIdReq, MountId, StatmountMask, statmount};
///
/// # let (root, mut probe) = (MntIdReq::new(MountId::ROOT), [MountId::ROOT; 1]);
/// # if butter::mount::listmount(&root, None, Default::default(), &mut probe) == Err(butter::Errno::ENOSYS) {
/// #     return Ok(());
/// # }
/// let mut ids = [MountId::ROOT; 64];
/// let mut buffer = [0; 4096];
/// for id in Mounts::new(MntIdReq::new(MountId::ROOT), &mut ids)? {
///     let mask = StatmountMask::MNT_POINT | StatmountMask::FS_TYPE;
///     let mount = statmount(&MntIdReq::new(id?), mask, &mut buffer)?;
///     if let (Some(place), Some(fs_type)) = (mount.mount_point(), mount.fs_type()) {
///         println!("{} on {}", fs_type.escape_ascii(), place.escape_ascii());
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub struct Mounts<'fd, 'b> {
    request: MntIdReq<'fd>,
    flags: ListmountFlags,
    last: Option<MountId>,
    buffer: Buffer<'b, MountId>,
    /// The kernel has no more.
    complete: bool,
}

impl<'fd, 'b> Mounts<'fd, 'b> {
    /// In the order in which the mounts were made.
    ///
    /// # Errors
    ///
    /// - `EINVAL`: the buffer has no room for an id.
    #[inline]
    pub fn new(request: MntIdReq<'fd>, buffer: impl Into<Buffer<'b, MountId>>) -> Result<Self> {
        Mounts::with_flags(request, ListmountFlags::empty(), buffer)
    }

    /// With [`REVERSE`](ListmountFlags::REVERSE) in the other order.
    ///
    /// # Errors
    ///
    /// - `EINVAL`: the buffer has no room for an id.
    #[inline]
    pub fn with_flags(
        request: MntIdReq<'fd>,
        flags: ListmountFlags,
        buffer: impl Into<Buffer<'b, MountId>>,
    ) -> Result<Self> {
        let mut buffer = buffer.into();
        buffer.clear();
        if buffer.capacity() == 0 {
            return Err(Errno::EINVAL);
        }
        Ok(Mounts { request, flags, last: None, buffer, complete: false })
    }
}

/// After an error, one of [`listmount`], it ends.
impl Iterator for Mounts<'_, '_> {
    type Item = Result<MountId>;

    fn next(&mut self) -> Option<Result<MountId>> {
        if self.buffer.filled().is_empty() && !self.complete {
            match fill(&self.request, self.last, self.flags, &mut self.buffer) {
                Ok(count) => self.complete = count < self.buffer.capacity(),
                Err(errno) => {
                    self.complete = true;
                    return Some(Err(errno));
                }
            }
        }
        let (filled, mut consumed) = self.buffer.split();
        let (id, rest) = filled.split_first()?;
        self.last = Some(*id);
        consumed.leave(rest.len());
        self.last.map(Ok)
    }
}

impl fmt::Debug for Mounts<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mounts").field("request", &self.request).field("last", &self.last).finish_non_exhaustive()
    }
}
