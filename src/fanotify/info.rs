//! The information records: what a group was asked to report, behind the metadata of an event.

use super::abi;
use crate::errno::Errno;
use crate::event::{Record, field};
use crate::fd::RawFd;
use crate::handle::{Fid, Fsid, Handle};
use core::{fmt, mem::offset_of};

const HEADER: usize = size_of::<abi::fanotify_event_info_header>();
const FID: usize = size_of::<abi::fanotify_event_info_fid>();

/// What an event tells beyond its metadata. The order is the kernel's: directories, files, and the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Info<'a> {
    /// The file that it is about. In a group without `REPORT_DIR_FID` it is the directory if a name came or went, and in one
    /// without `REPORT_FID` the directory that the file is in.
    #[doc(alias = "FAN_EVENT_INFO_TYPE_FID")]
    Fid(FidInfo<'a>),
    /// The directory that the file is in, or the directory itself.
    #[doc(alias = "FAN_EVENT_INFO_TYPE_DFID")]
    Dfid(FidInfo<'a>),
    /// The directory, and the name in it.
    #[doc(alias = "FAN_EVENT_INFO_TYPE_DFID_NAME")]
    DfidName(FidInfo<'a>),
    /// Of a rename, the directory and the name that was.
    #[doc(alias = "FAN_EVENT_INFO_TYPE_OLD_DFID_NAME")]
    OldDfidName(FidInfo<'a>),
    /// Of a rename, the directory and the name that is.
    #[doc(alias = "FAN_EVENT_INFO_TYPE_NEW_DFID_NAME")]
    NewDfidName(FidInfo<'a>),
    /// The process. It is but a number here: [`Notification::pidfd`](super::Notification::pidfd) has the descriptor.
    #[doc(alias = "FAN_EVENT_INFO_TYPE_PIDFD")]
    Pidfd(Pidfd<RawFd>),
    /// The error of a file system. Since Linux 5.16.
    #[doc(alias = "FAN_EVENT_INFO_TYPE_ERROR")]
    Error(FsError),
    /// The part of the file that is wanted. Since Linux 6.14.
    #[doc(alias = "FAN_EVENT_INFO_TYPE_RANGE")]
    Range(Range),
    /// The unique id of a mount, [`MountId::Unique`](crate::handle::MountId::Unique). Since Linux 6.15.
    #[doc(alias = "FAN_EVENT_INFO_TYPE_MNT")]
    Mnt(u64),
    /// One of a type that has no case here, or that is too short for its type.
    Unknown(UnknownInfo<'a>),
}

/// A file or directory by its file system and its handle, and perhaps a name.
#[doc(alias = "fanotify_event_info_fid")]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FidInfo<'a> {
    fsid: Fsid,
    handle: Handle<'a>,
    name: Option<&'a [u8]>,
}

/// The process that did something, of which a pidfd was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pidfd<F> {
    /// The pidfd.
    Open(F),
    /// There is none: the process is gone, or is not of this pid namespace, or is not to be known to an unprivileged group.
    #[doc(alias = "FAN_NOPIDFD")]
    Gone,
    /// None could be made. The error is told in a group with `REPORT_FD_ERROR`.
    #[doc(alias = "FAN_EPIDFD")]
    Failed(Option<Errno>),
}

/// An error that a file system found on itself.
#[doc(alias = "fanotify_event_info_error")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FsError {
    /// The first error since the last event: `EUCLEAN`, `EIO`, …
    pub errno: Option<Errno>,
    /// How many errors there were since the last event: the others are not told.
    pub count: u32,
}

/// A part of a file, in bytes. The kernel asks for whole pages, also beyond the end.
#[doc(alias = "fanotify_event_info_range")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// Where it begins.
    pub offset: u64,
    /// How much it is. 0 for as much as there is.
    pub count: u64,
}

/// A record of a type that has no case of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct UnknownInfo<'a> {
    record: &'a [u8],
}

