//! Our system call instruction and our numbers, held against those of `sc`, which knows nothing of ours.

use butter::{Errno, arch, nr};
use std::os::fd::{AsRawFd, OwnedFd};

/// Holds every number that `sc` has against ours; a name that we lack does not compile.
macro_rules! agree {
    ($($name:ident)*) => {
        #[test]
        fn numbers() {
            $(assert_eq!(butter::nr::$name, sc::nr::$name, stringify!($name));)*
        }
    };
}

// `sc` also has `SYSCALLS` and `ARCH_SPECIFIC_SYSCALL` on some, which are marks in the kernel's header and no calls.
#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "riscv64")]
mod riscv64;
#[cfg(target_arch = "x86_64")]
mod x86_64;

/// Makes the same call in three ways: by the stub, by the stub for calls that write nothing (if `readonly`), and by
/// `sc`. All give the same register.
macro_rules! same {
    ($stub:ident, $name:ident $(, $argument:expr)*) => {{
        // SAFETY: each call below is sound with its arguments, however often it is made.
        let (ours, theirs) = unsafe {
            (arch::$stub(nr::$name $(, $argument.into())*), sc::$stub(sc::nr::$name $(, $argument as usize)*))
        };
        assert_eq!(ours.value(), theirs, stringify!($name));
        assert_eq!(ours.result().map_err(|errno| -isize::from(errno.number() as i16)), as_result(theirs));
        ours.result()
    }};
    (readonly $stub:ident, $name:ident $(, $argument:expr)*) => {{
        let result = same!($stub, $name $(, $argument)*);
        // SAFETY: as above, and the kernel writes nothing.
        let readonly = unsafe { arch::readonly::$stub(nr::$name $(, $argument.into())*) };
        assert_eq!(readonly.result(), result, stringify!($name));
        result
    }};
}

/// What the raw register means, in the words of the kernel's convention.
fn as_result(register: usize) -> Result<usize, isize> {
    match register as isize {
        errno @ -4095..=-1 => Err(errno),
        _ => Ok(register),
    }
}

fn memfd(content: &[u8]) -> OwnedFd {
    use std::os::fd::FromRawFd;
    // SAFETY: the kernel reads the name, and gives a new descriptor.
    let fd = unsafe { OwnedFd::from_raw_fd(butter::syscall!(MEMFD_CREATE, c"syscall".as_ptr(), 0).unwrap() as i32) };
    assert_eq!(butter::fd::write(&fd, content), Ok(content.len()));
    fd
}

#[test]
fn no_argument() {
    assert_eq!(same!(readonly syscall0, GETPPID), Ok(std::os::unix::process::parent_id() as usize));
    // Outside of a call that was interrupted it has only this to say.
    assert_eq!(same!(readonly syscall0, RESTART_SYSCALL), Err(Errno::EINTR));
}

#[test]
fn one_argument() {
    assert_eq!(same!(readonly syscall1, SCHED_GET_PRIORITY_MAX, 1i32), Ok(99));
    assert_eq!(same!(readonly syscall1, CLOSE, -1i32), Err(Errno::EBADF));
}

#[test]
fn two_arguments() {
    assert_eq!(same!(readonly syscall2, KILL, std::process::id(), 0i32), Ok(0));
    assert_eq!(same!(readonly syscall2, KILL, std::process::id(), 1000i32), Err(Errno::EINVAL));
}

#[test]
fn three_arguments() {
    let fd = memfd(b"0123456789");
    assert_eq!(same!(readonly syscall3, LSEEK, fd.as_raw_fd(), 4i32, 0i32), Ok(4));
    assert_eq!(same!(readonly syscall3, LSEEK, fd.as_raw_fd(), -4i32, 2i32), Ok(6));
    assert_eq!(same!(readonly syscall3, LSEEK, fd.as_raw_fd(), 0i32, 99i32), Err(Errno::EINVAL));
}

#[test]
fn four_arguments() {
    let (fd, mut buffer) = (memfd(b"0123456789"), [0u8; 8]);
    assert_eq!(same!(syscall4, PREAD64, fd.as_raw_fd(), buffer.as_mut_ptr(), 4u32, 7i32), Ok(3));
    assert_eq!(&buffer, b"789\0\0\0\0\0");
    assert_eq!(same!(syscall4, PREAD64, fd.as_raw_fd(), buffer.as_mut_ptr(), 4u32, -1i32), Err(Errno::EINVAL));
}

#[test]
fn five_arguments() {
    const PR_GET_DUMPABLE: i32 = 3;
    const PR_SET_NO_NEW_PRIVS: i32 = 38;
    assert_eq!(same!(readonly syscall5, PRCTL, PR_GET_DUMPABLE, 0u32, 0u32, 0u32, 0u32), Ok(1));
    // The fifth argument must be 0, so this fails only if it arrives.
    assert_eq!(same!(readonly syscall5, PRCTL, PR_SET_NO_NEW_PRIVS, 1u32, 0u32, 0u32, 1u32), Err(Errno::EINVAL));
}

#[test]
fn six_arguments() {
    let (from, to) = (memfd(b"0123456789"), memfd(b""));
    let (from, to) = (from.as_raw_fd(), to.as_raw_fd());
    assert_eq!(same!(readonly syscall3, LSEEK, from, 0i32, 0i32), Ok(0));
    let null = std::ptr::null_mut::<u64>();
    assert_eq!(same!(syscall6, COPY_FILE_RANGE, from, null, to, null, 4u32, 0u32), Ok(4));
    // The flags, which are the sixth argument, must be 0.
    assert_eq!(same!(syscall6, COPY_FILE_RANGE, from, null, to, null, 1u32, 1u32), Err(Errno::EINVAL));
}

#[test]
fn a_pointer_comes_back_as_one() {
    // PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS.
    // SAFETY: it is new memory, which nobody else has.
    let page = unsafe {
        arch::syscall6(
            nr::MMAP,
            0usize.into(),
            4096usize.into(),
            3u32.into(),
            0x22u32.into(),
            (-1i32).into(),
            0usize.into(),
        )
    };
    let page = page.pointer().unwrap().cast::<u8>();
    // SAFETY: the page is ours until it is unmapped.
    unsafe {
        page.write(1);
        assert_eq!(page.read(), 1);
        assert_eq!(butter::syscall!(MUNMAP, page, 4096), Ok(0));
    }
}

#[test]
fn signed_arguments_are_extended() {
    // -1 as a `pid_t`, "every process", needs its sign in the upper half of the register; 0 sends nothing.
    // SAFETY: the call has no pointer.
    unsafe {
        assert_eq!(butter::syscall!(LSEEK, memfd(b"").as_raw_fd(), -1i32, 0), Err(Errno::EINVAL));
        assert_eq!(butter::syscall!(GETPGID, -1i32), Err(Errno::ESRCH));
    }
}

/// The table of the kernel's headers, in the column of the machine that runs this.
#[test]
fn the_numbers_are_those_of_the_kernels_headers() {
    let mut lines = include_str!("../kernel/syscalls.csv").lines();
    let machine = lines.next().unwrap().split(',').position(|name| name == std::env::consts::ARCH).unwrap();
    let theirs: Vec<(&str, usize)> = lines
        .map(|line| line.split(',').collect::<Vec<_>>())
        .filter(|row| !row[machine].is_empty())
        .map(|row| (row[0], row[machine].parse().unwrap()))
        .collect();
    assert_eq!(nr::ALL, theirs);
}
