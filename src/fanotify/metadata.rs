//! What the kernel writes, as it stands in the bytes: metadata of 24 bytes, and the information records behind it. Nothing
//! here owns a descriptor.

use super::{EventFile, FidInfo, FsError, Info, Mask, Pidfd, Range, abi};
use crate::event::{Record, Records, field};
use crate::fd::RawFd;
use crate::pid::Pid;
use core::{fmt, mem::offset_of};

pub(super) const METADATA: usize = size_of::<abi::fanotify_event_metadata>();

/// An event as it stands in any bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawEvent<'a> {
    /// Something happened, or somebody wants to do something.
    Metadata(Metadata<'a>),
    /// The queue was full, and what happened since is lost.
    #[doc(alias = "FAN_Q_OVERFLOW")]
    Overflow,
    /// It has another version than this crate knows.
    OtherVersion(OtherVersion<'a>),
}

/// An event of a version that this crate does not know. Version 3 is that of every Linux since 2.6.37; a kernel would
/// count on if it gave the metadata another form. What is in it is anybody's guess: give up on the group, and tell the user.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct OtherVersion<'a> {
    record: &'a [u8],
}

/// What happened to what, by whom: the part that all events have, and the records behind it.
#[doc(alias = "fanotify_event_metadata")]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Metadata<'a> {
    /// The part that all events have.
    header: &'a [u8; METADATA],
    /// That, and the records behind it.
    record: &'a [u8],
}

/// The events in any bytes: for those that come from elsewhere. No descriptor in them is touched.
///
/// ```
/// use butter::fanotify;
/// let mut events = fanotify::parse(b"neither an event nor a whole one");
/// assert!(events.next().is_none());
/// assert_eq!(events.remainder().len(), 32);
/// ```
#[inline]
pub const fn parse(bytes: &[u8]) -> Records<'_, RawEvent<'_>> {
    Records::new(bytes)
}

impl<'a> Record<'a> for RawEvent<'a> {
    /// An event that says that it is shorter than its metadata ends it.
    #[inline]
    fn parse(bytes: &mut &'a [u8]) -> Option<RawEvent<'a>> {
        Some(match Metadata::split(bytes)? {
            Ok(metadata) if metadata.mask().intersects(Mask::Q_OVERFLOW) => RawEvent::Overflow,
            Ok(metadata) => RawEvent::Metadata(metadata),
            Err(other) => RawEvent::OtherVersion(other),
        })
    }
}

/// How an event of this version begins that is nothing but metadata: its length, the version, and the length again.
const PLAIN: u64 = {
    let ([a, b, c, d], [e, f]) = ((METADATA as u32).to_ne_bytes(), (METADATA as u16).to_ne_bytes());
    u64::from_ne_bytes([a, b, c, d, abi::FANOTIFY_METADATA_VERSION, 0, e, f])
};

/// Says that it is not worth while to save an instruction where this is called.
#[cold]
#[inline]
pub(super) const fn rare() {}

/// How long the event at the front is, if there is one. Out of line, so that the one comparison for most events takes its bytes
/// from memory: that is an instruction less for these, and few more for the others.
#[inline(never)]
fn event_len(bytes: &[u8]) -> Option<usize> {
    let header = bytes.first_chunk::<METADATA>()?;
    let length = u32::from_ne_bytes(field(header, offset_of!(abi::fanotify_event_metadata, event_len))) as usize;
    if length < METADATA { None } else { Some(length) }
}

impl<'a> OtherVersion<'a> {
    /// The version.
    #[inline]
    pub fn version(&self) -> u8 {
        let [version] = field(self.record, offset_of!(abi::fanotify_event_metadata, vers));
        version
    }

    /// The whole event, as long as it says in its first 4 bytes.
    #[inline]
    pub fn bytes(&self) -> &'a [u8] {
        self.record
    }
}

