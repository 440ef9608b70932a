//! Files in memory against the running kernel.
//!
//! Errors that cannot be provoked here: `ENFILE` (the limit is the whole system's), `ENOMEM` of making one (the kernel would
//! have to be short of its own), `ENOSYS` of huge pages (a kernel without them), `EPERM` of huge pages (no kernel says it), and
//! `EACCES` (the sysctl belongs to the pid namespace, and would be in the way of others).

mod common;

use butter::fd::{self, AsFd, OwnedFd};
use butter::memfd::{self, CreateFlags, Memfd, Seals};
use butter::pipe::{self, Pipe, SpliceFlags};
use butter::process::{self, ExecFlags};
use butter::signal::ChildStatus;
use butter::{Errno, syscall};
use common::{RLIMIT_NOFILE, alone, assert_errno, not_open, with_limit};
use std::ffi::CString;
use std::fs::{self, File};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;

const ALL: Seals = Seals::WRITE.union(Seals::SHRINK).union(Seals::GROW).union(Seals::SEAL);

fn memfd(content: &[u8]) -> Memfd {
    let memfd = Memfd::with_flags("test", CreateFlags::ALLOW_SEALING).unwrap();
    assert_eq!(fd::write(&memfd, content), Ok(content.len()));
    memfd
}

/// What a second open of it, to read only, gives.
fn read_only(memfd: &Memfd) -> Memfd {
    let file = File::open(format!("/proc/self/fd/{}", memfd.as_raw_fd())).unwrap();
    Memfd::from(OwnedFd::from(file))
}

fn mode(fd: impl AsFd) -> u32 {
    let file = File::from(fd.as_fd().try_clone_to_owned().unwrap());
    file.metadata().unwrap().permissions().mode() & 0o777
}

#[test]
fn it_is_an_empty_file_that_is_closed_over_exec_and_cannot_be_executed() {
    let memfd = Memfd::new("test").unwrap();
    assert!(common::is_cloexec(&memfd));
    match memfd.seals().unwrap() {
        // Older than Linux 6.3.
        seals if seals == Seals::empty() => {}
        seals => assert_eq!((seals, mode(&memfd)), (Seals::EXEC, 0o666)),
    }
    assert_eq!(fd::read(&memfd, &mut [0; 9]).unwrap(), b"");
}

#[test]
fn no_cloexec_keeps_it_open_over_exec() {
    assert!(!common::is_cloexec(Memfd::with_flags("test", CreateFlags::NO_CLOEXEC).unwrap()));
}

#[test]
fn without_a_flag_nothing_can_be_sealed() {
    let memfd = Memfd::with_flags("test", CreateFlags::empty()).unwrap();
    assert_eq!(memfd.seals(), Ok(Seals::SEAL));
    assert_errno(memfd.add_seals(Seals::WRITE), Errno::EPERM);
}

#[test]
fn exec_is_executable_and_may_be_sealed_so() {
    let Ok(memfd) = Memfd::with_flags("test", CreateFlags::EXEC | CreateFlags::ALLOW_SEALING) else {
        return println!("skipped: this kernel is older than Linux 6.3, or forbids it");
    };
    assert_eq!(mode(&memfd), 0o777);
    memfd.add_seals(Seals::EXEC).unwrap();
    let file = File::from(OwnedFd::from(memfd));
    let error = file.set_permissions(fs::Permissions::from_mode(0o600)).unwrap_err();
    assert_eq!(Errno::from_io_error(&error), Some(Errno::EPERM));
}

#[test]
fn the_name_is_for_people() {
    let memfd = Memfd::new("what it is for").unwrap();
    let link = fs::read_link(format!("/proc/self/fd/{}", memfd.as_raw_fd())).unwrap();
    assert_eq!(link.to_str(), Some("/memfd:what it is for (deleted)"));
    assert_eq!(format!("{memfd:?}"), format!("Memfd(fd {})", memfd.as_raw_fd()));
    Memfd::new("").unwrap();
    Memfd::new(&"x".repeat(249)).unwrap();
}

