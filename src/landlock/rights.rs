//! What can be restricted, and since when.

use crate::abi::landlock as abi;
use crate::flags::flags;

/// A version of landlock's ABI: what a kernel can restrict. Each has all that those before it have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Abi(u32);

impl Abi {
    /// Linux 5.13: files.
    pub const V1: Abi = Abi(1);
    /// Linux 5.19: [`REFER`](AccessFs::REFER).
    pub const V2: Abi = Abi(2);
    /// Linux 6.2: [`TRUNCATE`](AccessFs::TRUNCATE).
    pub const V3: Abi = Abi(3);
    /// Linux 6.7: ports of TCP.
    pub const V4: Abi = Abi(4);
    /// Linux 6.10: [`IOCTL_DEV`](AccessFs::IOCTL_DEV).
    pub const V5: Abi = Abi(5);
    /// Linux 6.12: the [`Scope`]s.
    pub const V6: Abi = Abi(6);
    /// Linux 6.15: what is logged.
    pub const V7: Abi = Abi(7);
    /// Linux 7.0: [`TSYNC`](super::RestrictFlags::TSYNC).
    pub const V8: Abi = Abi(8);
    /// Linux 7.1: [`RESOLVE_UNIX`](AccessFs::RESOLVE_UNIX).
    pub const V9: Abi = Abi(9);
    /// Linux 7.2: ports of UDP, and rules that are quiet.
    pub const V10: Abi = Abi(10);

    /// The version of a number; 0 is a kernel without landlock.
    #[inline]
    pub const fn new(number: u32) -> Abi {
        Abi(number)
    }

    /// The number.
    #[inline]
    pub const fn number(self) -> u32 {
        self.0
    }

    const fn since(self, version: Abi, bits: u64) -> u64 {
        if self.0 >= version.0 { bits } else { 0 }
    }
}

