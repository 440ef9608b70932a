//! File handles against the running kernel.
//!
//! Errors that cannot be provoked here: `EOVERFLOW` (a mount point of NFS that mounts itself), `ENFILE` (the limit is the
//! whole system's) and `ENOMEM` (the kernel would have to run out of memory).

mod common;

use butter::fd::{CWD, OpenFlags};
use butter::handle::{self, Fid, FileHandle, HandleFlags, MountId, name_to_handle_at, open_by_handle_at};
use butter::{Errno, event::Record};
use common::{Mounted, TempDir, alone, assert_errno, has_capability, not_open};
use std::collections::HashMap;
use std::fs::{self, File};
use std::os::unix::fs::symlink;

const CAP_DAC_READ_SEARCH: u32 = 2;
const CAP_SYS_ADMIN: u32 = common::CAP_SYS_ADMIN;

fn of(path: impl butter::path::PathArg) -> FileHandle {
    name_to_handle_at(CWD, path, HandleFlags::empty()).unwrap().0
}

#[test]
fn a_handle_stays_when_the_file_is_renamed() {
    let dir = TempDir::new();
    fs::write(dir.join("a"), "content").unwrap();
    let handle = of(&dir.join("a"));
    fs::rename(dir.join("a"), dir.join("b")).unwrap();
    assert_eq!(handle, of(&dir.join("b")));
    assert_ne!(handle, of(&*dir));
    assert!(!handle.bytes().is_empty());
    if has_capability(CAP_DAC_READ_SEARCH, "CAP_DAC_READ_SEARCH") {
        let file = open_by_handle_at(File::open(&*dir).unwrap(), &handle, OpenFlags::RDONLY).unwrap();
        assert!(common::is_cloexec(&file));
        assert_eq!(std::io::read_to_string(File::from(file)).unwrap(), "content");
        let file = open_by_handle_at(File::open(&*dir).unwrap(), &handle, OpenFlags::NO_CLOEXEC).unwrap();
        assert!(!common::is_cloexec(&file));
        // From bytes at any alignment, too.
        let mut bytes = vec![0];
        bytes.extend(handle.as_handle().record());
        let lent = handle::Handle::parse(&mut &bytes[1..]).unwrap();
        open_by_handle_at(File::open(&*dir).unwrap(), lent, OpenFlags::RDONLY).unwrap();
    }
}

#[test]
fn a_link_is_followed_on_request() {
    let dir = TempDir::new();
    fs::write(dir.join("target"), "").unwrap();
    symlink("target", dir.join("link")).unwrap();
    let link = dir.join("link");
    assert_ne!(of(&link), of(&dir.join("target")));
    let followed = name_to_handle_at(CWD, &link, HandleFlags::SYMLINK_FOLLOW).unwrap().0;
    assert_eq!(followed, of(&dir.join("target")));
}

#[test]
fn a_descriptor_has_a_handle_by_an_empty_path() {
    let dir = TempDir::new();
    let open = File::open(&*dir).unwrap();
    let (handle, mount) = name_to_handle_at(&open, c"", HandleFlags::EMPTY_PATH).unwrap();
    assert_eq!(handle, of(&*dir));
    assert_eq!(name_to_handle_at(&open, c".", HandleFlags::empty()).unwrap(), (handle, mount));
    assert_errno(name_to_handle_at(&open, c"", HandleFlags::empty()), Errno::ENOENT);
}

#[test]
fn a_mount_has_two_numbers() {
    let MountId::Reused(number) = name_to_handle_at(CWD, c"/tmp", HandleFlags::empty()).unwrap().1 else { panic!() };
    let table = fs::read_to_string("/proc/self/mountinfo").unwrap();
    assert!(table.lines().any(|line| line.starts_with(&format!("{number} "))), "{number}");
    let MountId::Unique(unique) = name_to_handle_at(CWD, c"/tmp", HandleFlags::MNT_ID_UNIQUE).unwrap().1 else {
        panic!()
    };
    assert!(unique >= 1 << 31, "{unique}");
}