#[test]
fn errors_of_making_one() {
    let create = |flags| memfd::create("test", flags);
    assert_errno(memfd::create(&"x".repeat(250), CreateFlags::empty()), Errno::EINVAL);
    assert_errno(memfd::create(&*CString::new("x".repeat(5000)).unwrap(), CreateFlags::empty()), Errno::EINVAL);
    assert_errno(memfd::create(&"x".repeat(5000), CreateFlags::empty()), Errno::ENAMETOOLONG);
    assert_errno(memfd::create("a\0b", CreateFlags::empty()), Errno::EINVAL);
    assert_errno(create(CreateFlags::from_bits(0x1000)), Errno::EINVAL);
    assert_errno(create(CreateFlags::EXEC | CreateFlags::NOEXEC_SEAL), Errno::EINVAL);
    assert_errno(Memfd::new(&"x".repeat(250)), Errno::EINVAL);
    alone([], || assert_errno(with_limit(RLIMIT_NOFILE, 0, || Memfd::new("test")), Errno::EMFILE));
}

#[test]
fn huge_pages_are_of_the_size_that_was_asked_for() {
    assert_eq!(CreateFlags::huge(21).bits(), 0x5400_0004);
    assert_eq!(CreateFlags::huge(30).bits(), 0x7800_0004);
    // No machine has pages of two bytes.
    assert_errno(memfd::create("test", CreateFlags::huge(1)), Errno::ENODEV);
    // Not a privilege.
    let result = common::as_nobody(|| memfd::create("test", CreateFlags::huge(21)).map(drop));
    assert!(!matches!(result, Err(Errno::EPERM | Errno::EINVAL)), "{result:?}");
    match Memfd::with_flags("test", CreateFlags::huge(21) | CreateFlags::ALLOW_SEALING) {
        Err(errno) => assert!(matches!(errno, Errno::ENODEV | Errno::ENOSYS | Errno::EPERM), "{errno:?}"),
        Ok(memfd) => {
            assert_errno(memfd.set_len(4096), Errno::EINVAL);
            memfd.set_len(2 << 20).unwrap();
            memfd.add_seals(ALL).unwrap();
            match memfd.map(5000) {
                // None is reserved for it.
                Err(errno) => assert_eq!(errno, Errno::ENOMEM),
                Ok(map) => {
                    let address = map.as_ptr().addr();
                    assert!(map.iter().all(|byte| *byte == 0));
                    drop(map);
                    let maps = fs::read_to_string("/proc/self/maps").unwrap();
                    assert!(!maps.contains(&format!("{address:x}-")), "{maps}");
                }
            }
        }
    }
}

#[test]
fn each_seal_forbids_what_it_says() {
    let (shrink, grow, write) = (memfd(b"12345678"), memfd(b"12345678"), memfd(b"12345678"));
    shrink.add_seals(Seals::SHRINK).unwrap();
    assert_errno(shrink.set_len(7), Errno::EPERM);
    shrink.set_len(9).unwrap();
    grow.add_seals(Seals::GROW).unwrap();
    assert_errno(grow.set_len(9), Errno::EPERM);
    assert_errno(fd::pwrite(&grow, b"x", 8), Errno::EPERM);
    fd::pwrite(&grow, b"x", 7).unwrap();
    grow.set_len(7).unwrap();
    for seal in [Seals::WRITE, Seals::FUTURE_WRITE] {
        let write = memfd(b"12345678");
        write.add_seals(seal).unwrap();
        assert_errno(fd::pwrite(&write, b"x", 0), Errno::EPERM);
        write.set_len(4).unwrap();
    }
    write.add_seals(Seals::SEAL).unwrap();
    assert_errno(write.add_seals(Seals::WRITE), Errno::EPERM);
    fd::pwrite(&write, b"x", 0).unwrap();
}

#[test]
fn seals_add_up_and_several_come_at_once() {
    let memfd = memfd(b"");
    assert_eq!(memfd.seals(), Ok(Seals::empty()));
    memfd.add_seals(Seals::SHRINK).unwrap();
    memfd.add_seals(Seals::GROW | Seals::WRITE).unwrap();
    assert_eq!(memfd.seals(), Ok(Seals::SHRINK | Seals::GROW | Seals::WRITE));
    memfd.add_seals(Seals::empty()).unwrap();
    assert_eq!(format!("{:?}", memfd.seals().unwrap()), "Seals(SHRINK | GROW | WRITE)");
}

