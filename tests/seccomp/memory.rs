//! The memory of who made the call.

use crate::common::{LONG, as_nobody, assert_errno};
use crate::help::*;
use butter::seccomp::{Listener, Notification};
use butter::signal::{ChildStatus, Signal};
use butter::{Errno, Reader, Result, nr, syscall};
use std::mem::MaybeUninit;

const PAGE: usize = 4096;

fn chroot(address: usize) -> Result<usize> {
    // SAFETY: the call is not made.
    unsafe { syscall!(CHROOT, std::ptr::without_provenance::<u8>(address)) }
}

/// Two pages of the child's, and behind them none: gives the address of the first.
fn two_pages() -> Result<usize> {
    const PROT_READ_WRITE: i32 = 3;
    const MAP_PRIVATE_ANONYMOUS: i32 = 0x22;
    // SAFETY: what is given back is not used.
    unsafe {
        let memory = syscall!(MMAP, 0, 3 * PAGE, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0)?;
        syscall!(MUNMAP, memory + 2 * PAGE, PAGE)?;
        Ok(memory)
    }
}

fn write(address: usize, bytes: &[u8]) {
    let memory = std::ptr::with_exposed_provenance_mut::<u8>(address);
    // SAFETY: it is a part of the two pages.
    unsafe { memory.copy_from(bytes.as_ptr(), bytes.len()) };
}

