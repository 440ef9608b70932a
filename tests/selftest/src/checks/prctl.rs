//! Options of a thread, and capabilities.

use super::kernel::{fork, wait};
use crate::{Failure, Verdict, claim};
use butter::caps::{self, CapSet, Capabilities};
use butter::errno::Errno;
use butter::fd::{CWD, OpenFlags};
use butter::prctl::{self, Cfi, Dumpable, Mdwe, MmField, MmMap, Thp};
use butter::rt::read_file;
use butter::signal::{ChildStatus, Signal};
use butter::{fs, process, syscall};
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

/// What came with Linux 6.6 and 6.18; and the landing pads, of Linux 7.0, of riscv alone.
pub fn memory() -> Verdict {
    in_child("needs Linux 6.18, and huge pages", || {
        prctl::set_thp(Thp::ExceptAdvised)?;
        let advised = prctl::get_thp()?;
        prctl::set_thp(Thp::Disabled)?;
        let disabled = prctl::get_thp()?;
        prctl::set_thp(Thp::Enabled)?;
        let refused = Mdwe::REFUSE_EXEC_GAIN | Mdwe::NO_INHERIT;
        let alone = prctl::set_mdwe(Mdwe::NO_INHERIT) == Err(Errno::EINVAL);
        prctl::set_mdwe(refused)?;
        let kept = prctl::get_mdwe()? == refused && prctl::set_mdwe(Mdwe::empty()) == Err(Errno::EPERM);
        let thp = [advised, disabled, prctl::get_thp()?] == [Thp::ExceptAdvised, Thp::Disabled, Thp::Enabled];
        let pads = [prctl::get_cfi().map(drop), prctl::set_cfi(Cfi::DISABLE)];
        Ok(thp && alone && kept && pads.iter().all(|result| matches!(result, Ok(()) | Err(Errno::EINVAL))))
    })
}

/// What came with Linux 6.17.
pub fn futexes() -> Verdict {
    in_child("needs Linux 6.17", || {
        let none = prctl::get_futex_hash_slots()? == 0;
        prctl::set_futex_hash_slots(4)?;
        let four = prctl::get_futex_hash_slots()? == 4 && prctl::set_futex_hash_slots(3) == Err(Errno::EINVAL);
        prctl::set_futex_hash_slots(0)?;
        Ok(none && four && prctl::get_futex_hash_slots()? == 0 && prctl::set_futex_hash_slots(4) == Err(Errno::EBUSY))
    })
}

/// What came with Linux 7.0: for a thread that has registered an `rseq` with a place for it.
pub fn time_slice() -> Verdict {
    #[repr(C, align(128))]
    struct Rseq([u8; 128]);
    const ENOTSUPP: Option<Errno> = Errno::new(524);
    in_child("needs a kernel with CONFIG_RSEQ_SLICE_EXTENSION, of Linux 7.0", || {
        let mut memory = Rseq([0; 128]);
        // SAFETY: the kernel writes to the memory until it is registered no more.
        let mut rseq =
            |size: usize, flags: u32| unsafe { syscall!(RSEQ, memory.0.as_mut_ptr(), size, flags, 0x5305_3053) };
        match prctl::set_rseq_slice_extension(true) {
            Err(Errno::ENXIO) => rseq(128, 0)?,
            // Built without it, or switched off.
            Err(errno) if Some(errno) == ENOTSUPP => return Err(Errno::EINVAL),
            result => return result.map(|()| false),
        };
        let set = prctl::set_rseq_slice_extension(true);
        let enabled = prctl::get_rseq_slice_extension();
        let disabled = prctl::set_rseq_slice_extension(false).and_then(|()| prctl::get_rseq_slice_extension());
        rseq(128, 1)?;
        Ok(set.is_ok() && enabled? && !disabled?)
    })
}

/// Where the kernel believes the arguments to be, and the rest.
pub fn addresses() -> Verdict {
    use MmField::*;
    const PR_SET_MM: u32 = 35;
    const PR_SET_MM_MAP_SIZE: u32 = 15;
    in_child("needs CAP_SYS_RESOURCE", || {
        // What is mapped from a file would not be shown.
        let arguments = *b"a\0b\0c\0d\0";
        let place = |offset: usize| arguments.as_ptr().wrapping_add(offset);
        let shown = |expected: &[u8]| read_file("/proc/self/cmdline", &mut [0; 16]).map(|shown| shown == expected);
        // SAFETY: nothing in here calls `brk`.
        let set = |field, offset| unsafe { prctl::set_mm(field, place(offset).cast()) };
        set(ArgStart, 0)?;
        set(ArgEnd, 6)?;
        let mut holds = shown(b"a\0b\0c\0")? && set(ArgEnd, usize::MAX) == Err(Errno::EINVAL);
        let auxv = [[6, 4096], [25, 12345], [0, 0]];
        prctl::set_mm_auxv(&auxv)?;
        // It came with Linux 6.4.
        holds &= prctl::get_auxv(&mut [[0; 2]; 64]).is_ok_and(|told| told == [[6, 4096], [25, 12345]])
            || prctl::get_auxv(&mut [[0; 2]; 1]) == Err(Errno::EINVAL);
        let exe = fs::openat(CWD, "/proc/self/exe", OpenFlags::RDONLY, 0)?;
        holds &= prctl::set_mm_exe_file(&exe) == Err(Errno::EBUSY);
        let ends = [(StartCode, 0), (EndCode, 1), (StartData, 0), (EndData, 1), (ArgStart, 2), (ArgEnd, 8)];
        let rest = [(StartBrk, 2), (Brk, 2), (StartStack, 3), (EnvStart, 8), (EnvEnd, 8)];
        let map = ends
            .iter()
            .chain(&rest)
            .fold(MmMap::new().auxv(&auxv), |map, (field, offset)| map.with(*field, place(*offset).addr() as u64));
        let mut size = 0_u32;
        // SAFETY: the kernel writes the size of the map that it takes.
        let taken =
            unsafe { prctl::prctl(PR_SET_MM, [PR_SET_MM_MAP_SIZE.into(), (&raw mut size).into(), 0.into(), 0.into()]) };
        // SAFETY: as above.
        match unsafe { prctl::set_mm_map(&map) } {
            // A kernel of 64 bits, or one without CONFIG_CHECKPOINT_RESTORE.
            Err(Errno::EINVAL) => Ok(holds && (size_of::<usize>() == 4 || taken.is_err())),
            result => result.and_then(|()| Ok(holds && shown(b"b\0c\0d\0")?)),
        }
    })
}

/// In a child whose options nobody misses; what the kernel does not know, or not allow, is skipped.
fn in_child(needs: &'static str, body: impl FnOnce() -> Result<bool, Errno>) -> Verdict {
    let status = |holds| if holds { 0 } else { 255 };
    let child = fork(|| body().map_or_else(|errno| i32::from(errno.number().min(254)), status))?;
    match wait(child)? {
        ChildStatus::Exited(0) => Ok(()),
        ChildStatus::Exited(number @ 1..255) => match Errno::new(number as u16) {
            Some(Errno::EINVAL | Errno::EPERM) | None => Err(Failure::Skipped(needs)),
            Some(errno) => Err(errno.into()),
        },
        _ => claim(false),
    }
}
