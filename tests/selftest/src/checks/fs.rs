//! Files by their names.

use super::kernel::{fork, large_file, wait};
use crate::{Failure, Verdict, claim};
use butter::EventSource;
use butter::errno::Errno;
use butter::fd::{self, CWD, OpenFlags, OwnedFd};
use butter::fs::{
    self, AtFlags, Device, Dir, FileType, HeldLock, LinkFlags, Node, RecordLock, RenameFlags, SetTime, StatxMask,
    UnlinkFlags, XFlags,
};
use butter::process;
use butter::signal::ChildStatus;
use butter::time::Timespec;

const BASIC: StatxMask = StatxMask::BASIC_STATS;

fn make(name: &str) -> Result<OwnedFd, Errno> {
    fs::openat(CWD, name, OpenFlags::RDWR | OpenFlags::CREAT | OpenFlags::EXCL, 0o600)
}

fn remove(name: &str) -> Result<(), Errno> {
    fs::unlinkat(CWD, name, UnlinkFlags::empty())
}

pub fn names() -> Verdict {
    fs::mkdirat(CWD, "directory", 0o700)?;
    let directory = fs::openat(CWD, "directory", OpenFlags::DIRECTORY, 0)?;
    fs::mknodat(&directory, "fifo", Node::Fifo, 0o600)?;
    fs::symlinkat("fifo", &directory, "link")?;
    claim(fs::readlinkat(&directory, "link", &mut [0; 8])? == b"fifo")?;
    fs::linkat(&directory, "fifo", &directory, "second", LinkFlags::empty())?;
    fs::renameat2(&directory, "second", &directory, "third", RenameFlags::empty())?;
    claim(fs::statx(&directory, "third", AtFlags::empty(), BASIC)?.nlink() == Some(2))?;
    let exchanged = fs::renameat2(&directory, "link", &directory, "third", RenameFlags::EXCHANGE);
    claim(exchanged.is_ok() || exchanged == Err(Errno::EINVAL))?;
    for name in ["fifo", "link", "third"] {
        fs::unlinkat(&directory, name, UnlinkFlags::empty())?;
    }
    fs::unlinkat(CWD, "directory", UnlinkFlags::REMOVEDIR)?;
    claim(fs::openat(CWD, "directory", OpenFlags::DIRECTORY, 0).err() == Some(Errno::ENOENT))
}

pub fn open_flags() -> Verdict {
    let file = make("file")?;
    let open = |flags| fs::openat(CWD, "file", flags, 0);
    fs::symlinkat("file", CWD, "link")?;
    claim(make("file").err() == Some(Errno::EEXIST))?;
    claim(open(OpenFlags::DIRECTORY).err() == Some(Errno::ENOTDIR))?;
    claim(fs::openat(CWD, "link", OpenFlags::NOFOLLOW, 0).err() == Some(Errno::ELOOP))?;
    fd::write(&file, b"text")?;
    fd::write(open(OpenFlags::WRONLY | OpenFlags::APPEND)?, b" more")?;
    claim(fd::read(open(OpenFlags::NOATIME | OpenFlags::NOCTTY)?, &mut [0; 16])? == b"text more")?;
    claim(fd::read(open(OpenFlags::PATH)?, &mut [0; 1]) == Err(Errno::EBADF))?;
    claim(fd::is_nonblocking(open(OpenFlags::NONBLOCK | OpenFlags::SYNC)?)?)?;
    open(OpenFlags::WRONLY | OpenFlags::TRUNC | OpenFlags::DSYNC)?;
    claim(fd::read(open(OpenFlags::RDONLY)?, &mut [0; 16])? == b"")?;
    // A file system may have neither.
    for flags in [OpenFlags::DIRECT, OpenFlags::TMPFILE | OpenFlags::RDWR] {
        let path = if flags == OpenFlags::DIRECT { "file" } else { "." };
        let opened = fs::openat(CWD, path, flags, 0o600);
        claim(matches!(opened, Ok(_) | Err(Errno::EINVAL | Errno::EOPNOTSUPP)))?;
    }
    remove("link")?;
    remove("file")?;
    Ok(())
}

