//! What the kernel knows of a mount, without a text to parse.

use super::{AttrFlags, FsType, MntIdReq, MountFlags, MountId, Propagation};
use crate::abi::mount as abi;
use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::flags::flags;
use core::{fmt, mem::offset_of, slice::EscapeAscii};

const HEADER: usize = size_of::<abi::statmount>();

flags! {
    /// What [`statmount`] is asked for, and has told.
    StatmountMask: u64 {
        /// The device, the kind and the flags of the file system.
        #[doc(alias = "STATMOUNT_SB_BASIC")]
        const SB_BASIC = abi::STATMOUNT_SB_BASIC;
        /// Ids, attributes and propagation of the mount.
        #[doc(alias = "STATMOUNT_MNT_BASIC")]
        const MNT_BASIC = abi::STATMOUNT_MNT_BASIC;
        /// The group that a slave receives from, of those that the caller's root directory leads to.
        #[doc(alias = "STATMOUNT_PROPAGATE_FROM")]
        const PROPAGATE_FROM = abi::STATMOUNT_PROPAGATE_FROM;
        /// The directory of the file system that is mounted.
        #[doc(alias = "STATMOUNT_MNT_ROOT")]
        const MNT_ROOT = abi::STATMOUNT_MNT_ROOT;
        /// Where it is mounted.
        #[doc(alias = "STATMOUNT_MNT_POINT")]
        const MNT_POINT = abi::STATMOUNT_MNT_POINT;
        /// The name of the type of the file system.
        #[doc(alias = "STATMOUNT_FS_TYPE")]
        const FS_TYPE = abi::STATMOUNT_FS_TYPE;
        /// The mount namespace. Since Linux 6.11.
        #[doc(alias = "STATMOUNT_MNT_NS_ID")]
        const MNT_NS_ID = abi::STATMOUNT_MNT_NS_ID;
        /// The options of the file system, as one text. Since Linux 6.11.
        #[doc(alias = "STATMOUNT_MNT_OPTS")]
        const MNT_OPTS = abi::STATMOUNT_MNT_OPTS;
        /// The subtype of the file system (FUSE has them). Since Linux 6.13.
        #[doc(alias = "STATMOUNT_FS_SUBTYPE")]
        const FS_SUBTYPE = abi::STATMOUNT_FS_SUBTYPE;
        /// The source: the device, or the name that was given. Since Linux 6.13.
        #[doc(alias = "STATMOUNT_SB_SOURCE")]
        const SB_SOURCE = abi::STATMOUNT_SB_SOURCE;
        /// The options of the file system, one by one. Since Linux 6.13.
        #[doc(alias = "STATMOUNT_OPT_ARRAY")]
        const OPT_ARRAY = abi::STATMOUNT_OPT_ARRAY;
        /// The options of the security module, one by one. Since Linux 6.13.
        #[doc(alias = "STATMOUNT_OPT_SEC_ARRAY")]
        const OPT_SEC_ARRAY = abi::STATMOUNT_OPT_SEC_ARRAY;
        /// What this kernel can tell at all. Since Linux 6.15.
        #[doc(alias = "STATMOUNT_SUPPORTED_MASK")]
        const SUPPORTED_MASK = abi::STATMOUNT_SUPPORTED_MASK;
        /// The map that users are seen through. Since Linux 6.15.
        #[doc(alias = "STATMOUNT_MNT_UIDMAP")]
        const MNT_UIDMAP = abi::STATMOUNT_MNT_UIDMAP;
        /// The map that groups are seen through. Since Linux 6.15.
        #[doc(alias = "STATMOUNT_MNT_GIDMAP")]
        const MNT_GIDMAP = abi::STATMOUNT_MNT_GIDMAP;
        /// All of these: a kernel leaves out what it cannot tell.
        const ALL = 0x7fff;
    }
}

