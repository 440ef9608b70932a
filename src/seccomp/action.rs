//! What is done with a call.

use crate::abi::seccomp as abi;
use crate::errno::Errno;

/// The kernel makes no greater number of a filter's error.
const MAX_ERRNO: u16 = 4095;

/// What becomes of a call that a filter has looked at. If several filters have, the action that stands first here wins, and of
/// two alike that of the filter that was installed last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// The process ends as by a `SIGSYS` that cannot be caught, and dumps core. Since Linux 4.14.
    #[doc(alias = "SECCOMP_RET_KILL_PROCESS")]
    KillProcess,
    /// The thread ends so, and the others go on. A process of a single thread dumps core.
    #[doc(alias = "SECCOMP_RET_KILL_THREAD")]
    #[doc(alias = "SECCOMP_RET_KILL")]
    KillThread,
    /// The call is not made, and the thread gets a `SIGSYS` that may be caught. Its siginfo has these 16 bits as its `errno`.
    #[doc(alias = "SECCOMP_RET_TRAP")]
    Trap(u16),
    /// The call is not made, and gives this error.
    #[doc(alias = "SECCOMP_RET_ERRNO")]
    Errno(Errno),
    /// The call is not made, and seems to have succeeded: it gives 0.
    Nothing,
    /// The listener of the filter decides. Without one the call gives `ENOSYS`. Since Linux 5.0.
    #[doc(alias = "SECCOMP_RET_USER_NOTIF")]
    Notify,
    /// The tracer decides, and is told these 16 bits. Without one that wants to know the call gives `ENOSYS`.
    #[doc(alias = "SECCOMP_RET_TRACE")]
    Trace(u16),
    /// The call is made, and the kernel logs it. Since Linux 4.14.
    #[doc(alias = "SECCOMP_RET_LOG")]
    Log,
    /// The call is made.
    #[doc(alias = "SECCOMP_RET_ALLOW")]
    Allow,
}

impl Action {
    /// What a filter returns for it.
    #[inline]
    pub const fn value(self) -> u32 {
        match self {
            Action::KillProcess => abi::SECCOMP_RET_KILL_PROCESS,
            Action::KillThread => abi::SECCOMP_RET_KILL_THREAD,
            Action::Trap(data) => abi::SECCOMP_RET_TRAP | data as u32,
            Action::Errno(errno) => abi::SECCOMP_RET_ERRNO | errno.number() as u32,
            Action::Nothing => abi::SECCOMP_RET_ERRNO,
            Action::Notify => abi::SECCOMP_RET_USER_NOTIF,
            Action::Trace(data) => abi::SECCOMP_RET_TRACE | data as u32,
            Action::Log => abi::SECCOMP_RET_LOG,
            Action::Allow => abi::SECCOMP_RET_ALLOW,
        }
    }

    /// What the kernel does if a filter returns this. An action that it does not know is to kill the process, and of an error
    /// number beyond 4,095 it makes 4,095, which has no name.
    pub const fn from_value(value: u32) -> Action {
        let data = (value & abi::SECCOMP_RET_DATA) as u16;
        match value & abi::SECCOMP_RET_ACTION_FULL {
            abi::SECCOMP_RET_KILL_THREAD => Action::KillThread,
            abi::SECCOMP_RET_TRAP => Action::Trap(data),
            abi::SECCOMP_RET_ERRNO => match Errno::new(if data > MAX_ERRNO { MAX_ERRNO } else { data }) {
                Some(errno) => Action::Errno(errno),
                None => Action::Nothing,
            },
            abi::SECCOMP_RET_USER_NOTIF => Action::Notify,
            abi::SECCOMP_RET_TRACE => Action::Trace(data),
            abi::SECCOMP_RET_LOG => Action::Log,
            abi::SECCOMP_RET_ALLOW => Action::Allow,
            _ => Action::KillProcess,
        }
    }
}