#[test]
fn errors_of_seals() {
    let (memfd, file) = (memfd(b"text"), File::open("/proc/version").unwrap());
    assert_errno(memfd.add_seals(Seals::from_bits(0x4000)), Errno::EINVAL);
    assert_errno(read_only(&memfd).add_seals(Seals::WRITE), Errno::EPERM);
    assert_errno(memfd::get_seals(&file), Errno::EINVAL);
    let pipe = Pipe::new().unwrap();
    assert_errno(memfd::add_seals(&pipe.writer, Seals::WRITE), Errno::EINVAL);
    assert_errno(memfd::add_seals(not_open(), Seals::WRITE), Errno::EBADF);
    assert_errno(memfd::get_seals(not_open()), Errno::EBADF);
}

#[test]
#[cfg(target_arch = "x86_64")]
fn a_file_that_is_mapped_to_write_is_ebusy() {
    let memfd = memfd(b"text");
    // SAFETY: it is mapped at a place where nothing is, and unmapped from there.
    unsafe {
        let address = syscall!(MMAP, 0, 4096, 3, 1, memfd.as_raw_fd(), 0).unwrap();
        assert_errno(memfd.add_seals(Seals::WRITE), Errno::EBUSY);
        memfd.add_seals(Seals::FUTURE_WRITE).unwrap();
        syscall!(MUNMAP, address, 4096).unwrap();
    }
    memfd.add_seals(Seals::WRITE).unwrap();
}

#[test]
fn a_sealed_one_has_its_content_and_stands_at_its_start() {
    for content in [&b""[..], b"text", &[b'x'; 100_000]] {
        let memfd = Memfd::sealed("test", content).unwrap();
        assert!(memfd.seals().unwrap().contains(ALL));
        let mut memory = vec![0; 200_000];
        assert_eq!(fd::read(&memfd, &mut memory[..]).unwrap(), content);
        assert_errno(fd::write(&memfd, b"x"), Errno::EPERM);
        assert_errno(memfd.set_len(1), Errno::EPERM);
    }
}

#[test]
fn its_length_is_set_also_beyond_32_bits() {
    let memfd = memfd(b"text");
    memfd.set_len(0x1_2345_6789).unwrap();
    assert_eq!(fd::lseek(&memfd, 0, fd::Whence::End), Ok(0x1_2345_6789));
    memfd.set_len(2).unwrap();
    assert_eq!(fd::pread(&memfd, &mut [0; 9], 0).unwrap(), b"te");
    assert_errno(memfd.set_len(1 << 63), Errno::EINVAL);
    assert_errno(read_only(&memfd).set_len(1), Errno::EINVAL);
}

#[test]
fn a_map_is_the_content_and_outlives_the_descriptor() {
    let memfd = Memfd::sealed("test", &[b"one, two", &[b'x'; 9000][..]].concat()).unwrap();
    let (map, part) = (memfd.map(9008).unwrap(), memfd.map(3).unwrap());
    drop(memfd);
    assert_eq!((&map[..8], &map[8..], &part[..]), (&b"one, two"[..], &[b'x'; 9000][..], &b"one"[..]));
    assert_eq!(format!("{part:?}"), "Map { len: 3, .. }");
    let read = std::thread::spawn(move || map[0]).join().unwrap();
    assert_eq!(read, b'o');
}

#[test]
fn a_map_of_what_may_change_is_refused() {
    for seals in [Seals::empty(), Seals::WRITE, Seals::SHRINK, Seals::FUTURE_WRITE | Seals::SHRINK, Seals::SEAL] {
        let memfd = memfd(b"text");
        memfd.add_seals(seals).unwrap();
        assert_errno(memfd.map(4), Errno::EPERM);
    }
    let memfd = memfd(b"text");
    memfd.add_seals(Seals::WRITE | Seals::SHRINK).unwrap();
    assert_eq!(&memfd.map(4).unwrap()[..], b"text");
}