/// What a child writes there before it makes its call, whose argument is the address of its two pages.
fn with_pages<T>(written: &[(usize, &[u8])], look: impl FnOnce(&Notification<'_>, u64) -> T) -> T {
    let (listener, child) = target(nr::CHROOT, || {
        let Ok(pages) = two_pages() else { return 3 };
        for (offset, bytes) in written {
            write(pages + offset, bytes);
        }
        i32::from(chroot(pages) == Ok(0))
    });
    let mut buffer = [0; 256];
    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    let notification = reader.wait(Some(LONG)).unwrap();
    let result = look(&notification, notification.args()[0]);
    notification.respond(0).unwrap();
    assert_eq!(child.wait(), ChildStatus::Exited(1));
    result
}

#[test]
fn memory_is_read() {
    with_pages(&[(10, b"hello"), (2 * PAGE - 3, b"end")], |notification, pages| {
        assert_eq!(notification.read_memory(pages + 10, &mut [0; 5]).unwrap(), b"hello");
        let mut buffer = [MaybeUninit::uninit(); 2 * PAGE];
        let all = notification.read_memory(pages, &mut buffer).unwrap();
        assert_eq!((all.len(), &all[10..15], &all[2 * PAGE - 3..]), (2 * PAGE, &b"hello"[..], &b"end"[..]));
        assert_eq!(notification.read_memory(pages, &mut [0; 0]).unwrap(), b"");
    });
}

#[test]
fn memory_is_read_up_to_a_page_that_is_not_there() {
    with_pages(&[(2 * PAGE - 3, b"end")], |notification, pages| {
        let end = pages + 2 * PAGE as u64;
        assert_eq!(notification.read_memory(end - 3, &mut [0; 64]).unwrap(), b"end");
        assert_errno(notification.read_memory(end, &mut [0; 64]), Errno::EFAULT);
        assert_errno(notification.read_memory(0, &mut [0; 64]), Errno::EFAULT);
        assert_errno(notification.read_memory(u64::MAX, &mut [0; 64]), Errno::EFAULT);
    });
}

#[test]
fn a_path_is_read_up_to_its_nul() {
    let long = [b'x'; 5000];
    let written: [(usize, &[u8]); 4] =
        [(0, b"/etc/passwd\0rest"), (100, b"\0"), (PAGE - 3, b"across\0"), (2 * PAGE - 4, b"end\0")];
    with_pages(&written, |notification, pages| {
        let mut buffer = [MaybeUninit::uninit(); PAGE];
        let mut read =
            |offset: usize| notification.read_c_str(pages + offset as u64, &mut buffer).map(|path| path.to_owned());
        assert_eq!(read(0).unwrap().as_c_str(), c"/etc/passwd");
        assert_eq!(read(100).unwrap().as_c_str(), c"");
        assert_eq!(read(PAGE - 3).unwrap().as_c_str(), c"across");
        assert_eq!(read(PAGE).unwrap().as_c_str(), c"oss");
        // The last bytes before a page that is not there.
        assert_eq!(read(2 * PAGE - 4).unwrap().as_c_str(), c"end");
        assert_errno(read(2 * PAGE), Errno::EFAULT);
        assert_errno(notification.read_c_str(0, &mut [0; 64]), Errno::EFAULT);
        assert_errno(notification.read_c_str(u64::MAX, &mut [0; 64]), Errno::EFAULT);
    });
    with_pages(&[(0, &long), (2 * PAGE - 4, b"last")], |notification, pages| {
        let mut buffer = [0; 5001];
        assert_errno(notification.read_c_str(pages, &mut buffer[..PAGE]), Errno::ENAMETOOLONG);
        assert_errno(notification.read_c_str(pages, &mut buffer[..5000]), Errno::ENAMETOOLONG);
        assert_errno(notification.read_c_str(pages, &mut buffer[..0]), Errno::ENAMETOOLONG);
        assert_eq!(notification.read_c_str(pages, &mut buffer).unwrap().to_bytes(), long);
        // It has no NUL before the memory ends.
        assert_errno(notification.read_c_str(pages + 2 * PAGE as u64 - 4, &mut buffer), Errno::EFAULT);
        assert_errno(notification.read_c_str(pages + 2 * PAGE as u64 - 4, &mut buffer[..4]), Errno::ENAMETOOLONG);
    });
}

#[test]
fn memory_is_written() {
    let (listener, child) = target(nr::CHROOT, || {
        let Ok(pages) = two_pages() else { return 3 };
        let memory = std::ptr::with_exposed_provenance::<[u8; 5]>(pages + 10);
        // SAFETY: it is a part of the two pages.
        i32::from(chroot(pages) == Ok(0) && unsafe { memory.read_volatile() } == *b"hello")
    });
    let mut buffer = [0; 256];
    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    let notification = reader.wait(Some(LONG)).unwrap();
    let pages = notification.args()[0];
    // SAFETY: it is another process.
    unsafe {
        assert_eq!(notification.write_memory(pages + 10, b"hello"), Ok(5));
        assert_eq!(notification.write_memory(pages + 2 * PAGE as u64 - 2, b"end"), Ok(2));
        assert_errno(notification.write_memory(pages + 2 * PAGE as u64, b"end"), Errno::EFAULT);
        assert_errno(notification.write_memory(0, b"end"), Errno::EFAULT);
    }
    notification.respond(0).unwrap();
    assert_eq!(child.wait(), ChildStatus::Exited(1));
}

#[test]
fn memory_of_a_thread_that_is_gone_is_enoent() {
    let (listener, child): (Listener, _) = target(nr::CHROOT, || chroot(two_pages().unwrap_or(0)).is_ok().into());
    let mut buffer = [0; 256];
    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    let notification = reader.wait(Some(LONG)).unwrap();
    let pages = notification.args()[0];
    assert_eq!(notification.read_memory(pages, &mut [1; 4]).unwrap(), [0; 4]);
    child.kill();
    is_killed(child.wait(), Signal::KILL);
    assert_errno(notification.read_memory(pages, &mut [0; 4]), Errno::ENOENT);
    assert_errno(notification.read_c_str(pages, &mut [0; 4]), Errno::ENOENT);
    // SAFETY: nobody is written to.
    assert_errno(unsafe { notification.write_memory(pages, b"x") }, Errno::ENOENT);
}

#[test]
fn memory_is_right_only_if_the_call_waits_afterwards() {
    let (listener, child) = target(nr::CHROOT, || {
        let pages = two_pages().unwrap_or(0);
        let answered = chroot(pages) == Ok(1);
        i32::from(answered && chroot(pages) == Ok(2))
    });
    let mut buffer = [0; 256];
    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    let notification = reader.wait(Some(LONG)).unwrap();
    let pages = notification.args()[0];
    // The thread lives on, and so its memory is there; but it is not in this call any more.
    butter::seccomp::notify::send(&listener, &butter::seccomp::notify::Response::value(notification.id(), 1)).unwrap();
    let mut other = [0; 256];
    let mut second = Reader::new(&listener, &mut other).unwrap();
    let next = second.wait(Some(LONG)).unwrap();
    assert_errno(notification.read_memory(pages, &mut [0; 4]), Errno::ENOENT);
    assert_errno(notification.read_c_str(pages, &mut [0; 4]), Errno::ENOENT);
    // SAFETY: it is another process.
    assert_errno(unsafe { notification.write_memory(pages, b"x") }, Errno::ENOENT);
    assert_eq!(next.read_memory(pages, &mut [1; 4]).unwrap(), [0; 4]);
    next.respond(2).unwrap();
    assert_eq!(child.wait(), ChildStatus::Exited(1));
}

#[test]
fn memory_of_another_user_is_eperm() {
    if butter::process::getpid().number() == 1 {
        return;
    }
    with_pages(&[(0, b"secret\0")], |notification, pages| {
        let denied = as_nobody(|| notification.read_memory(pages, &mut [0; 4]).err());
        match denied {
            None => println!("skipped: this is no other user"),
            denied => assert_eq!(denied, Some(Errno::EPERM)),
        }
    });
}