#[test]
fn a_file_is_looked_up_by_its_fid() {
    let dir = TempDir::new();
    let mut known = HashMap::new();
    for name in ["a", "b"] {
        fs::write(dir.join(name), "").unwrap();
        known.insert(Fid::of_path(CWD, &dir.join(name)).unwrap(), name);
    }
    fs::rename(dir.join("b"), dir.join("c")).unwrap();
    let fid = Fid::of(File::open(dir.join("c")).unwrap()).unwrap();
    assert_eq!(known.get(&fid), Some(&"b"));
    assert_eq!(fid, Fid::new(fid.fsid(), fid.handle()));
    // Of another file system, and of a link itself.
    symlink("a", dir.join("link")).unwrap();
    assert_ne!(Fid::of_path(CWD, &dir.join("link")), Fid::of_path(CWD, &dir.join("a")));
    let proc = Fid::of_path(CWD, c"/proc").unwrap();
    assert_ne!(proc.fsid(), fid.fsid());
    assert_errno(Fid::of_path(CWD, c"/no/such/file"), Errno::ENOENT);
    assert_errno(Fid::of(not_open()), Errno::EBADF);
    assert_errno(handle::fsid(not_open()), Errno::EBADF);
}

#[test]
fn what_has_no_handle_can_be_identified() {
    // proc opens none.
    assert_errno(name_to_handle_at(CWD, c"/proc/version", HandleFlags::empty()), Errno::EOPNOTSUPP);
    name_to_handle_at(CWD, c"/proc/version", HandleFlags::FID).unwrap();
}

#[test]
fn what_opens_nothing_has_handles_that_identify_alone() {
    common::in_own_mounts(|| {
        let (lower, upper) = (Mounted::new("tmpfs", ""), Mounted::new("tmpfs", ""));
        ["upper", "work"].iter().for_each(|name| fs::create_dir(upper.join(name)).unwrap());
        let (below, above) = (lower.display(), upper.display());
        let options = format!("lowerdir={below},upperdir={above}/upper,workdir={above}/work");
        for mounted in [Mounted::new("devpts", ""), Mounted::new("proc", ""), Mounted::new("overlay", &options)] {
            let none = HandleFlags::empty();
            for flags in [none, HandleFlags::CONNECTABLE] {
                assert_errno(name_to_handle_at(CWD, &*mounted, flags), Errno::EOPNOTSUPP);
            }
            let (handle, _) = name_to_handle_at(CWD, &*mounted, HandleFlags::FID).unwrap();
            let mount = File::open(&*mounted).unwrap();
            assert_errno(open_by_handle_at(mount, &handle, OpenFlags::PATH), Errno::ESTALE);
        }
    });
}

#[test]
fn every_file_system_has_its_own_handles() {
    common::in_own_mounts(|| {
        let images = ["ext4", "btrfs"].into_iter().filter_map(Mounted::image);
        let mut seen = Vec::new();
        for mounted in images.chain([Mounted::new("tmpfs", "")]) {
            fs::write(mounted.join("a"), "content").unwrap();
            let (fid, mount) = (Fid::of_path(CWD, &mounted.join("a")).unwrap(), File::open(&*mounted).unwrap());
            let file = open_by_handle_at(&mount, fid.handle(), OpenFlags::RDONLY).unwrap();
            assert_eq!(Fid::of(&file), Ok(fid));
            assert_eq!(std::io::read_to_string(File::from(file)).unwrap(), "content");
            // Of a directory that knows its parents, and of a file that was opened with its directory.
            fs::create_dir(mounted.join("dir")).unwrap();
            let directory = open_by_handle_at(&mount, &of(&mounted.join("dir")), OpenFlags::PATH).unwrap();
            assert_eq!(handle::path(directory, &mut [0; 4096]).unwrap().path(), mounted.join("dir"));
            // tmpfs has none for files.
            match name_to_handle_at(CWD, &mounted.join("a"), HandleFlags::CONNECTABLE) {
                Err(errno) => assert_eq!(errno, Errno::EOPNOTSUPP),
                Ok((connected, _)) => {
                    let file = open_by_handle_at(&mount, &connected, OpenFlags::PATH).unwrap();
                    assert_eq!(handle::path(file, &mut [0; 4096]).unwrap().path(), mounted.join("a"));
                }
            }
            seen.push(fid);
        }
        for (number, fid) in seen.iter().enumerate() {
            assert!(seen[..number].iter().all(|other| other.fsid() != fid.fsid() && other != fid));
        }
    });
}