impl<'a> Record<'a> for Info<'a> {
    #[inline]
    fn parse(bytes: &mut &'a [u8]) -> Option<Info<'a>> {
        let header = bytes.first_chunk::<HEADER>()?;
        let [kind] = field(header, offset_of!(abi::fanotify_event_info_header, info_type));
        let length = u16::from_ne_bytes(field(header, offset_of!(abi::fanotify_event_info_header, len))) as usize;
        if length < HEADER {
            return None;
        }
        let (record, rest) = bytes.split_at_checked(length)?;
        *bytes = rest;
        Some(Info::of(kind, record).unwrap_or(Info::Unknown(UnknownInfo { record })))
    }
}

impl<'a> Info<'a> {
    /// `None` if it is not known, or not whole.
    #[inline]
    fn of(kind: u8, record: &'a [u8]) -> Option<Info<'a>> {
        let whole = |size| if record.len() >= size { Some(()) } else { None };
        Some(match kind {
            abi::FAN_EVENT_INFO_TYPE_FID => Info::Fid(FidInfo::of(record, false)?),
            abi::FAN_EVENT_INFO_TYPE_DFID => Info::Dfid(FidInfo::of(record, false)?),
            abi::FAN_EVENT_INFO_TYPE_DFID_NAME => Info::DfidName(FidInfo::of(record, true)?),
            abi::FAN_EVENT_INFO_TYPE_OLD_DFID_NAME => Info::OldDfidName(FidInfo::of(record, true)?),
            abi::FAN_EVENT_INFO_TYPE_NEW_DFID_NAME => Info::NewDfidName(FidInfo::of(record, true)?),
            abi::FAN_EVENT_INFO_TYPE_PIDFD => {
                whole(size_of::<abi::fanotify_event_info_pidfd>())?;
                let pidfd = field(record, offset_of!(abi::fanotify_event_info_pidfd, pidfd));
                Info::Pidfd(Pidfd::of(i32::from_ne_bytes(pidfd)))
            }
            abi::FAN_EVENT_INFO_TYPE_ERROR => {
                whole(size_of::<abi::fanotify_event_info_error>())?;
                let error = i32::from_ne_bytes(field(record, offset_of!(abi::fanotify_event_info_error, error)));
                let count = field(record, offset_of!(abi::fanotify_event_info_error, error_count));
                let errno = u16::try_from(error.unsigned_abs()).ok().and_then(Errno::new);
                Info::Error(FsError { errno, count: u32::from_ne_bytes(count) })
            }
            abi::FAN_EVENT_INFO_TYPE_RANGE => {
                whole(size_of::<abi::fanotify_event_info_range>())?;
                let offset = field(record, offset_of!(abi::fanotify_event_info_range, offset));
                let count = field(record, offset_of!(abi::fanotify_event_info_range, count));
                Info::Range(Range { offset: u64::from_ne_bytes(offset), count: u64::from_ne_bytes(count) })
            }
            abi::FAN_EVENT_INFO_TYPE_MNT => {
                whole(size_of::<abi::fanotify_event_info_mnt>())?;
                // A kernel of 64 bits writes its own padding for a program of 32 bits too, whose struct may have none.
                let offset = if record.len() < HEADER + 12 { HEADER } else { HEADER + 4 };
                Info::Mnt(u64::from_ne_bytes(*record.get(offset..)?.first_chunk()?))
            }
            _ => return None,
        })
    }
}

impl<'a> FidInfo<'a> {
    #[inline]
    fn of(record: &'a [u8], named: bool) -> Option<FidInfo<'a>> {
        let mut rest = record.get(FID..)?;
        let handle = Handle::parse(&mut rest)?;
        let fsid: [u8; 8] = field(record, offset_of!(abi::fanotify_event_info_fid, fsid));
        let fsid = Fsid::new([i32::from_ne_bytes(field(&fsid, 0)), i32::from_ne_bytes(field(&fsid, 4))]);
        Some(FidInfo { fsid, handle, name: if named { Some(without_nuls(rest)) } else { None } })
    }

    /// The id of the file system.
    #[inline]
    pub fn fsid(&self) -> Fsid {
        self.fsid
    }

    /// The handle, which [`open_by_handle_at`](crate::handle::open_by_handle_at) takes. It has no bytes if the event is about
    /// no file: the error of a file system as a whole, or a name that no file has any more.
    #[inline]
    pub fn handle(&self) -> Handle<'a> {
        self.handle
    }

