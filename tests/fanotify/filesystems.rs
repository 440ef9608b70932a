//! On file systems of one's own, in a mount namespace of one's own.

use super::*;
use common::{Mounted, in_own_mounts, run};

const WHOLE: MarkFlags = MarkFlags::FILESYSTEM;

/// What a test asks of each of them.
fn on_tmpfs_and_ext4(f: impl Fn(&Mounted)) {
    in_own_mounts(|| {
        f(&Mounted::new("tmpfs", ""));
        Mounted::image("ext4").iter().for_each(f);
    });
}

fn names() -> Fanotify {
    Fanotify::builder().report_name().report_fid().nonblocking().build().unwrap()
}

fn told(group: &Fanotify) -> Vec<String> {
    drain(group, |event| words(&notification(event)))
}

fn exchange(one: &Path, other: &Path) {
    const RENAME_EXCHANGE: u32 = 2;
    let [one, other] = [one, other].map(|path| std::ffi::CString::new(path.to_str().unwrap()).unwrap());
    let dir = CWD.as_raw_fd();
    // SAFETY: the kernel reads both paths up to their NULs.
    unsafe { butter::syscall!(RENAMEAT2, dir, one.as_ptr(), dir, other.as_ptr(), RENAME_EXCHANGE) }.unwrap();
}

#[test]
fn what_is_done_anywhere_on_a_file_system_is_told() {
    on_tmpfs_and_ext4(|mounted| {
        let group = names();
        let mask = Mask::CREATE | Mask::DELETE | Mask::MOVE | Mask::MOVE_SELF | Mask::DELETE_SELF | Mask::ONDIR;
        group.add(WHOLE, mask, &**mounted).unwrap();
        let path = |name: &str| mounted.join(name);
        type Step<'a> = (&'a dyn Fn(), &'a [&'a str]);
        let steps: [Step<'_>; 7] = [
            (&|| fs::create_dir_all(path("a/b")).unwrap(), &["create dir a", "create dir b"]),
            (&|| touch(path("a/b/file")), &["create file"]),
            (
                &|| fs::rename(path("a/b/file"), path("a/moved")).unwrap(),
                &["move_self", "moved_from file", "moved_to moved"],
            ),
            (&|| touch(path("a/over")), &["create over"]),
            (
                &|| fs::rename(path("a/moved"), path("a/over")).unwrap(),
                &["delete_self", "move_self", "moved_from moved", "moved_to over"],
            ),
            (
                &|| fs::rename(path("a/b"), path("c")).unwrap(),
                &["move_self dir .", "moved_from dir b", "moved_to dir c"],
            ),
            (&|| fs::remove_file(path("a/over")).unwrap(), &["delete over", "delete_self"]),
        ];
        for (step, expected) in steps {
            step();
            let mut told = told(&group);
            // File systems differ in the order.
            told.sort();
            assert_eq!(told, expected);
        }
    });
}

#[test]
fn a_rename_tells_of_both_places_wherever_they_are() {
    on_tmpfs_and_ext4(|mounted| {
        let group = names();
        ["one", "two"].iter().for_each(|name| fs::create_dir(mounted.join(name)).unwrap());
        ["one/file", "one/other", "two/over"].iter().for_each(|name| touch(mounted.join(name)));
        let [one, two] = ["one", "two"].map(|name| Fid::of_path(CWD, &mounted.join(name)).unwrap());
        group.add(WHOLE, Mask::RENAME | Mask::ONDIR, &**mounted).unwrap();
        let path = |name: &str| mounted.join(name);
        fs::rename(path("one/file"), path("one/renamed")).unwrap();
        fs::rename(path("one/renamed"), path("two/across")).unwrap();
        fs::rename(path("two/across"), path("two/over")).unwrap();
        exchange(&path("one/other"), &path("two/over"));
        let places = drain(&group, |event| {
            let event = notification(event);
            [event.renamed_from().unwrap(), event.renamed_to().unwrap()].map(|info| {
                let place = if info.fid() == one {
                    "one"
                } else if info.fid() == two {
                    "two"
                } else {
                    "?"
                };
                format!("{place}/{}", info.file_name().unwrap().to_str().unwrap())
            })
        });
        let renames = [
            ["one/file", "one/renamed"],
            ["one/renamed", "two/across"],
            ["two/across", "two/over"],
            ["one/other", "two/over"],
            ["two/over", "one/other"],
        ];
        assert_eq!(places, renames);
    });
}

