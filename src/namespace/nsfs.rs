//! What a namespace can be asked by its descriptor.

use super::Kinds;
use crate::abi::nsfs as abi;
use crate::errno::{Errno, Result};
use crate::fd::{AsFd, AsRawFd, OpenFlags, OwnedFd};
use crate::handle::{FileHandle, NSFS_ROOT, open_by_handle_at};
use crate::pid::Pid;
use core::{fmt, mem::MaybeUninit};

/// The user namespace that owns a namespace; of a user namespace the parent. Since Linux 4.9.
///
/// # Errors
///
/// - `EMFILE`, `ENFILE`: the process, or the system, has as many open files as it may.
/// - `ENOTTY`: not a namespace, or the kernel is older.
/// - `EPERM`: it is not the caller's user namespace and not below it.
#[doc(alias = "NS_GET_USERNS")]
#[inline]
pub fn userns(namespace: impl AsFd) -> Result<OwnedFd> {
    related(namespace, abi::NS_GET_USERNS)
}

/// The parent of a user or pid namespace. Since Linux 4.9.
///
/// # Errors
///
/// Those of [`userns`], and
///
/// - `EINVAL`: a namespace of a kind that has no parents.
/// - `EPERM`: the parent is not the caller's namespace and not below it, or there is none.
#[doc(alias = "NS_GET_PARENT")]
#[inline]
pub fn parent(namespace: impl AsFd) -> Result<OwnedFd> {
    related(namespace, abi::NS_GET_PARENT)
}

#[inline]
fn related(namespace: impl AsFd, request: u32) -> Result<OwnedFd> {
    // SAFETY: the call has no pointer, and gives a new descriptor.
    unsafe { call_readonly!(IOCTL, namespace.as_fd().as_raw_fd(), request, 0).fd() }
}

/// The kind of a namespace: one. Since Linux 4.11.
///
/// # Errors
///
/// - `ENOTTY`: not a namespace, or the kernel is older.
#[doc(alias = "NS_GET_NSTYPE")]
#[inline]
pub fn kind(namespace: impl AsFd) -> Result<Kinds> {
    // SAFETY: the call has no pointer.
    let bits = unsafe { call_readonly!(IOCTL, namespace.as_fd().as_raw_fd(), abi::NS_GET_NSTYPE, 0) }.int()?;
    Ok(Kinds::from_bits(bits as u32))
}

/// The user that has made a user namespace, as the caller's user namespace numbers it. Since Linux 4.11.
///
/// # Errors
///
/// - `EINVAL`: a namespace of another kind.
/// - `ENOTTY`: not a namespace, or the kernel is older.
#[doc(alias = "NS_GET_OWNER_UID")]
#[inline]
pub fn owner_uid(namespace: impl AsFd) -> Result<u32> {
    // SAFETY: the kernel writes an id.
    unsafe { asked(namespace, abi::NS_GET_OWNER_UID) }
}

/// The number of a namespace: it is never used again for another one. Since Linux 6.18.
///
/// # Errors
///
/// - `ENOTTY`: not a namespace, or the kernel is older.
#[doc(alias = "NS_GET_ID")]
#[inline]
pub fn id(namespace: impl AsFd) -> Result<u64> {
    // SAFETY: the kernel writes 64 bits.
    unsafe { asked(namespace, abi::NS_GET_ID) }
}

/// The number of a mount namespace, by which `statmount` and `listmount` know it. Since Linux 6.11.
///
/// # Errors
///
/// - `EINVAL`: a namespace of another kind.
/// - `ENOTTY`: not a namespace, or the kernel is older.
#[doc(alias = "NS_GET_MNTNS_ID")]
#[inline]
pub fn mnt_ns_id(namespace: impl AsFd) -> Result<u64> {
    // SAFETY: the kernel writes 64 bits.
    unsafe { asked(namespace, abi::NS_GET_MNTNS_ID) }
}

/// # Safety
///
/// On success of the request the kernel has written a `T`.
#[inline]
unsafe fn asked<T>(namespace: impl AsFd, request: u32) -> Result<T> {
    let mut answer = MaybeUninit::<T>::uninit();
    // SAFETY: the caller's promise: it writes no more.
    unsafe { call!(IOCTL, namespace.as_fd().as_raw_fd(), request, answer.as_mut_ptr()) }.unit()?;
    // SAFETY: the caller's promise.
    Ok(unsafe { answer.assume_init() })
}

/// Opens a namespace by its [`id`], kind and inode, as a file handle has them; since Linux 6.19 also by the first alone, if the
/// others are empty and 0. Since Linux 6.18.
///
/// # Errors
///
/// - `EMFILE`, `ENFILE`: the process, or the system, has as many open files as it may.
/// - `EBADF`, `EOPNOTSUPP`: the kernel is older, or built without file handles.
/// - `ESTALE`: there is no such namespace any more, or the caller may not see it: it is not in it, and lacks `CAP_SYS_ADMIN` in
///   the user namespace that owns it.
#[doc(alias = "open_by_handle_at")]
#[doc(alias = "nsfs_file_handle")]
pub fn open_by_id(id: u64, kind: Kinds, inode: u32) -> Result<OwnedFd> {
    const SIZE: usize = size_of::<abi::nsfs_file_handle>();
    // The kernel's struct, field by field.
    let mut bytes = [0; SIZE];
    let fields = id.to_ne_bytes().into_iter().chain(kind.bits().to_ne_bytes()).chain(inode.to_ne_bytes());
    bytes.iter_mut().zip(fields).for_each(|(byte, field)| *byte = field);
    open_by_handle_at(NSFS_ROOT, &FileHandle::new(abi::FILEID_NSFS, &bytes)?, OpenFlags::RDONLY)
}