    /// Both, to be kept and to look something up by.
    #[inline]
    pub fn fid(&self) -> Fid {
        Fid::new(self.fsid, self.handle)
    }

    /// The name in the directory: up to 255 bytes, any but `/` and NUL. It is `.` for the directory itself. `None` in a
    /// record without a name.
    #[inline]
    pub fn name(&self) -> Option<&'a [u8]> {
        self.name
    }

    /// The name as a file name.
    #[cfg(feature = "std")]
    #[inline]
    pub fn file_name(&self) -> Option<&'a std::ffi::OsStr> {
        self.name.map(std::os::unix::ffi::OsStrExt::from_bytes)
    }
}

/// The kernel ends a name with a NUL and fills up to a multiple of 4.
#[inline]
fn without_nuls(mut name: &[u8]) -> &[u8] {
    while let [rest @ .., 0] = name {
        name = rest;
    }
    name
}

impl Pidfd<RawFd> {
    /// A number as the kernel writes it. With `REPORT_FD_ERROR` -3 is `ESRCH`, and the errors 1 and 2, which without are
    /// `FAN_NOPIDFD` and `FAN_EPIDFD`, do not occur.
    #[inline]
    pub(super) fn of(number: i32) -> Self {
        match number {
            0.. => Pidfd::Open(number),
            abi::FAN_NOPIDFD => Pidfd::Gone,
            abi::FAN_EPIDFD => Pidfd::Failed(None),
            _ => match u16::try_from(number.unsigned_abs()).ok().and_then(Errno::new) {
                Some(Errno::ESRCH) => Pidfd::Gone,
                errno => Pidfd::Failed(errno),
            },
        }
    }
}

impl<F> Pidfd<F> {
    /// The pidfd, if there is one.
    #[inline]
    pub fn fd(self) -> Option<F> {
        match self {
            Pidfd::Open(fd) => Some(fd),
            Pidfd::Gone | Pidfd::Failed(_) => None,
        }
    }

    /// The same of another descriptor.
    #[inline]
    pub(super) fn map<T>(self, f: impl FnOnce(F) -> T) -> Pidfd<T> {
        match self {
            Pidfd::Open(fd) => Pidfd::Open(f(fd)),
            Pidfd::Gone => Pidfd::Gone,
            Pidfd::Failed(errno) => Pidfd::Failed(errno),
        }
    }
}

impl<'a> UnknownInfo<'a> {
    /// The type.
    #[inline]
    pub fn kind(&self) -> u8 {
        let [kind] = field(self.record, offset_of!(abi::fanotify_event_info_header, info_type));
        kind
    }

    /// What stands behind the header of 4 bytes.
    #[inline]
    pub fn bytes(&self) -> &'a [u8] {
        self.record.get(HEADER..).unwrap_or_default()
    }
}

impl fmt::Debug for FidInfo<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut info = f.debug_struct("FidInfo");
        info.field("fsid", &self.fsid.val()).field("handle", &self.handle);
        if let Some(name) = self.name {
            info.field("name", &format_args!("\"{}\"", name.escape_ascii()));
        }
        info.finish()
    }
}

impl fmt::Debug for UnknownInfo<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownInfo").field("kind", &self.kind()).field("bytes", &self.bytes().len()).finish()
    }
}
