//! What the kernel tells about the process of a pidfd.

use crate::abi::pidfd as abi;
use crate::errno::Result;
use crate::fd::{AsFd, AsRawFd};
use crate::flags::flags;
use crate::pid::Pid;
use crate::signal::{ChildStatus, Signal};
use core::fmt;

flags! {
    /// What [`info`] is asked for, and what it tells. `PID`, `CREDS` and `CGROUPID` need not be asked for.
    InfoMask: u64 {
        /// The numbers of the process.
        #[doc(alias = "PIDFD_INFO_PID")]
        const PID = abi::PIDFD_INFO_PID;
        /// Its users and groups.
        #[doc(alias = "PIDFD_INFO_CREDS")]
        const CREDS = abi::PIDFD_INFO_CREDS;
        /// Its cgroup.
        #[doc(alias = "PIDFD_INFO_CGROUPID")]
        const CGROUPID = abi::PIDFD_INFO_CGROUPID;
        /// How it has ended, which is told once it is gone: it has ended, and its parent has waited for it. If this is
        /// asked for, a process that is gone is no error. Since Linux 6.15.
        #[doc(alias = "PIDFD_INFO_EXIT")]
        const EXIT = abi::PIDFD_INFO_EXIT;
        /// Whether its memory would be dumped; of a process that has ended, whether it was, which is told only if
        /// `/proc/sys/kernel/core_pattern` has it dumped to a socket, or to a program that is given a pidfd (`%F`). Since Linux
        /// 6.16.
        #[doc(alias = "PIDFD_INFO_COREDUMP")]
        const COREDUMP = abi::PIDFD_INFO_COREDUMP;
        /// What the kernel can tell. Since Linux 6.19.
        #[doc(alias = "PIDFD_INFO_SUPPORTED_MASK")]
        const SUPPORTED_MASK = abi::PIDFD_INFO_SUPPORTED_MASK;
        /// The signal for which its memory was dumped, which comes with `COREDUMP`. Since Linux 6.19.
        #[doc(alias = "PIDFD_INFO_COREDUMP_SIGNAL")]
        const COREDUMP_SIGNAL = abi::PIDFD_INFO_COREDUMP_SIGNAL;
        /// The code of that signal, which comes with `COREDUMP`. Since Linux 7.2.
        #[doc(alias = "PIDFD_INFO_COREDUMP_CODE")]
        const COREDUMP_CODE = abi::PIDFD_INFO_COREDUMP_CODE;
    }
}

flags! {
    /// What became of the memory of a process, or would become of it.
    Coredump: u32 {
        /// It has ended by a signal that dumps its memory.
        #[doc(alias = "PIDFD_COREDUMPED")]
        const DUMPED = abi::PIDFD_COREDUMPED;
        /// It is not dumped.
        #[doc(alias = "PIDFD_COREDUMP_SKIP")]
        const SKIP = abi::PIDFD_COREDUMP_SKIP;
        /// It is dumped as the user of the process.
        #[doc(alias = "PIDFD_COREDUMP_USER")]
        const USER = abi::PIDFD_COREDUMP_USER;
        /// It is dumped as root: only the privileged should see it.
        #[doc(alias = "PIDFD_COREDUMP_ROOT")]
        const ROOT = abi::PIDFD_COREDUMP_ROOT;
    }
}

/// The users and groups of a process, as the caller's user namespace numbers them; 65534 for those that it has no number for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Credentials {
    /// The real user.
    pub ruid: u32,
    /// The effective user.
    pub euid: u32,
    /// The saved user.
    pub suid: u32,
    /// The user for access to files.
    pub fsuid: u32,
    /// The real group.
    pub rgid: u32,
    /// The effective group.
    pub egid: u32,
    /// The saved group.
    pub sgid: u32,
    /// The group for access to files.
    pub fsgid: u32,
}

/// What [`info`] has told. A getter gives `None` for what was not told: it was not asked for, this kernel does not know it, or
/// the process has none.
#[doc(alias = "pidfd_info")]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct PidfdInfo(abi::pidfd_info);