#[test]
fn errors_of_a_map() {
    let memfd = Memfd::sealed("test", b"text").unwrap();
    assert_errno(memfd.map(0), Errno::EINVAL);
    // It is in the page, but not in the file.
    assert_errno(memfd.map(5), Errno::EINVAL);
    assert_errno(memfd.map(usize::MAX), Errno::EINVAL);
    let null = Memfd::from(OwnedFd::from(File::open("/proc/version").unwrap()));
    assert_errno(null.map(1), Errno::EINVAL);
    let path = format!("/proc/self/fd/{}", memfd.as_raw_fd());
    if let Ok(file) = File::options().write(true).open(path) {
        assert_errno(Memfd::from(OwnedFd::from(file)).map(4), Errno::EBADF);
    }
}

#[test]
fn a_sealed_file_goes_through_a_pipe_without_a_copy() {
    let (memfd, pipe) = (Memfd::sealed("test", b"one, two").unwrap(), Pipe::new().unwrap());
    assert_eq!(pipe::splice(&memfd, None, &pipe.writer, None, 100, SpliceFlags::empty()), Ok(8));
    assert_eq!(pipe.reader.read(&mut [0; 9]).unwrap(), b"one, two");
}

#[test]
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn secret_memory_is_mapped_and_cannot_be_read() {
    use memfd::SecretFlags;
    let secret = match memfd::secret(SecretFlags::empty()) {
        Err(Errno::ENOSYS) => return println!("skipped: this kernel has no secret memory"),
        secret => secret.unwrap(),
    };
    assert!(common::is_cloexec(&secret));
    assert!(!common::is_cloexec(memfd::secret(SecretFlags::NO_CLOEXEC).unwrap()));
    let secret = Memfd::from(secret);
    secret.set_len(4096).unwrap();
    assert_errno(secret.set_len(8192), Errno::EINVAL);
    // SAFETY: it is mapped at a place where nothing is, and unmapped from there.
    unsafe {
        let address = syscall!(MMAP, 0, 4096, 3, 1, secret.as_raw_fd(), 0).unwrap();
        let memory = std::ptr::with_exposed_provenance_mut::<u8>(address);
        memory.write(7);
        // Not even the kernel can read it.
        let pipe = Pipe::new().unwrap();
        assert_eq!(syscall!(VMSPLICE, pipe.writer.as_raw_fd(), [address, 10].as_ptr(), 1, 0), Err(Errno::EFAULT));
        assert_eq!(memory.read(), 7);
        syscall!(MUNMAP, address, 4096).unwrap();
    }
    assert_errno(fd::read(&secret, &mut [0; 9]), Errno::EINVAL);
    assert_errno(secret.seals(), Errno::EINVAL);
    assert_errno(memfd::secret(SecretFlags::from_bits(1)), Errno::EINVAL);
    alone([], || {
        let result = with_limit(RLIMIT_NOFILE, 0, || memfd::secret(SecretFlags::empty()));
        assert_errno(result, Errno::EMFILE);
    });
}

#[test]
fn a_sealed_program_is_executed() {
    let program = fs::read("/bin/true").unwrap();
    let sealed = match Memfd::sealed_with_flags("test", &program, CreateFlags::EXEC) {
        Err(Errno::EINVAL | Errno::EACCES) => {
            return println!("skipped: this kernel is older than Linux 6.3, or forbids it");
        }
        sealed => sealed.unwrap(),
    };
    assert!(sealed.seals().unwrap().contains(ALL | Seals::EXEC));
    assert_errno(fd::write(&sealed, b"x"), Errno::EPERM);
    // SAFETY: the child makes system calls only.
    let child =
        unsafe { process::spawn_with(|| process::execveat(&sealed, c"", [c"true"], [], ExecFlags::EMPTY_PATH)) };
    assert_eq!(process::wait(child.unwrap()), Ok(ChildStatus::Exited(0)));
    // Without a flag it is what the sysctl says, and no seal is about that.
    let plain = Memfd::sealed_with_flags("test", b"text", CreateFlags::NO_CLOEXEC).unwrap();
    assert!(!common::is_cloexec(&plain));
    assert!(plain.seals().unwrap().contains(ALL));
    assert_errno(Memfd::sealed_with_flags("test", b"", CreateFlags::from_bits(0x1000)), Errno::EINVAL);
}