/// Asks for what the kernel knows of a mount. The buffer needs room for 512 bytes ([`StatMount::MIN_BUFFER`]) and the strings
/// that are asked for: 4,096 bytes are enough for nearly all. Since Linux 6.8.
///
/// # Errors
///
/// - `EBADF`: the descriptor of the mount or of the namespace is not open.
/// - `EBADMSG`: the answer has no whole header, as no kernel writes it.
/// - `EFAULT`: not from here.
/// - `EINVAL`: no such id can be; the descriptor is not that of a mount namespace, or this kernel does not take one.
/// - `ENOENT`: no such mount in the namespace, or no such namespace that the caller has `CAP_SYS_ADMIN` in the owner of; or the
///   descriptor is on a mount that has not been attached.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `EOVERFLOW`: the buffer is too small: call again with a larger one.
/// - `EPERM`: the caller's root directory does not lead to the mount, and it lacks `CAP_SYS_ADMIN` in the owner of the
///   namespace.
/// - `E2BIG`: a namespace by its id, which this kernel does not know.
pub fn statmount<'b>(
    request: &MntIdReq<'_>,
    mask: StatmountMask,
    buffer: impl Into<Buffer<'b>>,
) -> Result<StatMount<'b>> {
    let (mut buffer, flags) = (buffer.into(), request.flags());
    let request = request.kernels(mask.bits());
    let fill = |memory: *mut u8, capacity| {
        // A kernel would fill as much of the header as there is room for.
        if capacity < HEADER {
            return Err(Errno::EOVERFLOW);
        }
        // SAFETY: the kernel reads one request, and writes at most `capacity` bytes.
        unsafe { call!(STATMOUNT, &raw const request, memory, capacity, flags) }.unit()?;
        // SAFETY: it has written the header, which begins with the size of the whole.
        let size = unsafe { memory.cast::<u32>().read_unaligned() } as usize;
        Ok(size.min(capacity))
    };
    // SAFETY: the kernel has written as many bytes as it says.
    unsafe { buffer.fill(fill) }?;
    StatMount::parse(buffer.into_filled()).ok_or(Errno::EBADMSG)
}

/// What the kernel knows of a mount. Each part is `None` if it was not asked for, or if the kernel does not tell it.
#[derive(Clone, Copy)]
pub struct StatMount<'b> {
    header: &'b [u8; HEADER],
    strings: &'b [u8],
}

macro_rules! number {
    ($header:expr, $field:ident: $number:ty) => {{
        let offset = offset_of!(abi::statmount, $field);
        match $header.get(offset..).and_then(<[u8]>::first_chunk) {
            Some(bytes) => <$number>::from_ne_bytes(*bytes),
            None => 0,
        }
    }};
}

impl<'b> StatMount<'b> {
    /// The smallest buffer, in bytes, that anything can be told in.
    pub const MIN_BUFFER: usize = HEADER;

    /// Reads any bytes as what [`statmount`] fills in. `None` if they are too few.
    pub fn parse(bytes: &'b [u8]) -> Option<StatMount<'b>> {
        let (header, strings) = bytes.split_first_chunk()?;
        let size = number!(header, size: u32) as usize;
        let strings = strings.get(..size.saturating_sub(HEADER)).unwrap_or(strings);
        Some(StatMount { header, strings })
    }

    /// What it tells.
    #[inline]
    pub fn mask(&self) -> StatmountMask {
        StatmountMask::from_bits(number!(self.header, mask: u64))
    }

    /// `value`, if this was told.
    #[inline]
    fn told<T>(&self, part: StatmountMask, value: T) -> Option<T> {
        self.mask().contains(part).then_some(value)
    }

    /// The string at a place behind the header.
    #[inline]
    fn string(&self, part: StatmountMask, offset: u32) -> Option<&'b [u8]> {
        self.told(part, ())?;
        let string = self.strings.get(offset as usize..)?;
        string.get(..string.iter().position(|byte| *byte == 0)?)
    }

