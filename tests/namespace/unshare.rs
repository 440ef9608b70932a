//! New namespaces for the caller.

use super::*;
use butter::namespace::UnshareFlags;
use common::{TempDir, alone, as_nobody, has_capability};
use std::env;
use std::ffi::CString;

#[test]
fn each_kind() {
    in_own_namespaces(|| {
        for link in LINKS {
            match link {
                // Not in a process with several threads.
                Link::User => continue,
                Link::Pid | Link::Time => {
                    let before = own(link);
                    let link_of_children = if link == Link::Pid { Link::PidForChildren } else { Link::TimeForChildren };
                    thread::scope(|scope| {
                        scope.spawn(move || {
                            // The pid namespace for children shows itself when it has a process.
                            let before_children = own(link_of_children);
                            namespace::unshare(link.kind()).unwrap();
                            assert_eq!(own(link), before);
                            if link == Link::Time {
                                assert_ne!(own(link_of_children), before_children);
                            }
                            in_child(|| ensure(link == Link::Time || process::getpid() == Pid::INIT)).unwrap();
                        });
                    });
                }
                Link::PidForChildren | Link::TimeForChildren => continue,
                _ => {
                    let before = own(link);
                    thread::scope(|scope| {
                        scope.spawn(move || {
                            namespace::unshare(link.kind()).unwrap();
                            assert_ne!(own(link), before, "{link:?}");
                        });
                    });
                    assert_eq!(own(link), before, "{link:?}");
                }
            }
        }
    });
}

#[test]
fn several_at_once() {
    in_own_namespaces(|| {
        let before = [Link::Uts, Link::Ipc, Link::Net].map(own);
        namespace::unshare(Kinds::UTS | Kinds::IPC).unwrap();
        let after = [Link::Uts, Link::Ipc, Link::Net].map(own);
        assert!(before[0] != after[0] && before[1] != after[1] && before[2] == after[2]);
    });
}

#[test]
fn a_user_namespace_for_a_process_with_one_thread() {
    alone([], || {
        let before = own(Link::User);
        let other = Other::new(Kinds::USER | Kinds::UTS);
        let user = Namespace::open(other.pid, Link::User).unwrap();
        assert_ne!(inode(&user), before);
        assert_eq!(inode(Namespace::open(other.pid, Link::Uts).unwrap().userns().unwrap()), inode(&user));
        // This one has several.
        assert_errno(namespace::unshare(Kinds::USER), Errno::EINVAL);
    });
}

#[test]
fn directories_of_its_own() {
    alone([], || {
        let before = env::current_dir().unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                namespace::unshare(UnshareFlags::FS).unwrap();
                env::set_current_dir("/proc").unwrap();
            });
        });
        assert_eq!(env::current_dir().unwrap(), before);
        thread::scope(|scope| {
            scope.spawn(|| env::set_current_dir("/proc").unwrap());
        });
        assert_eq!(env::current_dir().unwrap().to_str(), Some("/proc"));
    });
}

#[test]
fn what_cannot_be_unshared_is_an_error_or_nothing() {
    assert_eq!(namespace::unshare(UnshareFlags::empty()), Ok(()));
    assert_eq!(namespace::unshare(UnshareFlags::SYSVSEM), Ok(()));
    for flag in [UnshareFlags::THREAD, UnshareFlags::SIGHAND, UnshareFlags::VM] {
        alone_errno(flag);
    }
    in_child(|| namespace::unshare(UnshareFlags::THREAD | UnshareFlags::SIGHAND | UnshareFlags::VM)).unwrap();
}

fn alone_errno(flag: UnshareFlags) {
    thread::scope(|scope| {
        scope.spawn(|| assert_errno(namespace::unshare(flag), Errno::EINVAL));
    });
}

#[test]
fn descriptors_of_its_own() {
    alone([], || {
        // Found and not moved into the other thread.
        let (reader, writer) = pipe();
        let (before, number) = (open_descriptors(), reader.as_raw_fd());
        thread::scope(|scope| {
            scope.spawn(|| {
                // SAFETY: this thread uses no descriptor that it or another owns.
                unsafe {
                    namespace::unshare_files().unwrap();
                    syscall!(CLOSE, number).unwrap();
                }
            });
        });
        assert_eq!(open_descriptors(), before);
        drop(writer);
        assert_eq!(butter::fd::read(&reader, &mut [0; 1]).unwrap(), b"");
    });
}

fn open_descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

#[test]
fn an_empty_mount_namespace() {
    in_own_namespaces(|| match namespace::unshare(UnshareFlags::EMPTY_MNTNS) {
        Err(Errno::EINVAL) => println!("skipped: it needs Linux 7.1"),
        result => {
            result.unwrap();
            assert!(fs::read_dir("/").unwrap().next().is_none());
        }
    });
}

#[test]
fn errors() {
    assert_errno(namespace::unshare(UnshareFlags::from_bits(1)), Errno::EINVAL);
    // Unsafe, and so not by this call.
    assert_errno(namespace::unshare(UnshareFlags::from_bits(0x400)), Errno::EINVAL);
    for kind in [Kinds::MNT, Kinds::CGROUP, Kinds::UTS, Kinds::IPC, Kinds::PID, Kinds::NET, Kinds::TIME] {
        as_nobody(|| assert_errno(namespace::unshare(kind), Errno::EPERM));
    }
}

#[test]
fn the_limit_of_namespaces() {
    in_own_namespaces(|| {
        fs::write("/proc/sys/user/max_uts_namespaces", "0").unwrap();
        assert_errno(namespace::unshare(Kinds::UTS), Errno::ENOSPC);
        assert_eq!(namespace::unshare(Kinds::IPC), Ok(()));
    });
}

#[test]
fn no_user_namespace_in_a_chroot() {
    alone([], || {
        if !has_capability(CAP_SYS_ADMIN, "CAP_SYS_CHROOT") {
            return;
        }
        let directory = TempDir::new();
        let path = CString::new(directory.to_str().unwrap()).unwrap();
        let result = in_child(|| {
            // SAFETY: the kernel reads the path up to its NUL.
            unsafe { syscall!(CHROOT, path.as_ptr()) }?;
            namespace::unshare(Kinds::USER)
        });
        assert_errno(result, Errno::EPERM);
    });
}