/// The number that a thread of the caller's pid namespace has in another pid namespace. Since Linux 6.11.
///
/// # Errors
///
/// - `EINVAL`: a namespace of another kind.
/// - `ENOTTY`: not a namespace, or the kernel is older.
/// - `ESRCH`: there is no such thread, or it is not visible there.
#[doc(alias = "NS_GET_PID_IN_PIDNS")]
#[inline]
pub fn pid_in(namespace: impl AsFd, pid: Pid) -> Result<Pid> {
    translated(namespace, abi::NS_GET_PID_IN_PIDNS, pid)
}

/// The number that a thread of another pid namespace has in the caller's. Since Linux 6.11.
///
/// # Errors
///
/// Those of [`pid_in`].
#[doc(alias = "NS_GET_PID_FROM_PIDNS")]
#[inline]
pub fn pid_from(namespace: impl AsFd, pid: Pid) -> Result<Pid> {
    translated(namespace, abi::NS_GET_PID_FROM_PIDNS, pid)
}

/// [`pid_in`] that gives the number of the thread's process. Since Linux 6.11.
///
/// # Errors
///
/// Those of [`pid_in`].
#[doc(alias = "NS_GET_TGID_IN_PIDNS")]
#[inline]
pub fn tgid_in(namespace: impl AsFd, pid: Pid) -> Result<Pid> {
    translated(namespace, abi::NS_GET_TGID_IN_PIDNS, pid)
}

/// [`pid_from`] that gives the number of the thread's process. Since Linux 6.11.
///
/// # Errors
///
/// Those of [`pid_in`].
#[doc(alias = "NS_GET_TGID_FROM_PIDNS")]
#[inline]
pub fn tgid_from(namespace: impl AsFd, pid: Pid) -> Result<Pid> {
    translated(namespace, abi::NS_GET_TGID_FROM_PIDNS, pid)
}

#[inline]
fn translated(namespace: impl AsFd, request: u32, pid: Pid) -> Result<Pid> {
    // SAFETY: the call has no pointer.
    let number = unsafe { call_readonly!(IOCTL, namespace.as_fd().as_raw_fd(), request, pid.number()) }.int()?;
    Pid::new(number).ok_or(Errno::ESRCH)
}

/// What the kernel tells about a mount namespace.
#[doc(alias = "mnt_ns_info")]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct MntNsInfo(abi::mnt_ns_info);

impl MntNsInfo {
    /// Its number: see [`mnt_ns_id`].
    #[inline]
    pub fn id(&self) -> u64 {
        self.0.mnt_ns_id
    }

    /// How many mounts it has, its root not counted.
    #[inline]
    pub fn mounts(&self) -> u32 {
        self.0.nr_mounts
    }
}

impl fmt::Debug for MntNsInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MntNsInfo").field("id", &self.id()).field("mounts", &self.mounts()).finish()
    }
}

/// What the kernel tells about a mount namespace. Since Linux 6.12.
///
/// # Errors
///
/// - `EINVAL`: a namespace of another kind.
/// - `ENOTTY`: not a namespace, or the kernel is older.
#[doc(alias = "NS_MNT_GET_INFO")]
#[inline]
pub fn mnt_info(namespace: impl AsFd) -> Result<MntNsInfo> {
    // SAFETY: the kernel writes one of these, whose size is in the number.
    unsafe { asked(namespace, abi::NS_MNT_GET_INFO) }.map(MntNsInfo)
}

/// The mount namespace that comes after a mount namespace in the order of their numbers, of those in whose user namespace the
/// caller has `CAP_SYS_ADMIN`. Since Linux 6.12.
///
/// # Errors
///
/// Those of [`mnt_info`], and
///
/// - `EMFILE`, `ENFILE`: the process, or the system, has as many open files as it may.
/// - `ENOENT`: there is none.
/// - `EPERM`: newer kernels: the caller is not privileged in the whole system, or is in a pid namespace below the first.
#[doc(alias = "NS_MNT_GET_NEXT")]
#[inline]
pub fn mnt_next(namespace: impl AsFd) -> Result<(OwnedFd, MntNsInfo)> {
    neighbour(namespace, abi::NS_MNT_GET_NEXT)
}

/// The mount namespace that comes before: see [`mnt_next`]. Since Linux 6.12.
///
/// # Errors
///
/// Those of [`mnt_next`].
#[doc(alias = "NS_MNT_GET_PREV")]
#[inline]
pub fn mnt_prev(namespace: impl AsFd) -> Result<(OwnedFd, MntNsInfo)> {
    neighbour(namespace, abi::NS_MNT_GET_PREV)
}

fn neighbour(namespace: impl AsFd, request: u32) -> Result<(OwnedFd, MntNsInfo)> {
    let mut info = abi::mnt_ns_info::default();
    // SAFETY: the kernel writes one of these, and gives a new descriptor.
    let fd = unsafe { call!(IOCTL, namespace.as_fd().as_raw_fd(), request, &raw mut info).fd() }?;
    Ok((fd, MntNsInfo(info)))
}