impl PidfdInfo {
    /// What was told.
    #[inline]
    pub fn mask(&self) -> InfoMask {
        InfoMask::from_bits(self.0.mask)
    }

    #[inline]
    fn told<T>(&self, what: InfoMask, value: T) -> Option<T> {
        self.mask().contains(what).then_some(value)
    }

    /// The number of the thread: for the pidfd of a process that of its first.
    #[inline]
    pub fn pid(&self) -> Option<Pid> {
        self.told(InfoMask::PID, self.0.pid).and_then(to_pid)
    }

    /// The number of the process.
    #[inline]
    pub fn tgid(&self) -> Option<Pid> {
        self.told(InfoMask::PID, self.0.tgid).and_then(to_pid)
    }

    /// The number of the parent; also `None` if that is outside the caller's pid namespace.
    #[inline]
    pub fn ppid(&self) -> Option<Pid> {
        self.told(InfoMask::PID, self.0.ppid).and_then(to_pid)
    }

    /// The users and groups.
    pub fn credentials(&self) -> Option<Credentials> {
        let abi::pidfd_info { ruid, euid, suid, fsuid, rgid, egid, sgid, fsgid, .. } = self.0;
        self.told(InfoMask::CREDS, Credentials { ruid, euid, suid, fsuid, rgid, egid, sgid, fsgid })
    }

    /// The number of the cgroup, that of its directory: of version 2, and of one that is gone the last.
    #[inline]
    pub fn cgroup_id(&self) -> Option<u64> {
        self.told(InfoMask::CGROUPID, self.0.cgroupid)
    }

    /// How it has ended.
    #[inline]
    pub fn exit(&self) -> Option<ChildStatus> {
        self.told(InfoMask::EXIT, ended(self.0.exit_code))
    }

    /// What became of its memory, or would become of it.
    #[inline]
    pub fn coredump(&self) -> Option<Coredump> {
        self.told(InfoMask::COREDUMP, Coredump::from_bits(self.0.coredump_mask))
    }

    /// The signal for which its memory was dumped.
    #[inline]
    pub fn coredump_signal(&self) -> Option<Signal> {
        let signal = self.told(InfoMask::COREDUMP_SIGNAL, self.0.coredump_signal)?;
        Signal::from_kernel(signal)
    }

    /// The code of that signal: see [`SigInfo::code`](crate::signal::SigInfo::code).
    #[inline]
    pub fn coredump_code(&self) -> Option<i32> {
        self.told(InfoMask::COREDUMP_CODE, self.0.coredump_code as i32)
    }

    /// What this kernel can tell.
    #[inline]
    pub fn supported(&self) -> Option<InfoMask> {
        self.told(InfoMask::SUPPORTED_MASK, InfoMask::from_bits(self.0.supported_mask))
    }
}

impl fmt::Debug for PidfdInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PidfdInfo")
            .field("mask", &self.mask())
            .field("pid", &self.pid())
            .field("tgid", &self.tgid())
            .field("ppid", &self.ppid())
            .field("credentials", &self.credentials())
            .field("cgroup_id", &self.cgroup_id())
            .field("exit", &self.exit())
            .field("coredump", &self.coredump())
            .field("coredump_signal", &self.coredump_signal())
            .field("coredump_code", &self.coredump_code())
            .field("supported", &self.supported())
            .finish()
    }
}

fn to_pid(number: u32) -> Option<Pid> {
    Pid::new(number as i32)
}

/// From the status word of `wait4`.
fn ended(word: i32) -> ChildStatus {
    let signal = Signal::from_kernel(word as u32 & 0x7f);
    match (signal, word & 0x80 != 0) {
        (Some(signal), false) => ChildStatus::Killed(signal),
        (Some(signal), true) => ChildStatus::Dumped(signal),
        (None, _) => ChildStatus::Exited(word >> 8 & 0xff),
    }
}

