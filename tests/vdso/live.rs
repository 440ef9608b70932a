//! What the vDSO says is what the system calls say, and whatever is in its way it says something.

use crate::common::{alone, assert_errno};
use butter::process::{self, Cpu};
use butter::signal::{ChildStatus, Signal};
use butter::time::{self, Clock, Timespec};
use butter::vdso::{Image, Vdso};
use butter::{Errno, syscall};
use static_assertions::{assert_impl_all, const_assert};
use std::fmt::Debug;
use std::ops::RangeInclusive;
use std::process::Command;
use std::{env, fs, thread};

assert_impl_all!(Vdso: Copy, Send, Sync, Debug);
assert_impl_all!(Image<'static>: Copy, Send, Sync, Debug);
const_assert!(size_of::<Vdso>() <= 4 * size_of::<usize>());

/// Those that a vDSO knows, those of this process, and those that need a system call.
const CLOCKS: [Clock; 11] = [
    Clock::REALTIME,
    Clock::MONOTONIC,
    Clock::PROCESS_CPUTIME_ID,
    Clock::THREAD_CPUTIME_ID,
    Clock::MONOTONIC_RAW,
    Clock::REALTIME_COARSE,
    Clock::MONOTONIC_COARSE,
    Clock::BOOTTIME,
    Clock::REALTIME_ALARM,
    Clock::BOOTTIME_ALARM,
    Clock::TAI,
];

/// No clock has these.
const NO_CLOCKS: [i32; 5] = [10, 12, 99, i32::MAX, i32::MIN];

/// Where the kernel says that the vDSO is.
fn mapping() -> Option<RangeInclusive<usize>> {
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let line = maps.lines().find(|line| line.ends_with("[vdso]"))?;
    let (start, end) = line.split_once(' ')?.0.split_once('-')?;
    let number = |text| usize::from_str_radix(text, 16).unwrap();
    Some(number(start)..=number(end) - 1)
}

/// Whether there is a vDSO. If not, it says that the test is skipped.
fn is_there() -> bool {
    let is_there = mapping().is_some();
    if !is_there {
        println!("skipped: the kernel has mapped no vDSO");
    }
    is_there
}

/// The found one, and none at all: both do the same.
fn both(test: impl Fn(Vdso)) {
    test(Vdso::find());
    test(Vdso::none());
}

#[test]
fn every_clock_is_between_two_system_calls() {
    both(|vdso| {
        for clock in CLOCKS {
            for _ in 0..100 {
                let before = match time::clock_gettime(clock) {
                    Ok(before) => before,
                    // Those that wake the machine are not on every machine.
                    Err(error) => {
                        assert!(clock == Clock::REALTIME_ALARM || clock == Clock::BOOTTIME_ALARM, "{clock:?}: {error}");
                        assert_errno(vdso.clock_gettime(clock), error);
                        break;
                    }
                };
                let now = vdso.clock_gettime(clock).unwrap();
                let after = time::clock_gettime(clock).unwrap();
                assert!(before <= now && now <= after, "{clock:?}: {before:?} {now:?} {after:?}");
                assert!((0..1_000_000_000).contains(&now.nsec), "{now:?}");
            }
        }
    });
}

#[test]
fn a_clock_goes_on() {
    let vdso = Vdso::find();
    let start = vdso.clock_gettime(Clock::MONOTONIC).unwrap();
    thread::sleep(std::time::Duration::from_millis(20));
    let end = vdso.clock_gettime(Clock::MONOTONIC).unwrap();
    let nanoseconds = |time: Timespec| i128::from(time.sec) * 1_000_000_000 + i128::from(time.nsec);
    assert!(nanoseconds(end) - nanoseconds(start) >= 20_000_000, "{start:?} {end:?}");
}

#[test]
fn no_thread_sees_a_clock_go_back() {
    let vdso = Vdso::find();
    let run = |mut last: Timespec| {
        for _ in 0..100_000 {
            let now = vdso.clock_gettime(Clock::MONOTONIC).unwrap();
            assert!(now >= last, "{last:?} {now:?}");
            last = now;
        }
        last
    };
    let start = vdso.clock_gettime(Clock::MONOTONIC).unwrap();
    thread::scope(|scope| [(); 4].map(|()| scope.spawn(|| run(start))).map(|thread| thread.join().unwrap()));
}

#[test]
fn every_step_is_the_system_calls() {
    both(|vdso| {
        for clock in CLOCKS {
            assert_eq!(vdso.clock_getres(clock), time::clock_getres(clock), "{clock:?}");
        }
        let Timespec { sec, nsec } = vdso.clock_getres(Clock::MONOTONIC).unwrap();
        assert!(sec == 0 && nsec > 0, "{nsec}");
    });
}

#[test]
fn what_is_no_clock_is_the_system_calls_error() {
    both(|vdso| {
        for clock in NO_CLOCKS.map(Clock::from_number) {
            assert_errno(vdso.clock_gettime(clock), Errno::EINVAL);
            assert_errno(time::clock_gettime(clock), Errno::EINVAL);
            assert_eq!(vdso.clock_getres(clock), time::clock_getres(clock), "{clock:?}");
        }
        assert_errno(vdso.clock_getres(Clock::from_number(99)), Errno::EINVAL);
    });
}

#[test]
fn a_thread_is_where_it_is_bound_to() {
    let vdso = Vdso::find();
    let mut allowed = [0u64; 128];
    // SAFETY: the kernel writes a set, and reads it. They are this thread's.
    let bytes = unsafe { syscall!(SCHED_GETAFFINITY, 0, size_of_val(&allowed), allowed.as_mut_ptr()) }.unwrap();
    let cpus = (0..bytes as u32 * 8).filter(|cpu| allowed[*cpu as usize / 64] & (1 << (cpu % 64)) != 0);
    for cpu in cpus {
        let mut only = [0u64; 128];
        only[cpu as usize / 64] = 1 << (cpu % 64);
        // SAFETY: as above.
        unsafe { syscall!(SCHED_SETAFFINITY, 0, bytes, only.as_ptr()) }.unwrap();
        let Cpu { number, node } = process::getcpu().unwrap();
        assert_eq!(number, cpu);
        assert!(fs::exists(format!("/sys/devices/system/node/node{node}")).unwrap() || node == 0);
        assert_eq!(vdso.getcpu(), Ok(Cpu { number, node }));
        assert_eq!(Vdso::none().getcpu(), Ok(Cpu { number, node }));
    }
}

#[test]
fn it_is_found_where_the_kernel_says() {
    let image = Image::live();
    let bytes = image.as_ref().map(|image| image.as_bytes().as_ptr_range());
    match (mapping(), bytes) {
        (Some(mapping), Some(bytes)) => {
            assert_eq!(bytes.start as usize, *mapping.start());
            assert!(mapping.contains(&(bytes.end as usize - 1)), "{bytes:?} {mapping:?}");
        }
        (mapping, bytes) => assert_eq!(mapping.is_none(), bytes.is_none()),
    }
}

#[test]
#[cfg(target_arch = "x86_64")]
fn it_has_the_functions_of_its_architecture() {
    let Some(image) = Image::live() else { return assert!(!is_there()) };
    for name in ["__vdso_clock_gettime", "__vdso_clock_getres", "__vdso_getcpu", "__vdso_gettimeofday", "__vdso_time"] {
        let offset = image.function(name, "LINUX_2.6").unwrap_or_else(|| panic!("{name}"));
        assert!(offset < image.as_bytes().len());
        assert_eq!(image.function(name, "LINUX_2.6.39"), None);
    }
    assert_eq!(image.function("__vdso_open", "LINUX_2.6"), None);
    let said = format!("{:?}", Vdso::find());
    assert_eq!(said, "Vdso { clock_gettime: true, clock_getres: true, getcpu: true }");
}

#[test]
fn none_has_no_function() {
    let said = format!("{:?}", Vdso::none());
    assert_eq!(said, "Vdso { clock_gettime: false, clock_getres: false, getcpu: false }");
}

#[test]
fn the_address_of_the_auxiliary_vector_will_do() {
    const AT_SYSINFO_EHDR: usize = 33;
    let vector = fs::read("/proc/self/auxv").unwrap();
    let words: Vec<usize> =
        vector.chunks_exact(size_of::<usize>()).map(|word| usize::from_ne_bytes(word.try_into().unwrap())).collect();
    let address = words.chunks_exact(2).find(|entry| entry[0] == AT_SYSINFO_EHDR).map_or(0, |entry| entry[1]);
    // SAFETY: it is what the kernel gave, and nobody unmaps it.
    let vdso = unsafe { Vdso::from_sysinfo_ehdr(address) };
    assert_eq!(format!("{vdso:?}"), format!("{:?}", Vdso::find()));
    let before = time::clock_gettime(Clock::MONOTONIC).unwrap();
    assert!(vdso.clock_gettime(Clock::MONOTONIC).unwrap() >= before);
}

#[test]
fn no_address_is_no_vdso() {
    // SAFETY: 0 is allowed.
    let vdso = unsafe { Vdso::from_sysinfo_ehdr(0) };
    assert_eq!(format!("{vdso:?}"), format!("{:?}", Vdso::none()));
    assert!(vdso.clock_gettime(Clock::MONOTONIC).is_ok());
}

/// These bytes from the start of a page on, where they stay.
fn at_page(bytes: &[u8]) -> usize {
    const PAGE: usize = 4096;
    let memory = vec![0; bytes.len() + 2 * PAGE].leak();
    let start = memory.as_ptr().align_offset(PAGE);
    let pages = &mut memory[start..];
    pages[..bytes.len()].copy_from_slice(bytes);
    pages.as_ptr().expose_provenance()
}

/// An emulator may give the address of the vDSO that its own kernel has.
#[test]
fn what_is_for_another_machine_is_none() {
    const EI_CLASS: usize = 4;
    const EI_DATA: usize = 5;
    const E_MACHINE: usize = 18;
    let Some(image) = Image::live() else { return assert!(!is_there()) };
    let found = |bytes: &[u8]| {
        // SAFETY: no function of it is called.
        let vdso = unsafe { Vdso::from_sysinfo_ehdr(at_page(bytes)) };
        format!("{vdso:?}")
    };
    let none = format!("{:?}", Vdso::none());
    assert_eq!(found(image.as_bytes()), format!("{:?}", Vdso::find()));
    assert_ne!(found(image.as_bytes()), none);
    for at in [EI_CLASS, EI_DATA, E_MACHINE, E_MACHINE + 1] {
        let mut bytes = image.as_bytes().to_vec();
        bytes[at] ^= 3;
        assert_eq!(found(&bytes), none, "{at}");
    }
}

/// Runs `f`, which allocates nothing and takes no lock, in a process of its own, and gives how it ended.
fn in_fork(f: impl FnOnce() -> bool) -> ChildStatus {
    // SAFETY: until it ends, the child makes system calls and those of the vDSO only.
    let Some(child) = unsafe { process::fork() }.unwrap() else {
        let right = f();
        loop {
            // SAFETY: the call ends the only thread of the process. Of those that do, it alone is allowed everywhere.
            let _ = unsafe { syscall!(EXIT, u32::from(!right)) };
        }
    };
    process::wait(child).unwrap()
}

#[test]
fn it_needs_no_system_call() {
    const PR_SET_SECCOMP: u32 = 22;
    const STRICT: u32 = 1;
    let confined = |vdso: Vdso| {
        in_fork(|| {
            // SAFETY: the call has no pointer. From here on the thread may only read, write and exit.
            unsafe { syscall!(PRCTL, PR_SET_SECCOMP, STRICT, 0, 0, 0) }.is_ok()
                && vdso.clock_gettime(Clock::MONOTONIC_COARSE).is_ok()
                && vdso.clock_getres(Clock::MONOTONIC_COARSE).is_ok()
        })
    };
    let without = confined(Vdso::none());
    assert_eq!(without, ChildStatus::Killed(Signal::KILL), "without the vDSO it is a system call");
    if is_there() {
        assert_eq!(confined(Vdso::find()), ChildStatus::Exited(0));
    }
}

/// As valgrind does it.
#[test]
fn a_vdso_that_was_taken_away_is_none() {
    alone([], || {
        let Some(mapping) = mapping().filter(|_| is_there()) else { return };
        let status = in_fork(|| {
            // SAFETY: the child uses the vDSO in no other way than this test is about.
            let unmapped = unsafe { syscall!(MUNMAP, *mapping.start(), mapping.end() - mapping.start() + 1) };
            // Kernels may be made so that nobody can: then there is nothing to see.
            let gone = unmapped == Err(Errno::EPERM) || Image::live().is_none();
            gone && Vdso::find().clock_gettime(Clock::MONOTONIC).is_ok()
        });
        assert_eq!(status, ChildStatus::Exited(0));
    });
}

#[test]
fn it_survives_valgrind() {
    if env::var_os("BUTTER_TEST_VALGRIND").is_some() {
        return both(|vdso| assert!(vdso.clock_gettime(Clock::MONOTONIC).is_ok() && vdso.getcpu().is_ok()));
    }
    let mut command = Command::new("valgrind");
    // It finds undefined values in the allocator of a static libc, which it does not know to be one.
    command.args(["--quiet", "--error-exitcode=9", "--undef-value-errors=no"]).arg(env::current_exe().unwrap());
    command.args(["--exact", "live::it_survives_valgrind", "--nocapture"]).env("BUTTER_TEST_VALGRIND", "");
    match command.output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && String::from_utf8_lossy(&output.stdout).contains("1 passed"), "{said}");
        }
        Err(error) => println!("skipped: no valgrind: {error}"),
    }
}