#[test]
fn what_a_mount_forbids_a_handle_cannot_do() {
    common::in_own_mounts(|| {
        let mounted = Mounted::new("tmpfs", "");
        fs::copy("/bin/sleep", mounted.join("file")).unwrap();
        let (handle, mount) = (of(&mounted.join("file")), File::open(&*mounted).unwrap());
        drop(open_by_handle_at(&mount, &handle, OpenFlags::WRONLY).unwrap());
        {
            let mut command = std::process::Command::new(mounted.join("file"));
            let _running = common::Running::spawn(command.arg("100"));
            assert_errno(open_by_handle_at(&mount, &handle, OpenFlags::WRONLY), Errno::ETXTBSY);
        }
        assert!(common::run("mount", &["-o", "remount,ro", mounted.to_str().unwrap()]));
        assert_errno(open_by_handle_at(&mount, &handle, OpenFlags::WRONLY), Errno::EROFS);
        open_by_handle_at(&mount, &handle, OpenFlags::RDONLY).unwrap();
        // By a file of another file system the handle means nothing.
        let other = Mounted::new("tmpfs", "");
        assert_errno(open_by_handle_at(File::open(&*other).unwrap(), &handle, OpenFlags::RDONLY), Errno::ESTALE);
    });
}

#[test]
fn a_type_that_the_kernel_does_not_make_is_invalid() {
    if has_capability(CAP_DAC_READ_SEARCH, "CAP_DAC_READ_SEARCH") {
        let (dir, bytes) = (TempDir::new(), [1; 8]);
        let opened = |kind, bytes| {
            let handle = FileHandle::new(kind, bytes).unwrap();
            open_by_handle_at(File::open(&*dir).unwrap(), &handle, OpenFlags::RDONLY).map(drop)
        };
        assert_errno(opened(-1, &bytes[..]), Errno::EINVAL);
        assert_errno(opened(1, &[]), Errno::EINVAL);
        assert_errno(opened(0xfe, &bytes), Errno::ESTALE);
    }
}

#[test]
fn a_connectable_handle_has_a_path() {
    let dir = TempDir::new();
    fs::write(dir.join("a"), "").unwrap();
    match name_to_handle_at(CWD, &dir.join("a"), HandleFlags::CONNECTABLE) {
        Err(Errno::EOPNOTSUPP) => println!("skipped: the file system has none"),
        handle => assert_ne!(handle.unwrap().0, of(&dir.join("a"))),
    }
    let both = HandleFlags::CONNECTABLE | HandleFlags::FID;
    assert_errno(name_to_handle_at(CWD, &*dir, both), Errno::EINVAL);
}

#[test]
fn namespaces_and_processes_have_handles() {
    let open = |root, path: &str| {
        let (handle, _) = name_to_handle_at(CWD, path, HandleFlags::SYMLINK_FOLLOW)?;
        open_by_handle_at(root, &handle, OpenFlags::RDONLY)
    };
    match open(handle::NSFS_ROOT, "/proc/self/ns/uts") {
        Err(errno @ (Errno::EBADF | Errno::EOPNOTSUPP | Errno::EPERM)) => println!("skipped: {errno}"),
        namespace => {
            let mut buffer = [0; 64];
            let path = handle::path(namespace.unwrap(), &mut buffer).unwrap().bytes();
            assert_eq!(path, fs::read_link("/proc/self/ns/uts").unwrap().as_os_str().as_encoded_bytes());
        }
    }
    let pid = std::process::id();
    // SAFETY: the call has no pointer, and gives a new descriptor.
    let pidfd = unsafe {
        use std::os::fd::FromRawFd;
        std::os::fd::OwnedFd::from_raw_fd(butter::syscall!(PIDFD_OPEN, pid, 0).unwrap() as i32)
    };
    let Ok((handle, _)) = name_to_handle_at(&pidfd, c"", HandleFlags::EMPTY_PATH) else {
        return println!("skipped: pidfds have no handles");
    };
    let again = open_by_handle_at(handle::PIDFS_ROOT, &handle, OpenFlags::RDWR).unwrap();
    assert_eq!(name_to_handle_at(&again, c"", HandleFlags::EMPTY_PATH).unwrap().0, handle);
}