impl<'a> Metadata<'a> {
    /// Takes an event off the front that is nothing but metadata, as most are. It says so in the first 8 bytes, which one
    /// comparison takes at once.
    #[inline]
    pub(super) fn split_plain(bytes: &mut &'a [u8]) -> Option<Metadata<'a>> {
        let (header, rest) = bytes.split_first_chunk::<METADATA>()?;
        if u64::from_ne_bytes(field(header, 0)) != PLAIN {
            return None;
        }
        *bytes = rest;
        Some(Metadata { header, record: header })
    }

    /// Takes any event off the front. Length and version stand where they stood in every version.
    #[inline]
    pub(super) fn split(bytes: &mut &'a [u8]) -> Option<Result<Metadata<'a>, OtherVersion<'a>>> {
        let length = event_len(bytes)?;
        let (record, rest) = bytes.split_at_checked(length)?;
        let header = record.first_chunk()?;
        *bytes = rest;
        let [version] = field(header, offset_of!(abi::fanotify_event_metadata, vers));
        Some(match version {
            abi::FANOTIFY_METADATA_VERSION => Ok(Metadata { header, record }),
            _ => Err(OtherVersion { record }),
        })
    }

    /// What happened. Several bits if several things happened to the same file by the same process.
    #[inline]
    pub fn mask(&self) -> Mask {
        Mask::from_bits(u64::from_ne_bytes(field(self.header, offset_of!(abi::fanotify_event_metadata, mask))))
    }

    /// The process that did it, or with `REPORT_TID` the thread, by its number in this process's pid namespace. It may be gone
    /// meanwhile, and the number be another's: a pidfd tells.
    ///
    /// `None` if it is not of this pid namespace, or if the group is unprivileged and it is another process. The error of a
    /// file system is told with whoever came upon it, perhaps a thread of the kernel's.
    #[inline]
    pub fn pid(&self) -> Option<Pid> {
        Pid::new(self.raw_pid())
    }

    #[inline]
    pub(super) fn raw_pid(&self) -> i32 {
        i32::from_ne_bytes(field(self.header, offset_of!(abi::fanotify_event_metadata, pid)))
    }

    /// The file, by the number of its descriptor. In bytes from elsewhere it is but a number;
    /// [`Notification::file`](super::Notification::file) has the descriptor.
    #[inline]
    pub fn raw_file(&self) -> EventFile<RawFd> {
        EventFile::of(self.raw_fd())
    }

    #[inline]
    pub(super) fn raw_fd(&self) -> RawFd {
        i32::from_ne_bytes(field(self.header, offset_of!(abi::fanotify_event_metadata, fd)))
    }

    /// Whether anything stands behind the metadata.
    #[inline]
    pub(super) fn has_infos(&self) -> bool {
        self.record.len() > METADATA
    }

    /// The whole event, as the kernel wrote it.
    #[inline]
    pub fn bytes(&self) -> &'a [u8] {
        self.record
    }

    /// The records behind the metadata: what the group was asked to report. They are parsed when the iterator comes to
    /// them.
    #[inline]
    pub fn infos(&self) -> Records<'a, Info<'a>> {
        let length = u16::from_ne_bytes(field(self.header, offset_of!(abi::fanotify_event_metadata, metadata_len)));
        Records::new(self.record.get((length as usize).max(METADATA)..).unwrap_or_default())
    }

    /// The file that it is about: the record [`Info::Fid`], which in some groups is the directory's.
    #[inline]
    pub fn fid(&self) -> Option<FidInfo<'a>> {
        self.infos().find_map(|info| if let Info::Fid(fid) = info { Some(fid) } else { None })
    }

    /// The directory that it is about: the record [`Info::Dfid`] or [`Info::DfidName`], with the name if there is one.
    #[inline]
    pub fn dfid(&self) -> Option<FidInfo<'a>> {
        self.infos().find_map(|info| match info {
            Info::Dfid(dfid) | Info::DfidName(dfid) => Some(dfid),
            _ => None,
        })
    }

    /// Of a [`RENAME`](Mask::RENAME), the directory and the name that was: the record [`Info::OldDfidName`]. `None` if the
    /// old directory is not marked.
    #[inline]
    pub fn renamed_from(&self) -> Option<FidInfo<'a>> {
        self.infos().find_map(|info| if let Info::OldDfidName(old) = info { Some(old) } else { None })
    }

    /// Of a [`RENAME`](Mask::RENAME), the directory and the name that is: the record [`Info::NewDfidName`]. `None` if the new
    /// directory is not marked.
    #[inline]
    pub fn renamed_to(&self) -> Option<FidInfo<'a>> {
        self.infos().find_map(|info| if let Info::NewDfidName(new) = info { Some(new) } else { None })
    }

    /// The name in the directory of [`dfid`](Self::dfid).
    #[inline]
    pub fn name(&self) -> Option<&'a [u8]> {
        self.dfid().and_then(|dfid| dfid.name())
    }

    /// Of an [`FS_ERROR`](Mask::FS_ERROR), the error: the record [`Info::Error`].
    #[inline]
    pub fn error(&self) -> Option<FsError> {
        self.infos().find_map(|info| if let Info::Error(error) = info { Some(error) } else { None })
    }

    /// Of a [`PRE_ACCESS`](Mask::PRE_ACCESS), the part of the file that is wanted: the record [`Info::Range`].
    #[inline]
    pub fn range(&self) -> Option<Range> {
        self.infos().find_map(|info| if let Info::Range(range) = info { Some(range) } else { None })
    }

    /// Of a [`MNT_ATTACH`](Mask::MNT_ATTACH) or [`MNT_DETACH`](Mask::MNT_DETACH), the unique id of the mount: the record
    /// [`Info::Mnt`].
    #[inline]
    pub fn mnt(&self) -> Option<u64> {
        self.infos().find_map(|info| if let Info::Mnt(id) = info { Some(id) } else { None })
    }

    /// The process, by the number of its pidfd: the record [`Info::Pidfd`].
    #[inline]
    pub fn raw_pidfd(&self) -> Option<Pidfd<RawFd>> {
        self.infos().find_map(|info| if let Info::Pidfd(pidfd) = info { Some(pidfd) } else { None })
    }
}

