//! The vDSO, or what stands in for it.

use crate::{Verdict, claim};
use butter::errno::Errno;
use butter::time::{Clock, clock_getres, clock_gettime};
use butter::vdso::Vdso;

pub fn calls() -> Verdict {
    for vdso in [Vdso::find(), Vdso::none()] {
        for clock in [Clock::REALTIME, Clock::MONOTONIC, Clock::BOOTTIME] {
            let before = clock_gettime(clock)?;
            let now = vdso.clock_gettime(clock)?;
            claim(before <= now && now <= clock_gettime(clock)?)?;
            claim(vdso.clock_getres(clock)? == clock_getres(clock)?)?;
        }
        claim(vdso.clock_gettime(Clock::from_number(999)) == Err(Errno::EINVAL))?;
        claim(vdso.getcpu()?.number < 4096)?;
    }
    Ok(())
}