#[test]
fn errors_of_name_to_handle_at() {
    let (dir, none) = (TempDir::new(), HandleFlags::empty());
    fs::write(dir.join("file"), "").unwrap();
    symlink("loop", dir.join("loop")).unwrap();
    assert_errno(name_to_handle_at(not_open(), c"a", none), Errno::EBADF);
    assert_errno(name_to_handle_at(CWD, c"/", HandleFlags::from_bits(0x8000_0000)), Errno::EINVAL);
    assert_errno(name_to_handle_at(CWD, "a\0b", none), Errno::EINVAL);
    assert_errno(name_to_handle_at(CWD, &dir.join("loop"), HandleFlags::SYMLINK_FOLLOW), Errno::ELOOP);
    assert_errno(name_to_handle_at(CWD, [b'a'; 300].as_slice(), none), Errno::ENAMETOOLONG);
    assert_errno(name_to_handle_at(CWD, c"/no/such/file", none), Errno::ENOENT);
    assert_errno(name_to_handle_at(CWD, &dir.join("file/below"), none), Errno::ENOTDIR);
    assert_errno(name_to_handle_at(File::open(dir.join("file")).unwrap(), c"a", none), Errno::ENOTDIR);
    fs::set_permissions(&*dir, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    if has_capability(CAP_SYS_ADMIN, "to be root") {
        common::as_nobody(|| assert_errno(name_to_handle_at(CWD, &dir.join("file"), none), Errno::EACCES));
    }
}

#[test]
fn errors_of_open_by_handle_at() {
    if !has_capability(CAP_DAC_READ_SEARCH, "CAP_DAC_READ_SEARCH") {
        return;
    }
    let dir = TempDir::new();
    let mount = File::open(&*dir).unwrap();
    for name in ["gone", "file"] {
        fs::write(dir.join(name), "").unwrap();
    }
    symlink("file", dir.join("link")).unwrap();
    let gone = of(&dir.join("gone"));
    fs::remove_file(dir.join("gone")).unwrap();
    let (file, link, read) = (of(&dir.join("file")), of(&dir.join("link")), OpenFlags::RDONLY);
    assert_errno(open_by_handle_at(not_open(), &file, read), Errno::EBADF);
    assert_errno(open_by_handle_at(&mount, &FileHandle::new(1, b"").unwrap(), read), Errno::EINVAL);
    assert_errno(open_by_handle_at(&mount, &link, read), Errno::ELOOP);
    open_by_handle_at(&mount, &link, OpenFlags::PATH).unwrap();
    assert_errno(open_by_handle_at(&mount, &file, OpenFlags::DIRECTORY), Errno::ENOTDIR);
    assert_errno(open_by_handle_at(&mount, &of(&*dir), OpenFlags::WRONLY), Errno::EISDIR);
    assert_errno(open_by_handle_at(&mount, &gone, read), Errno::ESTALE);
    assert_errno(open_by_handle_at(&mount, &FileHandle::new(77, b"what is it").unwrap(), read), Errno::ESTALE);
    common::without_capability(CAP_DAC_READ_SEARCH, || {
        assert_errno(open_by_handle_at(&mount, &file, read), Errno::EPERM);
    });
}

#[test]
fn a_process_without_descriptors_left_says_emfile() {
    alone([], || {
        if has_capability(CAP_DAC_READ_SEARCH, "CAP_DAC_READ_SEARCH") {
            let handle = of(c"/tmp");
            let opened =
                common::with_limit(common::RLIMIT_NOFILE, 0, || open_by_handle_at(CWD, &handle, OpenFlags::PATH));
            assert!(matches!(opened, Err(Errno::EMFILE | Errno::ESTALE)), "{opened:?}");
        }
    });
}

#[test]
fn a_path_is_that_of_the_descriptor() {
    let dir = TempDir::new();
    let path = dir.join("a");
    let file = File::create(&path).unwrap();
    let mut buffer = [0; 4096];
    let told = |buffer: &mut [u8]| handle::path(&file, buffer).map(|path| (path.path().to_owned(), path.is_deleted()));
    assert_eq!(told(&mut buffer), Ok((path.clone(), false)));
    let length = path.as_os_str().len();
    assert_eq!(told(&mut buffer[..length + 1]), Ok((path.clone(), false)));
    for length in [length, 1] {
        assert_errno(told(&mut buffer[..length]), Errno::ENAMETOOLONG);
    }
    fs::hard_link(&path, dir.join("b")).unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(told(&mut buffer), Ok((path.clone(), true)));
    // Another file of the very name that `/proc` shows.
    fs::write(dir.join("a (deleted)"), "").unwrap();
    assert_eq!(told(&mut buffer), Ok((path, true)));
    assert_errno(handle::path(not_open(), &mut buffer), Errno::ENOENT);
}
