//! A capability is a number, most with a name.

use crate::abi::capability as abi;
use core::fmt;

/// A capability: a number from 0 to 63.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Cap(u8);

macro_rules! names {
    ($($name:ident $cap:ident $string:literal $words:literal,)*) => {
        impl Cap {
            $(#[doc = concat!("`", $string, "`: ", $words, ".")]
            #[doc(alias = $string)]
            pub const $name: Cap = Cap(abi::$cap);)*

            /// The kernel's name, such as `CAP_CHOWN`; `None` if it is newer than this crate.
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $(abi::$cap => Some($string),)*
                    _ => None,
                }
            }
        }
    };
}

names! {
    CHOWN CAP_CHOWN "CAP_CHOWN" "to change the owner and the group of any file",
    DAC_OVERRIDE CAP_DAC_OVERRIDE "CAP_DAC_OVERRIDE" "to read, write and execute whatever the permissions of a file say",
    DAC_READ_SEARCH CAP_DAC_READ_SEARCH "CAP_DAC_READ_SEARCH" "to read any file and search any directory; `open_by_handle_at`",
    FOWNER CAP_FOWNER "CAP_FOWNER" "to do with any file what its owner may",
    FSETID CAP_FSETID "CAP_FSETID" "to keep the set-user and set-group bits of a file that is changed",
    KILL CAP_KILL "CAP_KILL" "to send signals to processes of other users",
    SETGID CAP_SETGID "CAP_SETGID" "to change groups, at will; to map them in a user namespace",
    SETUID CAP_SETUID "CAP_SETUID" "to change the user, at will; to map users in a user namespace",
    SETPCAP CAP_SETPCAP "CAP_SETPCAP" "to take from the bounding set, to add what it has to the inheritable one, and to set the securebits",
    LINUX_IMMUTABLE CAP_LINUX_IMMUTABLE "CAP_LINUX_IMMUTABLE" "to set and clear the attributes `immutable` and `append only`",
    NET_BIND_SERVICE CAP_NET_BIND_SERVICE "CAP_NET_BIND_SERVICE" "to bind to a port below 1,024",
    NET_BROADCAST CAP_NET_BROADCAST "CAP_NET_BROADCAST" "not used",
    NET_ADMIN CAP_NET_ADMIN "CAP_NET_ADMIN" "to configure the network",
    NET_RAW CAP_NET_RAW "CAP_NET_RAW" "to use raw and packet sockets, and to bind to any address",
    IPC_LOCK CAP_IPC_LOCK "CAP_IPC_LOCK" "to lock memory, and to use huge pages of SysV shared memory",
    IPC_OWNER CAP_IPC_OWNER "CAP_IPC_OWNER" "to do with any object of SysV IPC what its owner may",
    SYS_MODULE CAP_SYS_MODULE "CAP_SYS_MODULE" "to load and unload modules of the kernel",
    SYS_RAWIO CAP_SYS_RAWIO "CAP_SYS_RAWIO" "to use ports and memory of devices",
    SYS_CHROOT CAP_SYS_CHROOT "CAP_SYS_CHROOT" "`chroot`, and to enter a mount namespace",
    SYS_PTRACE CAP_SYS_PTRACE "CAP_SYS_PTRACE" "to trace any process, and to read and write its memory",
    SYS_PACCT CAP_SYS_PACCT "CAP_SYS_PACCT" "`acct`",
    SYS_ADMIN CAP_SYS_ADMIN "CAP_SYS_ADMIN" "to mount, and a hundred things more",
    SYS_BOOT CAP_SYS_BOOT "CAP_SYS_BOOT" "`reboot` and `kexec_load`",
    SYS_NICE CAP_SYS_NICE "CAP_SYS_NICE" "to raise priorities, to set those of others, real-time policies and the affinity of others",
    SYS_RESOURCE CAP_SYS_RESOURCE "CAP_SYS_RESOURCE" "to go beyond limits, quotas and reserves",
    SYS_TIME CAP_SYS_TIME "CAP_SYS_TIME" "to set the clock",
    SYS_TTY_CONFIG CAP_SYS_TTY_CONFIG "CAP_SYS_TTY_CONFIG" "`vhangup`, and privileged ioctls of a virtual terminal",
    MKNOD CAP_MKNOD "CAP_MKNOD" "to make device files",
    LEASE CAP_LEASE "CAP_LEASE" "to set a lease on any file",
    AUDIT_WRITE CAP_AUDIT_WRITE "CAP_AUDIT_WRITE" "to write to the audit log",
    AUDIT_CONTROL CAP_AUDIT_CONTROL "CAP_AUDIT_CONTROL" "to set the rules of the audit",
    SETFCAP CAP_SETFCAP "CAP_SETFCAP" "to give capabilities to files, and to map user 0 in a user namespace",
    MAC_OVERRIDE CAP_MAC_OVERRIDE "CAP_MAC_OVERRIDE" "to override the policy of Smack",
    MAC_ADMIN CAP_MAC_ADMIN "CAP_MAC_ADMIN" "to change the policy of Smack",
    SYSLOG CAP_SYSLOG "CAP_SYSLOG" "to read the log of the kernel where not everybody may, and to change what the console shows. Since Linux 2.6.37",
    WAKE_ALARM CAP_WAKE_ALARM "CAP_WAKE_ALARM" "to set timers that wake the machine. Since Linux 3.0",
    BLOCK_SUSPEND CAP_BLOCK_SUSPEND "CAP_BLOCK_SUSPEND" "to keep the machine from suspending. Since Linux 3.5",
    AUDIT_READ CAP_AUDIT_READ "CAP_AUDIT_READ" "to read the audit log as it is sent to all. Since Linux 3.16",
    PERFMON CAP_PERFMON "CAP_PERFMON" "to observe the performance of all. Since Linux 5.8",
    BPF CAP_BPF "CAP_BPF" "to load BPF programs with privileges. Since Linux 5.8",
    CHECKPOINT_RESTORE CAP_CHECKPOINT_RESTORE "CAP_CHECKPOINT_RESTORE" "to save and restore programs. Since Linux 5.9",
}

impl Cap {
    /// The highest number that a set has room for.
    pub const MAX: u8 = 63;

    /// The capability of a number; `None` if a set has no room for it.
    #[inline]
    pub const fn new(number: u8) -> Option<Cap> {
        if number <= Cap::MAX { Some(Cap(number)) } else { None }
    }

    /// The number.
    #[inline]
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl fmt::Debug for Cap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "CAP_{}", self.0),
        }
    }
}

impl fmt::Display for Cap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