pub fn statx() -> Verdict {
    let file = make("file")?;
    fd::write(&file, b"text")?;
    let stat = fs::statx(CWD, "file", AtFlags::empty(), BASIC)?;
    remove("file")?;
    claim((stat.file_type(), stat.mode(), stat.size()) == (Some(FileType::Regular), Some(0o600), Some(4)))?;
    claim(stat.nlink() == Some(1) && stat.ino().is_some_and(|ino| ino != 0) && stat.blksize() >= 512)?;
    claim((stat.uid(), stat.gid()) == (Some(butter::credentials::geteuid()), Some(butter::credentials::getegid())))?;
    claim([stat.atime(), stat.mtime(), stat.ctime()].iter().all(|time| time.is_some_and(|time| time.sec > 1 << 30)))?;
    let null = fs::statx(CWD, "/dev/null", AtFlags::empty(), BASIC)?;
    claim((null.file_type(), null.rdev()) == (Some(FileType::CharDevice), Device { major: 1, minor: 3 }))?;
    claim(fs::statx(CWD, "missing", AtFlags::empty(), BASIC).err() == Some(Errno::ENOENT))
}

pub fn lengths() -> Verdict {
    let file = large_file()?;
    let size = || fs::statx(&file, "", AtFlags::EMPTY_PATH, BASIC).map(|stat| stat.size());
    fs::ftruncate(&file, 0x12_3456_7890)?;
    claim(size()? == Some(0x12_3456_7890))?;
    fs::fallocate(&file, fs::FallocateMode::empty(), 0x12_3456_8000, 0x1000)?;
    claim(size()? == Some(0x12_3456_9000))?;
    fs::ftruncate(&file, 3)?;
    claim(size()? == Some(3) && fs::ftruncate(&file, u64::MAX) == Err(Errno::EINVAL))?;
    fs::flock(&file, fs::Lock::EXCLUSIVE)?;
    fs::fsync(&file)?;
    Ok(())
}

pub fn record_locks() -> Verdict {
    let files = make("file").and_then(|one| Ok((one, fs::openat(CWD, "file", OpenFlags::RDWR, 0)?)));
    remove("file")?;
    let (one, other) = files?;
    let far = 0x12_3456_7890..0x12_3456_789a;
    fs::ofd_setlk(&one, Some(RecordLock::Read), far.clone())?;
    claim(fs::ofd_setlk(&other, Some(RecordLock::Write), 0x12_3456_7899..) == Err(Errno::EAGAIN))?;
    fs::ofd_setlk(&other, Some(RecordLock::Write), far.end..)?;
    let held = |lock, start, end, pid| Some(HeldLock { lock, start, end, pid });
    let read = held(RecordLock::Read, far.start, Some(far.end), None);
    claim(fs::ofd_getlk(&other, RecordLock::Write, ..)? == read && fs::getlk(&one, RecordLock::Write, ..)? == read)?;
    claim(fs::ofd_getlk(&one, RecordLock::Read, ..)? == held(RecordLock::Write, far.end, None, None))?;
    fs::ofd_setlkw(&one, None, ..)?;
    // And those of the process, which exclude a child.
    fs::setlkw(&one, Some(RecordLock::Write), far.clone())?;
    let pid = process::getpid();
    let child = fork(|| {
        let refused = fs::setlk(&one, Some(RecordLock::Read), far.clone()) == Err(Errno::EAGAIN);
        let write = held(RecordLock::Write, far.start, Some(far.end), Some(pid));
        i32::from(refused && fs::getlk(&one, RecordLock::Read, ..far.end) == Ok(write))
    })?;
    claim(wait(child)? == ChildStatus::Exited(1))
}