    #[inline]
    fn list(&self, part: StatmountMask, number: u32, offset: u32) -> Option<Strings<'b>> {
        self.told(part, Strings { left: number, bytes: self.strings.get(offset as usize..)? })
    }

    /// The major and the minor number of the device of the file system.
    #[doc(alias = "sb_dev_major")]
    #[doc(alias = "sb_dev_minor")]
    pub fn device(&self) -> Option<(u32, u32)> {
        let numbers = (number!(self.header, sb_dev_major: u32), number!(self.header, sb_dev_minor: u32));
        self.told(StatmountMask::SB_BASIC, numbers)
    }

    /// The kind of the file system.
    #[doc(alias = "sb_magic")]
    pub fn magic(&self) -> Option<FsType> {
        self.told(StatmountMask::SB_BASIC, FsType::new(number!(self.header, sb_magic: u64)))
    }

    /// The flags of the file system: [`RDONLY`](MountFlags::RDONLY), [`SYNCHRONOUS`](MountFlags::SYNCHRONOUS),
    /// [`DIRSYNC`](MountFlags::DIRSYNC), [`LAZYTIME`](MountFlags::LAZYTIME).
    #[doc(alias = "sb_flags")]
    pub fn fs_flags(&self) -> Option<MountFlags> {
        self.told(StatmountMask::SB_BASIC, MountFlags::from_bits(number!(self.header, sb_flags: u32)))
    }

    /// The mount's id.
    #[doc(alias = "mnt_id")]
    pub fn id(&self) -> Option<MountId> {
        self.told(StatmountMask::MNT_BASIC, MountId::new(number!(self.header, mnt_id: u64)))
    }

    /// The id of the mount that it is on; of a root its own.
    #[doc(alias = "mnt_parent_id")]
    pub fn parent_id(&self) -> Option<MountId> {
        self.told(StatmountMask::MNT_BASIC, MountId::new(number!(self.header, mnt_parent_id: u64)))
    }

    /// The mount's number in `/proc/self/mountinfo`, which is used again.
    #[doc(alias = "mnt_id_old")]
    pub fn old_id(&self) -> Option<u32> {
        self.told(StatmountMask::MNT_BASIC, number!(self.header, mnt_id_old: u32))
    }

    /// The number there of the mount that it is on.
    #[doc(alias = "mnt_parent_id_old")]
    pub fn old_parent_id(&self) -> Option<u32> {
        self.told(StatmountMask::MNT_BASIC, number!(self.header, mnt_parent_id_old: u32))
    }

    /// How it behaves.
    #[doc(alias = "mnt_attr")]
    pub fn attr(&self) -> Option<AttrFlags> {
        self.told(StatmountMask::MNT_BASIC, AttrFlags::from_bits(number!(self.header, mnt_attr: u64)))
    }

    /// Where what is mounted on it goes, and comes from.
    #[doc(alias = "mnt_propagation")]
    pub fn propagation(&self) -> Option<Propagation> {
        self.told(StatmountMask::MNT_BASIC, Propagation::from_bits(number!(self.header, mnt_propagation: u64)))
    }

    /// The number of the group of its peers; 0 if it is not shared.
    #[doc(alias = "mnt_peer_group")]
    pub fn peer_group(&self) -> Option<u64> {
        self.told(StatmountMask::MNT_BASIC, number!(self.header, mnt_peer_group: u64))
    }

    /// The number of the group that it is a slave of; 0 if it is none.
    #[doc(alias = "mnt_master")]
    pub fn master(&self) -> Option<u64> {
        self.told(StatmountMask::MNT_BASIC, number!(self.header, mnt_master: u64))
    }

    /// The number of the nearest group that a slave receives from and that the caller's root directory leads to; 0 if there is
    /// none.
    pub fn propagate_from(&self) -> Option<u64> {
        self.told(StatmountMask::PROPAGATE_FROM, number!(self.header, propagate_from: u64))
    }

    /// The id of the mount namespace.
    #[doc(alias = "mnt_ns_id")]
    pub fn namespace_id(&self) -> Option<u64> {
        self.told(StatmountMask::MNT_NS_ID, number!(self.header, mnt_ns_id: u64))
    }

    /// What this kernel can tell at all.
    pub fn supported_mask(&self) -> Option<StatmountMask> {
        let mask = StatmountMask::from_bits(number!(self.header, supported_mask: u64));
        self.told(StatmountMask::SUPPORTED_MASK, mask)
    }

    /// The name of the type of the file system: `ext4`, `tmpfs`, ….
    pub fn fs_type(&self) -> Option<&'b [u8]> {
        self.string(StatmountMask::FS_TYPE, number!(self.header, fs_type: u32))
    }

    /// The subtype of the file system, if it has one: `sshfs` of `fuse.sshfs`.
    pub fn fs_subtype(&self) -> Option<&'b [u8]> {
        self.string(StatmountMask::FS_SUBTYPE, number!(self.header, fs_subtype: u32))
    }

    /// The source of the file system.
    #[doc(alias = "sb_source")]
    pub fn source(&self) -> Option<&'b [u8]> {
        self.string(StatmountMask::SB_SOURCE, number!(self.header, sb_source: u32))
    }

    /// The directory of the file system that is mounted: `/` unless it is a bind.
    #[doc(alias = "mnt_root")]
    pub fn root(&self) -> Option<&'b [u8]> {
        self.string(StatmountMask::MNT_ROOT, number!(self.header, mnt_root: u32))
    }

    /// Where it is mounted, from the caller's root directory on.
    #[doc(alias = "mnt_point")]
    pub fn mount_point(&self) -> Option<&'b [u8]> {
        self.string(StatmountMask::MNT_POINT, number!(self.header, mnt_point: u32))
    }

    /// The options of the file system, separated by commas. A comma within one stands for itself, so that
    /// [`option_list`](Self::option_list) is safer.
    #[doc(alias = "mnt_opts")]
    pub fn options(&self) -> Option<&'b [u8]> {
        self.string(StatmountMask::MNT_OPTS, number!(self.header, mnt_opts: u32))
    }

    /// The options of the file system, one by one.
    #[doc(alias = "opt_num")]
    #[doc(alias = "opt_array")]
    pub fn option_list(&self) -> Option<Strings<'b>> {
        let (count, offset) = (number!(self.header, opt_num: u32), number!(self.header, opt_array: u32));
        self.list(StatmountMask::OPT_ARRAY, count, offset)
    }

    /// The options of the security module, one by one.
    #[doc(alias = "opt_sec_num")]
    #[doc(alias = "opt_sec_array")]
    pub fn security_option_list(&self) -> Option<Strings<'b>> {
        let (count, offset) = (number!(self.header, opt_sec_num: u32), number!(self.header, opt_sec_array: u32));
        self.list(StatmountMask::OPT_SEC_ARRAY, count, offset)
    }

    /// The map that users are seen through, of an id-mapped mount.
    #[doc(alias = "mnt_uidmap_num")]
    #[doc(alias = "mnt_uidmap")]
    pub fn uid_map(&self) -> Option<IdMap<'b>> {
        let (count, offset) = (number!(self.header, mnt_uidmap_num: u32), number!(self.header, mnt_uidmap: u32));
        self.list(StatmountMask::MNT_UIDMAP, count, offset).map(IdMap)
    }

    /// The map that groups are seen through, of an id-mapped mount.
    #[doc(alias = "mnt_gidmap_num")]
    #[doc(alias = "mnt_gidmap")]
    pub fn gid_map(&self) -> Option<IdMap<'b>> {
        let (count, offset) = (number!(self.header, mnt_gidmap_num: u32), number!(self.header, mnt_gidmap: u32));
        self.list(StatmountMask::MNT_GIDMAP, count, offset).map(IdMap)
    }
}

