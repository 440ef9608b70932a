//! The kinds of namespaces, and the links by which a process has them.

use crate::abi::sched as abi;
use crate::flags::flags;

flags! {
    /// Kinds of namespaces: one, or several where a call is about several.
    Kinds: u32 {
        /// The offsets of clocks. Since Linux 5.6.
        #[doc(alias = "CLONE_NEWTIME")]
        #[doc(alias = "TIME_NS")]
        const TIME = abi::CLONE_NEWTIME;
        /// What is mounted.
        #[doc(alias = "CLONE_NEWNS")]
        #[doc(alias = "MNT_NS")]
        const MNT = abi::CLONE_NEWNS;
        /// The cgroup that is shown as the root. Since Linux 4.6.
        #[doc(alias = "CLONE_NEWCGROUP")]
        #[doc(alias = "CGROUP_NS")]
        const CGROUP = abi::CLONE_NEWCGROUP;
        /// The host name.
        #[doc(alias = "CLONE_NEWUTS")]
        #[doc(alias = "UTS_NS")]
        const UTS = abi::CLONE_NEWUTS;
        /// System V's objects and POSIX message queues.
        #[doc(alias = "CLONE_NEWIPC")]
        #[doc(alias = "IPC_NS")]
        const IPC = abi::CLONE_NEWIPC;
        /// Users, groups and capabilities. Since Linux 3.8.
        #[doc(alias = "CLONE_NEWUSER")]
        #[doc(alias = "USER_NS")]
        const USER = abi::CLONE_NEWUSER;
        /// The numbers of processes.
        #[doc(alias = "CLONE_NEWPID")]
        #[doc(alias = "PID_NS")]
        const PID = abi::CLONE_NEWPID;
        /// Network devices, addresses, routes.
        #[doc(alias = "CLONE_NEWNET")]
        #[doc(alias = "NET_NS")]
        const NET = abi::CLONE_NEWNET;
    }
}

/// A namespace of a process: one of the links in `/proc/PID/ns`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Link {
    /// The cgroup namespace.
    Cgroup,
    /// The IPC namespace.
    Ipc,
    /// The mount namespace.
    Mnt,
    /// The network namespace.
    Net,
    /// The pid namespace.
    Pid,
    /// The pid namespace of its children, which `unshare` and `setns` change. Since Linux 4.12.
    PidForChildren,
    /// The time namespace. Since Linux 5.6.
    Time,
    /// The time namespace of its children, which `unshare` changes. Since Linux 5.6.
    TimeForChildren,
    /// The user namespace.
    User,
    /// The UTS namespace.
    Uts,
}

impl Link {
    /// Its name in `/proc/PID/ns`.
    #[inline]
    pub const fn name(self) -> &'static str {
        match self {
            Link::Cgroup => "cgroup",
            Link::Ipc => "ipc",
            Link::Mnt => "mnt",
            Link::Net => "net",
            Link::Pid => "pid",
            Link::PidForChildren => "pid_for_children",
            Link::Time => "time",
            Link::TimeForChildren => "time_for_children",
            Link::User => "user",
            Link::Uts => "uts",
        }
    }

    /// Its kind.
    #[inline]
    pub const fn kind(self) -> Kinds {
        match self {
            Link::Cgroup => Kinds::CGROUP,
            Link::Ipc => Kinds::IPC,
            Link::Mnt => Kinds::MNT,
            Link::Net => Kinds::NET,
            Link::Pid | Link::PidForChildren => Kinds::PID,
            Link::Time | Link::TimeForChildren => Kinds::TIME,
            Link::User => Kinds::USER,
            Link::Uts => Kinds::UTS,
        }
    }
}