#[test]
fn a_handle_leads_to_the_file_wherever_it_is_now() {
    on_tmpfs_and_ext4(|mounted| {
        let group = Fanotify::builder().report_target_fid().nonblocking().build().unwrap();
        group.add(WHOLE, Mask::CREATE | Mask::DELETE, &**mounted).unwrap();
        fs::write(mounted.join("a"), "content").unwrap();
        fs::rename(mounted.join("a"), mounted.join("b")).unwrap();
        let mount = File::open(&**mounted).unwrap();
        let files = drain(&group, |event| {
            open_by_handle_at(&mount, notification(event).fid().unwrap().handle(), OpenFlags::RDONLY).unwrap()
        });
        let [file] = files.try_into().unwrap();
        assert_eq!(io::read_to_string(File::from(file)).unwrap(), "content");
        fs::remove_file(mounted.join("b")).unwrap();
        let gone = drain(&group, |event| {
            open_by_handle_at(&mount, notification(event).fid().unwrap().handle(), OpenFlags::RDONLY).err()
        });
        assert_eq!(gone, [Some(Errno::ESTALE)]);
    });
}

#[test]
fn files_of_a_whole_mount_are_open_in_their_events() {
    on_tmpfs_and_ext4(|mounted| {
        let group = Fanotify::builder().nonblocking().build().unwrap();
        fs::create_dir(mounted.join("deep")).unwrap();
        for kind in [MarkFlags::MOUNT, WHOLE] {
            group.add(kind, Mask::CLOSE_WRITE, &**mounted).unwrap();
            let path = mounted.join("deep/file");
            fs::write(&path, "content").unwrap();
            let told = drain(&group, |event| {
                let mut event = notification(event);
                assert_eq!(event.path(&mut [0; 4096]).unwrap().path(), path);
                io::read_to_string(File::from(event.take_file().fd().unwrap())).unwrap()
            });
            assert_eq!(told, ["content"]);
            assert_errno(group.remove(MarkFlags::empty(), Mask::CLOSE_WRITE, &**mounted), Errno::ENOENT);
            group.remove(kind, Mask::CLOSE_WRITE, &**mounted).unwrap();
            fs::write(&path, "more").unwrap();
            assert_eq!(drain(&group, |event| drop(event)).len(), 0);
        }
    });
}

#[test]
fn a_flush_knows_its_kind() {
    on_tmpfs_and_ext4(|mounted| {
        let group = Fanotify::builder().nonblocking().build().unwrap();
        let (kinds, path) = ([MarkFlags::INODE, MarkFlags::MOUNT, WHOLE], mounted.join("file"));
        touch(&path);
        for flushed in kinds {
            kinds.iter().for_each(|kind| group.add(*kind, Mask::OPEN, &path).unwrap());
            group.flush(flushed).unwrap();
            for kind in kinds {
                let removed = group.remove(kind, Mask::OPEN, &path);
                assert_eq!(removed.err(), (kind == flushed).then_some(Errno::ENOENT), "{kind:?}");
            }
        }
    });
}

#[test]
fn a_damaged_file_system_says_what_is_wrong_and_where() {
    in_own_mounts(|| {
        let Some(mounted) = Mounted::image("ext4") else { return };
        let bad = mounted.join("bad");
        fs::create_dir(&bad).unwrap();
        let (directory, of_whole) = (Fid::of_path(CWD, &bad).unwrap(), Fid::of_path(CWD, &*mounted).unwrap().fsid());
        mounted.unmount();
        assert!(run("debugfs", &["-w", "-R", "sif bad mode 0xff", mounted.file().to_str().unwrap()]));
        assert!(mounted.mount());
        let group = Fanotify::builder().report_fid().nonblocking().build().unwrap();
        group.add(WHOLE, Mask::FS_ERROR, &*mounted).unwrap();
        let errors = || {
            drain(&group, |event| {
                let event = notification(event);
                assert_eq!((words(&event).as_str(), event.pid().is_some()), ("fs_error", true));
                assert_eq!(event.raw_file(), EventFile::None);
                (event.error().unwrap(), event.fid().unwrap().fid())
            })
        };
        let damaged = |count| fanotify::FsError { errno: Some(Errno::EUCLEAN), count };
        for count in [1, 3] {
            (0..count).for_each(|_| assert_eq!(fs::read_dir(&bad).unwrap_err().raw_os_error(), Some(117)));
            assert_eq!(errors(), [(damaged(count), directory)]);
        }
        // One that is about no file.
        run("mount", &["-o", "remount,abort", mounted.to_str().unwrap()]);
        let told = errors();
        let [(error, fid)] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!((error.errno, error.count), (Some(Errno::ESHUTDOWN), 1));
        assert_eq!((fid.fsid(), fid.handle().bytes()), (of_whole, &[][..]));
    });
}

