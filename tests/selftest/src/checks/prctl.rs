//! Options of a thread, and capabilities.

use super::kernel::{fork, wait};
use crate::{Verdict, claim};
use butter::caps::{self, CapSet, Capabilities};
use butter::errno::Errno;
use butter::prctl::{self, Dumpable};
use butter::process;
use butter::signal::{ChildStatus, Signal};
use core::time::Duration;

pub fn name() -> Verdict {
    let before = prctl::get_name()?;
    prctl::set_name("fifteen bytes...")?;
    claim(prctl::get_name()?.as_bytes() == b"fifteen bytes..")?;
    prctl::set_name(before.as_bytes())?;
    claim(prctl::get_name()? == before)
}

pub fn options() -> Verdict {
    claim(prctl::get_pdeathsig()?.is_none())?;
    prctl::set_pdeathsig(Some(Signal::USR1))?;
    claim(prctl::get_pdeathsig()? == Some(Signal::USR1))?;
    prctl::set_pdeathsig(None)?;

    let slack = prctl::get_timerslack()?;
    prctl::set_timerslack(Duration::from_micros(1234))?;
    claim(prctl::get_timerslack()? == Duration::from_micros(1234))?;
    prctl::set_timerslack(slack)?;

    claim(prctl::get_dumpable()? == Dumpable::Enabled)?;
    claim(prctl::set_dumpable(Dumpable::Root) == Err(Errno::EINVAL))?;
    let child = fork(|| {
        let changed = prctl::set_dumpable(Dumpable::Disabled).and_then(|()| prctl::set_no_new_privs());
        let right = prctl::get_dumpable() == Ok(Dumpable::Disabled) && prctl::get_no_new_privs() == Ok(true);
        i32::from(changed.is_ok() && right)
    })?;
    claim(wait(child)? == ChildStatus::Exited(1))
}

pub fn capabilities() -> Verdict {
    let sets = caps::capget(None)?;
    claim(sets.permitted.contains_all(sets.effective))?;
    claim(caps::capget(Some(process::getpid()))? == sets)?;
    let child = fork(|| {
        // One of each half, if it has any.
        let keep = |set: CapSet| CapSet::from_bits(set.bits() & 0x1_0000_0001);
        let fewer = Capabilities { effective: CapSet::empty(), permitted: keep(sets.permitted), ..sets };
        let set = caps::capset(&fewer);
        i32::from(set.is_ok() && caps::capget(None) == Ok(fewer))
    })?;
    claim(wait(child)? == ChildStatus::Exited(1))
}
