//! Namespaces.

use crate::{Failure, Verdict, claim};
use butter::Errno;
use butter::namespace::{self, Link, Namespace, UnshareFlags};
use butter::process;

pub fn own() -> Verdict {
    namespace::unshare(UnshareFlags::FS)?;
    let uts = match Namespace::open(None, Link::Uts) {
        Err(Errno::ENOENT) => return Err(Failure::Skipped("there is no /proc")),
        uts => uts?,
    };
    let pid = Namespace::open(process::getpid(), Link::Pid)?;
    match uts.kind() {
        // An emulator that does not know it, or an old kernel.
        Err(Errno::ENOTTY | Errno::ENOSYS) => return Err(Failure::Skipped("a namespace cannot be asked")),
        kind => claim(kind? == Link::Uts.kind() && pid.kind()? == Link::Pid.kind())?,
    }
    claim(pid.owner_uid() == Err(Errno::EINVAL))
}