pub fn times() -> Verdict {
    let file = make("file")?;
    let at = |sec, nsec| Timespec { sec, nsec };
    let set = fs::utimensat(CWD, "file", SetTime::At(at(5_000_000_000, 7)), SetTime::At(at(-3, 8)), AtFlags::empty());
    let told = fs::statx(CWD, "file", AtFlags::empty(), BASIC);
    let again = fs::futimens(&file, SetTime::Omit, SetTime::Now);
    let later = fs::statx(CWD, "file", AtFlags::empty(), BASIC);
    remove("file")?;
    set?;
    again?;
    claim((told?.atime(), told?.mtime()) == (Some(at(5_000_000_000, 7)), Some(at(-3, 8))))?;
    claim(later?.atime() == Some(at(5_000_000_000, 7)) && later?.mtime().is_some_and(|time| time.sec > 1 << 30))
}

pub fn entries() -> Verdict {
    fs::mkdirat(CWD, "directory", 0o700)?;
    let directory = Dir::open(CWD, "directory")?;
    drop(fs::openat(&directory, "a file", OpenFlags::CREAT | OpenFlags::WRONLY, 0o600)?);
    let ino = fs::statx(&directory, "a file", AtFlags::empty(), BASIC)?.ino();
    let (mut found, mut others, mut buffer) = (0, 0, [0; 4120]);
    for entry in directory.read_events(&mut buffer)? {
        let kind = entry.file_type();
        match entry.name() {
            b"a file" => {
                claim(Some(entry.ino()) == ino && matches!(kind, FileType::Regular | FileType::Unknown))?;
                found += 1;
            }
            _ => {
                claim(entry.is_dot_or_dotdot() && matches!(kind, FileType::Directory | FileType::Unknown))?;
                others += 1;
            }
        }
    }
    let mut rest = [0; 4120];
    let end = fs::getdents64(&directory, &mut rest)?.next().is_none();
    fs::unlinkat(&directory, "a file", UnlinkFlags::empty())?;
    fs::unlinkat(CWD, "directory", UnlinkFlags::REMOVEDIR)?;
    claim(found == 1 && others == 2 && end)
}

pub fn attributes() -> Verdict {
    let file = make("file")?;
    let set = fs::fsetxattr(&file, c"user.name", b"value", fs::SetXattr::Create);
    let mut buffer = [0; 64];
    let got = fs::getxattr("file", c"user.name", &mut buffer).map(|value| value == b"value");
    let small = fs::fgetxattr(&file, c"user.name", &mut [0; 2]).err();
    let at = fs::getxattrat(CWD, "file", AtFlags::empty(), c"user.name", &mut [0; 5]).map(|value| value == b"value");
    let removed = fs::removexattr("file", c"user.name");
    remove("file")?;
    match set {
        Err(Errno::EOPNOTSUPP) => Err(Failure::Skipped("the file system has no attributes")),
        // The call with a directory is since Linux 6.13.
        set => claim(
            matches!(at, Ok(true) | Err(Errno::ENOSYS))
                && (set, got, small, removed) == (Ok(()), Ok(true), Some(Errno::ERANGE), Ok(())),
        ),
    }
}

/// What came with Linux 6.17.
pub fn file_attributes() -> Verdict {
    let file = make("file")?;
    let path = || fs::file_getattr(CWD, "file", AtFlags::SYMLINK_NOFOLLOW);
    let set = path().and_then(|attr| {
        let with = |flags| fs::file_setattr(CWD, "file", &attr.with_xflags(attr.xflags() | flags), AtFlags::empty());
        with(XFlags::NODUMP)?;
        let nodump = fs::file_getattr(&file, "", AtFlags::EMPTY_PATH)?;
        let (immutable, removed) = (with(XFlags::IMMUTABLE), remove("file").err());
        fs::file_setattr(&file, "", &attr, AtFlags::EMPTY_PATH)?;
        Ok((nodump.xflags() == attr.xflags() | XFlags::NODUMP, immutable, removed, path()? == attr))
    });
    remove("file")?;
    match set {
        Err(Errno::ENOSYS) => Err(Failure::Skipped("needs file_getattr, which came with Linux 6.17")),
        Err(Errno::EOPNOTSUPP) => Err(Failure::Skipped("the file system has no attributes")),
        set => claim(set? == (true, Ok(()), Some(Errno::EPERM), true)),
    }
}