/// What the kernel tells about the process of a pidfd, as it was at some moment of the call. Since Linux 6.13.
///
/// The kernel is asked with the largest struct that this crate knows; an older kernel fills less of it, and says so by the
/// mask.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EINVAL`: the kernel is Linux 6.11 or 6.12, whose pidfds know other requests only.
/// - `ENOTTY`: not a pidfd, or the kernel is older.
/// - `EREMOTE`: the process is not visible in the caller's pid namespace; older kernels say `ESRCH`.
/// - `ESRCH`: the process is gone, and `EXIT` was not asked for.
#[doc(alias = "PIDFD_GET_INFO")]
pub fn info(pidfd: impl AsFd, mask: InfoMask) -> Result<PidfdInfo> {
    let mut info = abi::pidfd_info { mask: mask.bits(), ..Default::default() };
    // SAFETY: the kernel reads the mask, and writes no more than the size that is in the number.
    unsafe { call!(IOCTL, pidfd.as_fd().as_raw_fd(), abi::PIDFD_GET_INFO, &raw mut info) }.unit()?;
    Ok(PidfdInfo(info))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    fn told(mask: u64) -> PidfdInfo {
        PidfdInfo(abi::pidfd_info {
            mask,
            cgroupid: 1,
            pid: 2,
            tgid: 3,
            ppid: 4,
            ruid: 5,
            rgid: 6,
            euid: 7,
            egid: 8,
            suid: 9,
            sgid: 10,
            fsuid: 11,
            fsgid: 12,
            exit_code: 13 << 8,
            coredump_mask: 5,
            coredump_signal: 11,
            coredump_code: 1,
            coredump_pad: 0,
            supported_mask: 0xff,
        })
    }

    #[test]
    fn what_was_not_told_is_none() {
        let info = told(0);
        assert_eq!((info.pid(), info.tgid(), info.ppid(), info.credentials()), (None, None, None, None));
        assert_eq!((info.cgroup_id(), info.exit(), info.coredump()), (None, None, None));
        assert_eq!((info.coredump_signal(), info.coredump_code(), info.supported()), (None, None, None));
    }

    #[test]
    fn each_bit_of_the_mask_is_for_its_own_fields() {
        let pid = told(0x1);
        assert_eq!((pid.pid(), pid.tgid(), pid.ppid()), (Pid::new(2), Pid::new(3), Pid::new(4)));
        let credentials = Credentials { ruid: 5, euid: 7, suid: 9, fsuid: 11, rgid: 6, egid: 8, sgid: 10, fsgid: 12 };
        assert_eq!(told(0x2).credentials(), Some(credentials));
        assert_eq!(told(0x4).cgroup_id(), Some(1));
        assert_eq!(told(0x8).exit(), Some(ChildStatus::Exited(13)));
        assert_eq!(told(0x10).coredump(), Some(Coredump::DUMPED | Coredump::USER));
        assert_eq!(told(0x20).supported(), Some(InfoMask::from_bits(0xff)));
        assert_eq!(told(0x40).coredump_signal(), Some(Signal::SEGV));
        assert_eq!(told(0x80).coredump_code(), Some(1));
        let bits = [0x1, 0x2, 0x4, 0x8, 0x10, 0x20, 0x40, 0x80];
        assert!(bits.iter().all(|&bit| format!("{:?}", told(bit)).matches("None").count() >= 6));
        assert!(!format!("{:?}", told(0xff)).contains("None"));
    }

    #[test]
    fn the_word_of_wait4() {
        assert_eq!(ended(0), ChildStatus::Exited(0));
        assert_eq!(ended(0xff00), ChildStatus::Exited(255));
        assert_eq!(ended(9), ChildStatus::Killed(Signal::KILL));
        assert_eq!(ended(0x8b), ChildStatus::Dumped(Signal::SEGV));
        assert_eq!(ended(64), ChildStatus::Killed(Signal::RTMAX));
        assert_eq!(ended(-1), ChildStatus::Exited(255));
    }
}
