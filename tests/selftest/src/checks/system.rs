//! The machine.

use crate::{Failure, Verdict, claim};
use butter::errno::Errno;
use butter::fd::{self, CWD, OpenFlags};
use butter::fs;
use butter::mount::{AttrFlags, FsContext, Mount};
use butter::pipe::Pipe;
use butter::system::kexec::{LoadFlags, Segment, kexec_load};
use butter::system::module::{DeleteFlags, InitFlags, delete_module, finit_module, init_module};
use butter::system::quota::{self, Change, Format, InfoChange, Kind};
use butter::system::{self, RandomFlags, SwapFlags, getrandom, setdomainname, sethostname, swapoff, swapon};
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

pub fn swap() -> Verdict {
    let results = [swapon(c"/no/such/area", SwapFlags::DISCARD.priority(1)), swapoff(c"/no/such/area")];
    if results.contains(&Err(Errno::ENOSYS)) {
        return Err(Failure::Skipped("there is no swapon"));
    }
    claim(results == [Err(Errno::ENOENT); 2] || results == [Err(Errno::EPERM); 2])
}

/// Nothing is loaded or unloaded: what is tried is none.
pub fn module() -> Verdict {
    // What the emulator does not know it calls so, too.
    let refused = |result, errno| matches!(result, Err(Errno::EPERM | Errno::ENOSYS)) || result == Err(errno);
    claim(refused(init_module(&[7; 4096], c"name=value"), Errno::ENOEXEC))?;
    claim(refused(finit_module(CWD, c"", InitFlags::empty()), Errno::EBADF))?;
    claim(refused(delete_module(c"butter_none", DeleteFlags::NONBLOCK), Errno::ENOENT))
}

/// Nothing is loaded: there are more segments than can be.
pub fn kexec() -> Verdict {
    // SAFETY: the kernel takes no more than 16.
    let result = unsafe { kexec_load(0, &[Segment::new(b"", 0, 0); 17], LoadFlags::empty()) };
    claim(matches!(result, Err(Errno::EINVAL | Errno::EPERM | Errno::ENOSYS)))
}

pub fn quotas() -> Verdict {
    match quota::sync(CWD, Kind::User) {
        Err(Errno::ENOSYS) => return Err(Failure::Skipped("there is no quotactl_fd")),
        result => claim(result == Err(Errno::EBADF))?,
    }
    claim(quota::getfmt(&Pipe::new()?.reader, Kind::Group) == Err(Errno::ENOSYS))?;

    let root = match counting() {
        Err(Errno::EINVAL | Errno::ENOSYS | Errno::EPERM) => return Err(Failure::Skipped("tmpfs has no quotas")),
        root => root?,
    };
    let kind = Kind::User;
    claim(quota::getfmt(&root, kind)? == Format::Shmem)?;
    claim(quota::quotaon(&root, kind) == Err(Errno::EEXIST))?;
    quota::quotaoff(&root, kind)?;
    claim(quota::quotaoff(&root, kind) == Err(Errno::EEXIST))?;
    quota::quotaon(&root, kind)?;
    quota::setinfo(&root, kind, &InfoChange::new().bgrace(1000).igrace(2000))?;
    let info = quota::getinfo(&root, kind)?;
    claim(info.bgrace() == 1000 && info.igrace() == 2000)?;
    quota::setquota(&root, kind, 1000, &Change::new().block_limits(64, 5 << 32))?;
    quota::setquota(&root, kind, 1000, &Change::new().inode_limits(2, 4))?;

    let file = fs::openat(&root, c"file", OpenFlags::CREAT | OpenFlags::RDWR, 0o600)?;
    fd::write(&file, b"text")?;
    fs::fchownat(&root, c"file", Some(1000), None, fs::AtFlags::empty())?;
    let told = quota::getquota(&root, kind, 1000)?;
    claim(told.id() == 1000 && told.bsoftlimit() == 64 && told.bhardlimit() == 5 << 32)?;
    claim(told.isoftlimit() == 2 && told.ihardlimit() == 4)?;
    claim(
        (4096..=65536).contains(&told.curspace()) && told.curinodes() == 1 && told.btime() == 0 && told.itime() == 0,
    )?;
    claim(quota::getnextquota(&root, kind, 1)?.id() == 1000)?;
    claim(quota::getnextquota(&root, kind, 1001) == Err(Errno::ENOENT))?;
    claim(quota::getquota(&root, Kind::Project, 0) == Err(Errno::EINVAL))?;
    quota::sync(&root, kind)?;
    Ok(())
}

/// A file system in memory that counts, and that no directory has.
fn counting() -> butter::Result<Mount> {
    let context = FsContext::new(c"tmpfs")?;
    context.set_flag(c"usrquota")?;
    context.create()?;
    context.mount(AttrFlags::empty())
}