/// A predicate for each kind of event.
macro_rules! predicates {
    ($($(#[$doc:meta])* $name:ident $mask:ident)*) => {
        impl Metadata<'_> {
            $($(#[$doc])*
            #[inline]
            pub fn $name(&self) -> bool {
                self.mask().intersects(Mask::$mask)
            })*
        }
    };
}

predicates! {
    /// A file was read, or a directory.
    is_access ACCESS
    /// A file was written or truncated.
    is_modify MODIFY
    /// Metadata changed.
    is_attrib ATTRIB
    /// A file that was open for writing was closed.
    is_close_write CLOSE_WRITE
    /// A file or directory that was not open for writing was closed.
    is_close_nowrite CLOSE_NOWRITE
    /// A file or directory was closed.
    is_close CLOSE
    /// A file or directory was opened.
    is_open OPEN
    /// A file was opened to be executed.
    is_open_exec OPEN_EXEC
    /// A name was renamed away.
    is_moved_from MOVED_FROM
    /// A name came by a rename.
    is_moved_to MOVED_TO
    /// A name was made.
    is_create CREATE
    /// A name was removed.
    is_delete DELETE
    /// The marked file or directory itself is gone.
    is_delete_self DELETE_SELF
    /// The marked file or directory itself was renamed.
    is_move_self MOVE_SELF
    /// A rename, with what was and what is: [`renamed_from`](Self::renamed_from) and [`renamed_to`](Self::renamed_to).
    is_rename RENAME
    /// The file system found that it is damaged: [`error`](Self::error).
    is_fs_error FS_ERROR
    /// A mount came: [`mnt`](Self::mnt).
    is_mnt_attach MNT_ATTACH
    /// A mount left: [`mnt`](Self::mnt).
    is_mnt_detach MNT_DETACH
    /// Somebody wants to open a file or directory.
    is_open_perm OPEN_PERM
    /// Somebody wants to read a file or directory.
    is_access_perm ACCESS_PERM
    /// Somebody wants to open a file to execute it.
    is_open_exec_perm OPEN_EXEC_PERM
    /// Somebody wants a part of a file: [`range`](Self::range).
    is_pre_access PRE_ACCESS
    /// Somebody wants to do something: one of the four above.
    is_permission PERMISSION
    /// It is about a directory. Only groups that report handles tell.
    is_dir ONDIR
}

impl fmt::Debug for OtherVersion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtherVersion").field("version", &self.version()).field("bytes", &self.record.len()).finish()
    }
}

struct Infos<'a>(Metadata<'a>);

impl fmt::Debug for Infos<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.infos()).finish()
    }
}

impl fmt::Debug for Metadata<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut metadata = f.debug_struct("Metadata");
        metadata.field("mask", &self.mask()).field("file", &self.raw_file());
        if let Some(pid) = self.pid() {
            metadata.field("pid", &pid.number());
        }
        if self.has_infos() {
            metadata.field("infos", &Infos(*self));
        }
        metadata.finish()
    }
}