flags! {
    /// What may be done with files. Those that are open already stay as they are.
    ///
    /// It is not about `chdir`, `stat`, `chmod`, `chown`, `setxattr`, `utime`, `flock`, `fcntl` and `access`, which landlock does
    /// not restrict.
    AccessFs: u64 {
        /// To execute a file.
        #[doc(alias = "LANDLOCK_ACCESS_FS_EXECUTE")]
        const EXECUTE = abi::LANDLOCK_ACCESS_FS_EXECUTE;
        /// To open a file for writing. To overwrite one by `O_TRUNC` takes `TRUNCATE` too.
        #[doc(alias = "LANDLOCK_ACCESS_FS_WRITE_FILE")]
        const WRITE_FILE = abi::LANDLOCK_ACCESS_FS_WRITE_FILE;
        /// To open a file for reading.
        #[doc(alias = "LANDLOCK_ACCESS_FS_READ_FILE")]
        const READ_FILE = abi::LANDLOCK_ACCESS_FS_READ_FILE;
        /// To open a directory, and so to list it.
        #[doc(alias = "LANDLOCK_ACCESS_FS_READ_DIR")]
        const READ_DIR = abi::LANDLOCK_ACCESS_FS_READ_DIR;
        /// To remove or rename a directory that is in a directory.
        #[doc(alias = "LANDLOCK_ACCESS_FS_REMOVE_DIR")]
        const REMOVE_DIR = abi::LANDLOCK_ACCESS_FS_REMOVE_DIR;
        /// To remove or rename what else is in a directory.
        #[doc(alias = "LANDLOCK_ACCESS_FS_REMOVE_FILE")]
        const REMOVE_FILE = abi::LANDLOCK_ACCESS_FS_REMOVE_FILE;
        /// To make a character device in a directory, or to rename or link one into it.
        #[doc(alias = "LANDLOCK_ACCESS_FS_MAKE_CHAR")]
        const MAKE_CHAR = abi::LANDLOCK_ACCESS_FS_MAKE_CHAR;
        /// To make a directory in a directory, or to rename one into it.
        #[doc(alias = "LANDLOCK_ACCESS_FS_MAKE_DIR")]
        const MAKE_DIR = abi::LANDLOCK_ACCESS_FS_MAKE_DIR;
        /// To make a regular file in a directory, or to rename or link one into it.
        #[doc(alias = "LANDLOCK_ACCESS_FS_MAKE_REG")]
        const MAKE_REG = abi::LANDLOCK_ACCESS_FS_MAKE_REG;
        /// To make a Unix socket in a directory, or to rename or link one into it.
        #[doc(alias = "LANDLOCK_ACCESS_FS_MAKE_SOCK")]
        const MAKE_SOCK = abi::LANDLOCK_ACCESS_FS_MAKE_SOCK;
        /// To make a named pipe in a directory, or to rename or link one into it.
        #[doc(alias = "LANDLOCK_ACCESS_FS_MAKE_FIFO")]
        const MAKE_FIFO = abi::LANDLOCK_ACCESS_FS_MAKE_FIFO;
        /// To make a block device in a directory, or to rename or link one into it.
        #[doc(alias = "LANDLOCK_ACCESS_FS_MAKE_BLOCK")]
        const MAKE_BLOCK = abi::LANDLOCK_ACCESS_FS_MAKE_BLOCK;
        /// To make a symbolic link in a directory, or to rename or link one into it.
        #[doc(alias = "LANDLOCK_ACCESS_FS_MAKE_SYM")]
        const MAKE_SYM = abi::LANDLOCK_ACCESS_FS_MAKE_SYM;
        /// To rename or link a file from one directory to another. A ruleset that does not handle it, whatever else it handles,
        /// forbids it altogether, by `EXDEV`. One that allows it does so only if the file has no more rights in the new place
        /// than in the old. Since Linux 5.19.
        #[doc(alias = "LANDLOCK_ACCESS_FS_REFER")]
        const REFER = abi::LANDLOCK_ACCESS_FS_REFER;
        /// To truncate a file: `truncate`, `O_TRUNC`, and `ftruncate` of what is opened from now on. Since Linux 6.2.
        #[doc(alias = "LANDLOCK_ACCESS_FS_TRUNCATE")]
        const TRUNCATE = abi::LANDLOCK_ACCESS_FS_TRUNCATE;
        /// To call `ioctl` on a device that is opened from now on, but for what any file has (`FIOCLEX`, `FIONBIO`, …). Since
        /// Linux 6.10.
        #[doc(alias = "LANDLOCK_ACCESS_FS_IOCTL_DEV")]
        const IOCTL_DEV = abi::LANDLOCK_ACCESS_FS_IOCTL_DEV;
        /// To connect or send to a Unix socket by its path, unless who is restricted alike has made it. Since Linux 7.1.
        #[doc(alias = "LANDLOCK_ACCESS_FS_RESOLVE_UNIX")]
        const RESOLVE_UNIX = abi::LANDLOCK_ACCESS_FS_RESOLVE_UNIX;
    }
}

impl AccessFs {
    /// Those that a file can have, and not only a directory.
    pub const FILE: AccessFs = AccessFs::EXECUTE
        .union(AccessFs::WRITE_FILE)
        .union(AccessFs::READ_FILE)
        .union(AccessFs::TRUNCATE)
        .union(AccessFs::IOCTL_DEV)
        .union(AccessFs::RESOLVE_UNIX);

    /// All that this version has.
    pub const fn of(abi: Abi) -> AccessFs {
        let first = AccessFs::REFER.bits() - 1;
        AccessFs::from_bits(
            abi.since(Abi::V1, first)
                | abi.since(Abi::V2, AccessFs::REFER.bits())
                | abi.since(Abi::V3, AccessFs::TRUNCATE.bits())
                | abi.since(Abi::V5, AccessFs::IOCTL_DEV.bits())
                | abi.since(Abi::V9, AccessFs::RESOLVE_UNIX.bits()),
        )
    }
}

