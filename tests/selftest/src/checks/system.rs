//! The machine.

use crate::{Verdict, claim};
use butter::errno::Errno;
use butter::system::{self, RandomFlags, getrandom, setdomainname, sethostname};
use butter::time::{Clock, clock_gettime};

pub fn names() -> Verdict {
    let names = system::uname()?;
    claim(names.sysname() == b"Linux")?;
    claim(names.release().first().is_some_and(u8::is_ascii_digit))?;
    let printable = |name: &[u8]| !name.is_empty() && name.len() <= 64 && name.iter().all(u8::is_ascii_graphic);
    claim(printable(names.nodename()) && printable(names.machine()))?;
    claim(!names.version().is_empty() && names.domainname().len() <= 64)?;
    for too_long in [sethostname([b'x'; 65]), setdomainname([b'x'; 65])] {
        claim(matches!(too_long, Err(Errno::EINVAL | Errno::EPERM)))?;
    }
    Ok(())
}

pub fn load() -> Verdict {
    let before = clock_gettime(Clock::BOOTTIME)?.sec as u64;
    let info = system::sysinfo()?;
    let after = clock_gettime(Clock::BOOTTIME)?.sec as u64;
    claim((before..=after + 1).contains(&info.uptime().as_secs()))?;
    claim(info.procs() > 0 && info.loads().iter().all(|load| (0.0..65536.0).contains(load)))
}

/// Where a word has 32 bits, the unit is larger than a byte if the memory is: qemu hands on that of a 64-bit kernel.
pub fn memory() -> Verdict {
    let info = system::sysinfo()?;
    claim(info.totalram() >= 16 << 20 && info.freeram() <= info.totalram())?;
    claim(info.sharedram() <= info.totalram() && info.bufferram() <= info.totalram())?;
    claim(info.freeswap() <= info.totalswap() && info.freehigh() <= info.totalhigh())
}

pub fn random() -> Verdict {
    let (mut one, mut other) = ([0; 32], [0; 32]);
    let one = getrandom(&mut one, RandomFlags::empty())?;
    let other = getrandom(&mut other, RandomFlags::NONBLOCK)?;
    claim(one.len() == 32 && other.len() == 32 && one != other)?;
    claim(getrandom(&mut [0; 1], RandomFlags::from_bits(0x8000)) == Err(Errno::EINVAL))
}