impl fmt::Debug for StatMount<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn text(string: Option<&[u8]>) -> Option<Shown<EscapeAscii<'_>>> {
            string.map(<[u8]>::escape_ascii).map(Shown)
        }
        f.debug_struct("StatMount")
            .field("mask", &self.mask())
            .field("id", &self.id().map(MountId::number))
            .field("mount_point", &text(self.mount_point()))
            .field("fs_type", &text(self.fs_type()))
            .field("source", &text(self.source()))
            .finish_non_exhaustive()
    }
}

/// Debug output by what is displayed.
struct Shown<T>(T);

impl<T: fmt::Display> fmt::Debug for Shown<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

/// Strings one behind the other.
#[derive(Clone)]
pub struct Strings<'b> {
    left: u32,
    bytes: &'b [u8],
}

impl<'b> Iterator for Strings<'b> {
    type Item = &'b [u8];

    #[inline]
    fn next(&mut self) -> Option<&'b [u8]> {
        self.left = self.left.checked_sub(1)?;
        let end = self.bytes.iter().position(|byte| *byte == 0)?;
        let (string, rest) = self.bytes.split_at_checked(end)?;
        self.bytes = rest.get(1..).unwrap_or_default();
        Some(string)
    }
}

impl fmt::Debug for Strings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone().map(|string| Shown(string.escape_ascii()))).finish()
    }
}

/// Which ids are seen as which, in ranges. It ends at what is no range, as no kernel writes it.
#[derive(Clone)]
pub struct IdMap<'b>(Strings<'b>);

impl Iterator for IdMap<'_> {
    type Item = IdExtent;

    #[inline]
    fn next(&mut self) -> Option<IdExtent> {
        self.0.next().and_then(IdExtent::parse)
    }
}

impl fmt::Debug for IdMap<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// A range of ids: `count` of them from `first` on are seen as those from `lower_first` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IdExtent {
    /// The first id, as the file system has it.
    pub first: u32,
    /// The id that the first is seen as, in the caller's user namespace.
    pub lower_first: u32,
    /// How many ids there are.
    pub count: u32,
}

