//! Processes.

use super::kernel::{fork, pipe, set_uid, uid, wait};
use crate::{Failure, Verdict, claim};
use butter::errno::Errno;
use butter::fd;
use butter::process::{self, Children, WaitOptions};
use butter::signal::{self, Cause, ChildStatus, SigInfo, SigSet, SigValue, Signal, sigmask};

pub fn who() -> Verdict {
    claim(process::getpid() == process::gettid())?;
    claim(process::getppid() != Some(process::getpid()))?;
    let parent = process::getpid();
    let child = fork(|| i32::from(process::getppid() == Some(parent) && process::getpid() != parent))?;
    claim(wait(child)? == ChildStatus::Exited(1))
}

pub fn waitid() -> Verdict {
    const ENDED: WaitOptions = WaitOptions::EXITED;
    let (reading, writing) = pipe()?;
    let child = fork(|| fd::read(&reading, &mut [0; 1]).map_or(1, |byte| byte[0].into()))?;
    claim(process::waitid(child, ENDED | WaitOptions::NOHANG)?.is_none())?;
    fd::write(&writing, b"\x07")?;
    let status = |info: SigInfo| match info.cause() {
        Cause::Child { pid, status, .. } if pid == Some(child) => Some(status),
        _ => None,
    };
    let ended = Some(ChildStatus::Exited(7));
    claim(process::waitid(Children::All, ENDED | WaitOptions::NOWAIT)?.and_then(status) == ended)?;
    claim(process::waitid(child, ENDED)?.and_then(status) == ended)?;
    claim(process::waitid(child, ENDED).err() == Some(Errno::ECHILD))
}

/// It is the child's, which is gone then.
pub fn spawn_error() -> Verdict {
    let missing = process::spawn("missing", [c"missing"], []);
    if let Ok(child) = missing {
        process::wait(child)?;
    }
    claim(missing == Err(Errno::ENOENT))?;
    claim(process::waitid(Children::All, WaitOptions::EXITED | WaitOptions::ALL).err() == Some(Errno::ECHILD))
}

/// Whose number does not fit 16 bits, as it did not on the first machines.
pub fn another_user() -> Verdict {
    const USER: u32 = 0x1_2345;
    const NOT_ALLOWED: i32 = 2;
    let queued = || {
        let set = SigSet::from(Signal::USR1);
        let _guard = sigmask::Guard::block(set)?;
        signal::sigqueue(process::getpid(), Signal::USR1, SigValue::from_int(1))?;
        match signal::sigtimedwait(&set, None)?.cause() {
            Cause::Queue { uid, .. } => Ok(uid),
            _ => Err(Errno::EPROTO),
        }
    };
    let child = fork(|| match set_uid(USER) {
        Ok(()) => i32::from(uid() == Ok(USER) && queued() == Ok(USER)),
        Err(_) => NOT_ALLOWED,
    })?;
    match wait(child)? {
        ChildStatus::Exited(NOT_ALLOWED) => Err(Failure::Skipped("needs the right to become another user")),
        ended => claim(ended == ChildStatus::Exited(1)),
    }
}