flags! {
    /// What may be done with ports. What is bound or connected already stays so.
    AccessNet: u64 {
        /// To bind a TCP socket to a local port; 0 stands for one that the kernel chooses. Since Linux 6.7.
        #[doc(alias = "LANDLOCK_ACCESS_NET_BIND_TCP")]
        const BIND_TCP = abi::LANDLOCK_ACCESS_NET_BIND_TCP;
        /// To connect a TCP socket to a port elsewhere. Since Linux 6.7.
        #[doc(alias = "LANDLOCK_ACCESS_NET_CONNECT_TCP")]
        const CONNECT_TCP = abi::LANDLOCK_ACCESS_NET_CONNECT_TCP;
        /// To bind a UDP socket to a local port; 0 stands for one that the kernel chooses, as it does too for a socket that sends
        /// before it is bound. Since Linux 7.2.
        #[doc(alias = "LANDLOCK_ACCESS_NET_BIND_UDP")]
        const BIND_UDP = abi::LANDLOCK_ACCESS_NET_BIND_UDP;
        /// To connect a UDP socket to a port elsewhere, or to send to one. Since Linux 7.2.
        #[doc(alias = "LANDLOCK_ACCESS_NET_CONNECT_SEND_UDP")]
        const CONNECT_SEND_UDP = abi::LANDLOCK_ACCESS_NET_CONNECT_SEND_UDP;
    }
}

impl AccessNet {
    /// All that this version has.
    pub const fn of(abi: Abi) -> AccessNet {
        let (tcp, udp) =
            (AccessNet::BIND_TCP.union(AccessNet::CONNECT_TCP), AccessNet::BIND_UDP.union(AccessNet::CONNECT_SEND_UDP));
        AccessNet::from_bits(abi.since(Abi::V4, tcp.bits()) | abi.since(Abi::V10, udp.bits()))
    }
}

flags! {
    /// What may be done only with who is restricted alike, or more. No rule allows more.
    Scope: u64 {
        /// To connect or send to an abstract Unix socket. Since Linux 6.12.
        #[doc(alias = "LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET")]
        const ABSTRACT_UNIX_SOCKET = abi::LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET;
        /// To send a signal. Since Linux 6.12.
        #[doc(alias = "LANDLOCK_SCOPE_SIGNAL")]
        const SIGNAL = abi::LANDLOCK_SCOPE_SIGNAL;
    }
}

impl Scope {
    /// All that this version has.
    pub const fn of(abi: Abi) -> Scope {
        Scope::from_bits(abi.since(Abi::V6, Scope::ABSTRACT_UNIX_SOCKET.union(Scope::SIGNAL).bits()))
    }
}

/// What is to be restricted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rights {
    /// Of files.
    pub fs: AccessFs,
    /// Of ports.
    pub net: AccessNet,
    /// Of processes.
    pub scope: Scope,
}

impl Rights {
    /// All that this version has.
    pub const fn of(abi: Abi) -> Rights {
        Rights { fs: AccessFs::of(abi), net: AccessNet::of(abi), scope: Scope::of(abi) }
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.fs.is_empty() && self.net.is_empty() && self.scope.is_empty()
    }

    /// Those that the other has too.
    pub(super) fn and(self, other: Rights) -> Rights {
        Rights { fs: self.fs & other.fs, net: self.net & other.net, scope: self.scope & other.scope }
    }

    /// Those that the other does not have.
    pub(super) fn without(self, other: Rights) -> Rights {
        Rights { fs: self.fs - other.fs, net: self.net - other.net, scope: self.scope - other.scope }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_has_what_those_before_it_have() {
        for number in 1..=12 {
            let (old, new) = (Rights::of(Abi::new(number - 1)), Rights::of(Abi::new(number)));
            assert_eq!(old.and(new), old);
            let gained = new.without(old);
            let count =
                gained.fs.bits().count_ones() + gained.net.bits().count_ones() + gained.scope.bits().count_ones();
            let expected = [13, 1, 1, 2, 1, 2, 0, 0, 1, 2, 0, 0];
            assert_eq!(count, expected[number as usize - 1], "version {number}");
        }
        assert!(Rights::of(Abi::new(0)).is_empty());
    }

    #[test]
    fn the_newest_has_all() {
        let all = Rights::of(Abi::V10);
        assert_eq!((all.fs.bits(), all.net.bits(), all.scope.bits()), (0x1ffff, 0xf, 0x3));
        assert!(!all.is_empty() && all.without(all).is_empty());
        for rights in [
            Rights { fs: AccessFs::EXECUTE, ..Rights::default() },
            Rights { net: AccessNet::BIND_UDP, ..Rights::default() },
            Rights { scope: Scope::SIGNAL, ..Rights::default() },
        ] {
            assert!(!rights.is_empty());
        }
    }
}
