//! Users, groups, limits.

use super::kernel::{fork, wait};
use crate::{Failure, Verdict, claim};
use butter::Eventfd;
use butter::credentials::{self, Ids};
use butter::errno::Errno;
use butter::rlimit::{Priority, Resource, Rlimit, getpriority, prlimit64, setpriority};
use butter::signal::ChildStatus;

/// Whose number does not fit 16 bits.
const SOMEBODY: u32 = 0x1_2345;
const NOT_ALLOWED: i32 = 2;

/// Claims that hold in a child, unless it is not allowed to find out.
fn in_child(claims: impl FnOnce() -> Result<bool, Errno>) -> Verdict {
    let child = fork(|| match claims() {
        Ok(hold) => i32::from(hold),
        Err(Errno::EPERM) => NOT_ALLOWED,
        Err(_) => 3,
    })?;
    match wait(child)? {
        ChildStatus::Exited(NOT_ALLOWED) => Err(Failure::Skipped("needs the right to become another user")),
        ended => claim(ended == ChildStatus::Exited(1)),
    }
}

pub fn who() -> Verdict {
    let (user, group) = (credentials::getresuid()?, credentials::getresgid()?);
    claim((user.real, user.effective) == (credentials::getuid(), credentials::geteuid()))?;
    claim((group.real, group.effective) == (credentials::getgid(), credentials::getegid()))?;
    claim(credentials::setfsuid(None) == user.effective && credentials::setfsgid(None) == group.effective)?;
    credentials::setresuid(None, None, None)?;
    credentials::setresgid(None, None, None)?;
    claim((credentials::getresuid()?, credentials::getresgid()?) == (user, group))
}

pub fn another() -> Verdict {
    in_child(|| {
        credentials::setresgid(Some(SOMEBODY), Some(SOMEBODY + 1), Some(SOMEBODY + 2))?;
        credentials::setresuid(Some(SOMEBODY + 3), Some(SOMEBODY + 4), Some(SOMEBODY + 5))?;
        let of = |first| Ids { real: first, effective: first + 1, saved: first + 2 };
        let are = credentials::getresgid()? == of(SOMEBODY) && credentials::getresuid()? == of(SOMEBODY + 3);
        Ok(are && (credentials::getuid(), credentials::geteuid()) == (SOMEBODY + 3, SOMEBODY + 4))
    })
}

pub fn groups() -> Verdict {
    let mut buffer = [0; 64];
    let count = credentials::groups_count()?;
    claim(count > buffer.len() || credentials::getgroups(&mut buffer)?.len() == count)?;
    in_child(|| {
        credentials::setgroups(&[SOMEBODY, 3])?;
        let mut buffer = [0; 3];
        Ok(credentials::getgroups(&mut buffer)? == [3, SOMEBODY] && credentials::groups_count()? == 2)
    })
}

pub fn limits() -> Verdict {
    let files = prlimit64(None, Resource::NOFILE, None)?;
    claim(files.soft <= files.hard && files.soft > 2)?;
    claim(prlimit64(None, Resource::from_number(99), None) == Err(Errno::EINVAL))?;
    in_child(|| {
        let fewer = Rlimit { soft: 1, ..files };
        let old = prlimit64(None, Resource::NOFILE, Some(fewer))?;
        let holds = Eventfd::new().err() == Some(Errno::EMFILE);
        Ok(old == files && holds && prlimit64(None, Resource::NOFILE, None)? == fewer)
    })
}

pub fn priorities() -> Verdict {
    let own = Priority::Thread(None);
    let before = getpriority(own)?;
    claim((-20..=19).contains(&before))?;
    in_child(|| {
        let lower = (before + 3).min(19);
        setpriority(own, lower)?;
        Ok(getpriority(own)? == lower)
    })
}