#[test]
fn an_evictable_mark_goes_with_its_inode() {
    in_own_mounts(|| {
        let Some(mounted) = Mounted::image("ext4") else { return };
        let marks = |flags| {
            let group = names();
            let path = mounted.join("file");
            touch(&path);
            group.add(flags, Mask::OPEN, &path).unwrap();
            // In the table of the group's marks.
            move || {
                let table = fs::read_to_string(format!("/proc/self/fdinfo/{}", group.as_raw_fd())).unwrap();
                table.lines().filter(|line| line.starts_with("fanotify ino:")).count()
            }
        };
        let (evictable, stays) = (marks(MarkFlags::EVICTABLE), marks(MarkFlags::empty()));
        assert_eq!((evictable(), stays()), (1, 1));
        drop(stays);
        // The inodes that nobody uses are put out of memory, as when it is needed for something else.
        let put_out = |times, marks: &dyn Fn() -> usize| {
            (0..times).any(|_| {
                assert!(run("sync", &["-f", mounted.to_str().unwrap()]));
                fs::write("/proc/sys/vm/drop_caches", "2").unwrap();
                marks() == 0
            })
        };
        if fs::OpenOptions::new().write(true).open("/proc/sys/vm/drop_caches").is_err() {
            return println!("skipped: nothing can be put out of memory");
        }
        assert!(put_out(20, &evictable));
        assert!(!put_out(2, &marks(MarkFlags::empty())));
    });
}

#[test]
fn a_mark_may_stop_being_evictable() {
    let (group, dir) = (names(), TempDir::new());
    let path = dir.join("file");
    touch(&path);
    group.add(MarkFlags::EVICTABLE, Mask::OPEN, &path).unwrap();
    group.add(MarkFlags::EVICTABLE, Mask::ACCESS, &path).unwrap();
    group.add(MarkFlags::empty(), Mask::OPEN, &path).unwrap();
    assert_errno(group.add(MarkFlags::EVICTABLE, Mask::OPEN, &path), Errno::EEXIST);
}

#[test]
fn what_is_a_subvolume_is_marked_by_its_inodes() {
    in_own_mounts(|| {
        let Some(mounted) = Mounted::image("btrfs") else { return };
        let sub = mounted.join("sub");
        if !run("btrfs", &["subvolume", "create", sub.to_str().unwrap()]) {
            return println!("skipped: no subvolume can be made here");
        }
        let group = names();
        for kind in [MarkFlags::MOUNT, WHOLE] {
            assert_errno(group.add(kind, Mask::OPEN, &sub), Errno::EXDEV);
        }
        group.add(MarkFlags::ONLYDIR, Mask::CREATE, &sub).unwrap();
        touch(sub.join("a"));
        assert_eq!(told(&group), ["create a"]);
        // A group has no other mark on such a file system.
        assert_errno(group.add(WHOLE, Mask::OPEN, &*mounted), Errno::EXDEV);
        group.flush(MarkFlags::INODE).unwrap();
        group.add(WHOLE, Mask::CREATE, &*mounted).unwrap();
        assert_errno(group.add(MarkFlags::ONLYDIR, Mask::CREATE, &sub), Errno::EXDEV);
        let other = Fanotify::builder().build().unwrap();
        other.add(WHOLE, Mask::OPEN, &sub).unwrap();
    });
}