impl IdExtent {
    /// Reads three numbers: a line of `/proc/PID/uid_map`, too. `None` if it is none.
    pub fn parse(line: &[u8]) -> Option<IdExtent> {
        let mut numbers = line.split(u8::is_ascii_whitespace).filter(|number| !number.is_empty());
        let mut number = || core::str::from_utf8(numbers.next()?).ok()?.parse().ok();
        let extent = IdExtent { first: number()?, lower_first: number()?, count: number()? };
        numbers.next().is_none().then_some(extent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;
    use std::{format, vec};

    /// What a kernel would write: these fields, and these strings behind the header.
    fn written(fields: &[(usize, u64, usize)], strings: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0; HEADER];
        bytes[..4].copy_from_slice(&((HEADER + strings.len()) as u32).to_ne_bytes());
        for (offset, value, width) in fields {
            let number = match width {
                4 => (*value as u32).to_ne_bytes().to_vec(),
                _ => value.to_ne_bytes().to_vec(),
            };
            bytes[*offset..offset + width].copy_from_slice(&number);
        }
        bytes.extend(strings);
        bytes
    }

    const MASK: usize = offset_of!(abi::statmount, mask);

    #[test]
    fn nothing_is_told_without_its_bit() {
        let bytes = written(&[], b"\0");
        let told = StatMount::parse(&bytes).unwrap();
        assert!(told.mask().is_empty());
        assert!(told.device().is_none() && told.id().is_none() && told.fs_type().is_none());
        assert!(told.option_list().is_none() && told.uid_map().is_none() && told.namespace_id().is_none());
        assert_eq!(
            format!("{told:?}"),
            "StatMount { mask: StatmountMask(), id: None, mount_point: None, fs_type: None, source: None, .. }"
        );
    }

    #[test]
    fn bytes_that_are_too_few_are_nothing() {
        assert!(StatMount::parse(&[0; HEADER - 1]).is_none());
        assert!(StatMount::parse(&[0xff; HEADER]).is_some());
    }

    #[test]
    fn a_string_is_what_stands_at_its_place_up_to_its_nul() {
        let fs_type = offset_of!(abi::statmount, fs_type);
        let point = offset_of!(abi::statmount, mnt_point);
        let mask = StatmountMask::FS_TYPE | StatmountMask::MNT_POINT;
        let fields = |place| [(MASK, mask.bits(), 8), (fs_type, 0, 4), (point, place, 4)];
        let told = |place| {
            let bytes = written(&fields(place), b"tmpfs\0/a\0rest");
            let told = StatMount::parse(&bytes).unwrap();
            assert_eq!(told.fs_type(), Some(b"tmpfs".as_slice()));
            told.mount_point().map(<[u8]>::to_vec)
        };
        assert_eq!(told(6), Some(b"/a".to_vec()));
        assert_eq!(told(8), Some(b"".to_vec()));
        assert_eq!(told(9), None, "without a NUL");
        assert_eq!(told(13), None);
        assert_eq!(told(u64::from(u32::MAX)), None);
    }

    #[test]
    fn what_is_behind_the_size_is_not_looked_at() {
        let fs_type = offset_of!(abi::statmount, fs_type);
        let mut bytes = written(&[(MASK, StatmountMask::FS_TYPE.bits(), 8), (fs_type, 0, 4)], b"tmpfs\0");
        bytes[..4].copy_from_slice(&(HEADER as u32 + 5).to_ne_bytes());
        assert_eq!(StatMount::parse(&bytes).unwrap().fs_type(), None);
        bytes[..4].copy_from_slice(&1u32.to_ne_bytes());
        assert_eq!(StatMount::parse(&bytes).unwrap().fs_type(), None);
        bytes[..4].copy_from_slice(&u32::MAX.to_ne_bytes());
        assert_eq!(StatMount::parse(&bytes).unwrap().fs_type(), Some(b"tmpfs".as_slice()));
    }

    #[test]
    fn a_list_has_as_many_strings_as_it_says_or_as_there_are() {
        let (number, array) = (offset_of!(abi::statmount, opt_num), offset_of!(abi::statmount, opt_array));
        let told = |count| {
            let fields = [(MASK, StatmountMask::OPT_ARRAY.bits(), 8), (number, count, 4), (array, 1, 4)];
            let bytes = written(&fields, b"\0size=1m\0\0mode=7\0no");
            let list = StatMount::parse(&bytes).unwrap().option_list().unwrap();
            list.map(<[u8]>::to_vec).collect::<Vec<_>>()
        };
        assert!(told(0).is_empty());
        assert_eq!(told(2), [b"size=1m".to_vec(), b"".to_vec()]);
        assert_eq!(told(3), told(u64::from(u32::MAX)));
        assert_eq!(told(3).last().unwrap(), b"mode=7");
    }

    #[test]
    fn an_extent_is_three_numbers() {
        let extent = IdExtent { first: 0, lower_first: 1000, count: u32::MAX };
        assert_eq!(IdExtent::parse(b"0 1000 4294967295"), Some(extent));
        assert_eq!(IdExtent::parse(b"         0       1000 4294967295\n"), Some(extent));
        for wrong in [&b""[..], b"0 1", b"0 1 2 3", b"0 1 x", b"0 1 4294967296", b"-1 0 1", b"0 1 \xff"] {
            assert_eq!(IdExtent::parse(wrong), None);
        }
    }
}
