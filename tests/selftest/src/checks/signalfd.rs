//! Signals read from a signalfd.

use super::kernel::uid;
use super::signal::{RT, child, is_of_child, send};
use crate::{Verdict, claim};
use butter::errno::Errno;
use butter::signal::{self, Cause, SigInfo, SigSet, SigValue, Signal, sigmask};
use butter::signalfd::{self, Signalfd};
use butter::{EventSource, process};

pub fn value() -> Verdict {
    let set = SigSet::from(RT);
    let _guard = sigmask::Guard::block(set)?;
    let signals = Signalfd::with_flags(set, signalfd::Flags::NONBLOCK)?;
    claim(signals.read() == Err(Errno::EAGAIN))?;
    signal::sigqueue(process::getpid(), RT, SigValue::from_int(42))?;
    let info = signals.read()?;
    claim(info.signal() == Some(RT) && info.value().int() == 42)?;
    let (pid, uid, value) = (Some(process::getpid()), uid()?, info.value());
    claim(info.cause() == Cause::Queue { code: -1, pid, uid, value })
}

pub fn many() -> Verdict {
    let set = SigSet::from([RT, Signal::USR1]);
    let _guard = sigmask::Guard::block(set)?;
    let signals = Signalfd::new(set)?;
    for value in [1, 2, 3] {
        signal::sigqueue(process::getpid(), RT, SigValue::from_int(value))?;
    }
    send(Signal::USR1)?;
    let mut buffer = [0; 8 * SigInfo::SIZE];
    let events = signals.read_events(&mut buffer)?;
    let found = events.map(|info| (info.signal(), info.value().int()));
    claim(found.eq([(Some(Signal::USR1), 0), (Some(RT), 1), (Some(RT), 2), (Some(RT), 3)]))
}

pub fn set() -> Verdict {
    let set = SigSet::from([Signal::USR1, Signal::USR2]);
    let _guard = sigmask::Guard::block(set)?;
    let mut signals = Signalfd::with_flags(Signal::USR1.into(), signalfd::Flags::NONBLOCK)?;
    send(Signal::USR2)?;
    claim(signals.read() == Err(Errno::EAGAIN))?;
    signals.enable(Signal::USR2)?;
    claim(signals.read()?.signal() == Some(Signal::USR2))?;
    signals.disable(Signal::USR1)?;
    send(Signal::USR1)?;
    claim(signals.read() == Err(Errno::EAGAIN))?;
    signals.enable_all()?;
    claim(signals.read()?.signal() == Some(Signal::USR1))
}

pub fn of_child() -> Verdict {
    let set = SigSet::from(Signal::CHLD);
    let _guard = sigmask::Guard::block(set)?;
    let signals = Signalfd::new(set)?;
    let child = child()?;
    is_of_child(&signals.read()?, child)
}