#[test]
fn a_file_system_whose_handles_open_nothing_is_marked_by_its_inodes() {
    in_own_mounts(|| {
        let (lower, upper) = (Mounted::new("tmpfs", ""), Mounted::new("tmpfs", ""));
        ["upper", "work"].iter().for_each(|name| fs::create_dir(upper.join(name)).unwrap());
        let (below, above) = (lower.display(), upper.display());
        let options = format!("lowerdir={below},upperdir={above}/upper,workdir={above}/work");
        for mounted in [Mounted::new("proc", ""), Mounted::new("devpts", ""), Mounted::new("overlay", &options)] {
            let group = names();
            for kind in [MarkFlags::MOUNT, WHOLE] {
                assert_errno(group.add(kind, Mask::OPEN | Mask::ONDIR, &*mounted), Errno::EOPNOTSUPP);
            }
            group.add(MarkFlags::ONLYDIR, Mask::OPEN | Mask::ONDIR, &*mounted).unwrap();
            drop(fs::read_dir(&*mounted).unwrap());
            assert_eq!(told(&group), ["open dir ."]);
            let opens = Fanotify::builder().nonblocking().build().unwrap();
            opens.add(WHOLE, Mask::OPEN | Mask::ONDIR, &*mounted).unwrap();
        }
    });
}

/// Answers what the kernel asks of an empty file system, until that is unmounted.
fn serve(mut device: &File) {
    use std::io::{Read, Write};
    const INIT: u32 = 26;
    const GETATTR: u32 = 3;
    const STATFS: u32 = 17;
    const ENOSYS: i32 = 38;
    let mut request = vec![0; 1 << 16];
    while device.read(&mut request).is_ok() {
        let word = |at: usize| u32::from_ne_bytes(request[at..at + 4].try_into().unwrap());
        let words = |length: usize, words: &[(usize, u32)]| {
            let mut bytes = vec![0; length];
            words.iter().for_each(|(at, word)| bytes[*at..*at + 4].copy_from_slice(&word.to_ne_bytes()));
            bytes
        };
        let (error, content) = match word(4) {
            // Version 7.22, and how much may be written at once.
            INIT => (0, words(24, &[(0, 7), (4, 22), (20, 4096)])),
            // A directory with two links.
            GETATTR => (0, words(104, &[(16, 1), (76, 0o40755), (80, 2)])),
            STATFS => (0, words(80, &[(40, 4096)])),
            _ => (-ENOSYS, Vec::new()),
        };
        let length = 16 + content.len() as u32;
        let mut answer = [length.to_ne_bytes(), error.to_ne_bytes()].concat();
        answer.extend_from_slice(&request[8..16]);
        answer.extend(content);
        // What is not waited for any more is refused.
        let _ = device.write(&answer);
    }
}

#[test]
fn a_file_system_without_an_id_is_marked_by_its_inodes() {
    in_own_mounts(|| {
        let Ok(device) = fs::OpenOptions::new().read(true).write(true).open("/dev/fuse") else {
            return println!("skipped: it needs FUSE");
        };
        let dir = TempDir::new();
        let path = std::ffi::CString::new(dir.to_str().unwrap()).unwrap();
        let options = format!("fd={},rootmode=40000,user_id=0,group_id=0\0", device.as_raw_fd());
        // SAFETY: the kernel reads the strings.
        let mounted = unsafe {
            let kind = c"fuse".as_ptr();
            butter::syscall!(MOUNT, c"none".as_ptr(), path.as_ptr(), kind, 0, options.as_ptr())
        };
        mounted.unwrap();
        thread::scope(|scope| {
            scope.spawn(|| serve(&device));
            let group = names();
            let marked = [MarkFlags::MOUNT, WHOLE].map(|kind| group.add(kind, Mask::OPEN, &*dir));
            let inode = group.add(MarkFlags::ONLYDIR, Mask::OPEN | Mask::ONDIR, &*dir);
            drop(group);
            // SAFETY: the kernel reads the path.
            unsafe { butter::syscall!(UMOUNT2, path.as_ptr(), 0) }.unwrap();
            assert_eq!((marked, inode), ([Err(Errno::ENODEV); 2], Ok(())));
        });
    });
}
