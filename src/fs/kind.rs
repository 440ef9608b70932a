//! What kinds of files there are.

use crate::abi::dirent as abi;

/// The kind of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileType {
    /// A pipe with a name.
    #[doc(alias = "S_IFIFO")]
    #[doc(alias = "DT_FIFO")]
    Fifo,
    /// A device that is read and written byte by byte.
    #[doc(alias = "S_IFCHR")]
    #[doc(alias = "DT_CHR")]
    CharDevice,
    /// A directory.
    #[doc(alias = "S_IFDIR")]
    #[doc(alias = "DT_DIR")]
    Directory,
    /// A device that is read and written in blocks.
    #[doc(alias = "S_IFBLK")]
    #[doc(alias = "DT_BLK")]
    BlockDevice,
    /// A regular file.
    #[doc(alias = "S_IFREG")]
    #[doc(alias = "DT_REG")]
    Regular,
    /// A symbolic link.
    #[doc(alias = "S_IFLNK")]
    #[doc(alias = "DT_LNK")]
    Symlink,
    /// A socket with a name.
    #[doc(alias = "S_IFSOCK")]
    #[doc(alias = "DT_SOCK")]
    Socket,
    /// A whiteout, as some file systems have it beside the character device 0:0.
    #[doc(alias = "DT_WHT")]
    Whiteout,
    /// Not told.
    #[doc(alias = "DT_UNKNOWN")]
    Unknown,
    /// Another.
    Other(u8),
}

impl FileType {
    /// The kind in a directory entry; that in a mode is the same, 12 bits higher.
    pub(super) const fn from_kernel(number: u8) -> FileType {
        match number {
            abi::DT_UNKNOWN => FileType::Unknown,
            abi::DT_FIFO => FileType::Fifo,
            abi::DT_CHR => FileType::CharDevice,
            abi::DT_DIR => FileType::Directory,
            abi::DT_BLK => FileType::BlockDevice,
            abi::DT_REG => FileType::Regular,
            abi::DT_LNK => FileType::Symlink,
            abi::DT_SOCK => FileType::Socket,
            abi::DT_WHT => FileType::Whiteout,
            other => FileType::Other(other),
        }
    }
}

/// What [`mknodat`](super::mknodat) makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    /// An empty regular file.
    Regular,
    /// A pipe with a name.
    #[doc(alias = "mkfifo")]
    Fifo,
    /// A socket with a name.
    Socket,
    /// A device that is read and written byte by byte.
    CharDevice {
        /// Which driver: 0 to 4,095.
        major: u32,
        /// Which of its devices: 0 to 1,048,575.
        minor: u32,
    },
    /// A device that is read and written in blocks.
    BlockDevice {
        /// Which driver: 0 to 4,095.
        major: u32,
        /// Which of its devices: 0 to 1,048,575.
        minor: u32,
    },
    /// What hides a name in a lower layer of an overlay: the character device 0:0, which everybody may make. Since Linux 5.8.
    Whiteout,
}

impl Node {
    /// The kind as in a mode, and the device as the kernel takes it: `None` if a number is too large.
    pub(super) fn to_kernel(self) -> Option<(u32, u32)> {
        let device = |major: u32, minor: u32| {
            let fit = major < 1 << 12 && minor < 1 << 20;
            fit.then_some((minor & 0xff) | major << 8 | (minor & !0xff) << 12)
        };
        let (kind, device) = match self {
            Node::Regular => (abi::DT_REG, 0),
            Node::Fifo => (abi::DT_FIFO, 0),
            Node::Socket => (abi::DT_SOCK, 0),
            Node::CharDevice { major, minor } => (abi::DT_CHR, device(major, minor)?),
            Node::BlockDevice { major, minor } => (abi::DT_BLK, device(major, minor)?),
            Node::Whiteout => (abi::DT_CHR, 0),
        };
        Some((u32::from(kind) << 12, device))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_as_the_kernel_takes_them() {
        let device = |major, minor| Node::BlockDevice { major, minor }.to_kernel();
        assert_eq!(device(8, 1), Some((0o060000, 0x801)));
        assert_eq!(device(0xfff, 0xf_ffff), Some((0o060000, u32::MAX)));
        assert_eq!(device(1, 0x100), Some((0o060000, 0x10_0100)));
        assert_eq!((device(0x1000, 0), device(0, 0x10_0000)), (None, None));
        assert_eq!(Node::Whiteout.to_kernel(), Node::CharDevice { major: 0, minor: 0 }.to_kernel());
    }
}
