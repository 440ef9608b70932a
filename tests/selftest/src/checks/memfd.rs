//! Files in memory.

use crate::{Verdict, claim};
use butter::errno::Errno;
use butter::fd::{self, Whence};
use butter::memfd::{CreateFlags, Memfd, Seals};

/// Different in every part.
const FAR: u64 = 0x1_2345_6000;

pub fn seals() -> Verdict {
    let memfd = Memfd::with_flags("test", CreateFlags::ALLOW_SEALING)?;
    claim(fd::is_cloexec(&memfd)? && memfd.seals()? == Seals::empty())?;
    memfd.set_len(FAR)?;
    claim(fd::lseek(&memfd, 0, Whence::End)? == FAR)?;
    memfd.add_seals(Seals::GROW)?;
    claim(memfd.set_len(FAR + 1) == Err(Errno::EPERM))?;
    memfd.set_len(5)?;
    memfd.add_seals(Seals::SHRINK | Seals::SEAL)?;
    claim(memfd.seals()? == Seals::GROW | Seals::SHRINK | Seals::SEAL)?;
    claim(memfd.add_seals(Seals::WRITE) == Err(Errno::EPERM))
}

pub fn map() -> Verdict {
    let memfd = Memfd::sealed("test", b"one, two")?;
    claim(fd::pwrite(&memfd, b"x", 0) == Err(Errno::EPERM))?;
    claim(memfd.map(9).err() == Some(Errno::EINVAL))?;
    let map = memfd.map(8)?;
    drop(memfd);
    claim(map[..] == *b"one, two")
}
