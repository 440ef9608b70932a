//! inotify against the running kernel.
//!
//! Errors that cannot be provoked here: `ENFILE` (the limit is the whole system's) and `ENOMEM` (the kernel would have
//! to run out of memory).

mod common;

use butter::fd;
use butter::inotify::{self, Event, InitFlags, Inotify, Mask, Moves, Step, WatchEvent, Wd};
use butter::{Errno, EventSource, Eventfd, Reader, syscall};
use common::{LONG, TempDir, alone, assert_errno, not_open};
use std::ffi::{CString, OsStr};
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::RwLockReadGuard;
use std::time::Duration;

/// A directory that is watched.
struct Watched {
    inotify: Inotify,
    dir: TempDir,
    wd: Wd,
    /// What a test closes and removes is to be gone at once.
    _no_forks: RwLockReadGuard<'static, ()>,
}

impl Watched {
    fn new(mask: Mask) -> Watched {
        Watched::with(mask, |_| {})
    }

    /// With something in it before it is watched.
    fn with(mask: Mask, prepare: impl FnOnce(&Path)) -> Watched {
        let (inotify, dir, _no_forks) = (nonblocking(), TempDir::new(), common::no_forks());
        prepare(&dir);
        let wd = inotify.add_watch(&*dir, mask).unwrap();
        Watched { inotify, dir, wd, _no_forks }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.dir.join(name)
    }

    fn told(&self) -> Vec<String> {
        told(&self.inotify)
    }
}

fn nonblocking() -> Inotify {
    Inotify::with_flags(InitFlags::NONBLOCK).unwrap()
}

/// What is queued, in words.
fn told(inotify: &Inotify) -> Vec<String> {
    drain(inotify, words)
}

/// Gives all that is queued to `f`.
fn drain<T>(inotify: &Inotify, mut f: impl FnMut(Event<'_>) -> T) -> Vec<T> {
    let (mut told, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        match inotify.read_events(&mut buffer) {
            Ok(events) => told.extend(events.map(&mut f)),
            Err(Errno::EAGAIN) => return told,
            Err(errno) => panic!("{errno}"),
        }
    }
}

/// Every predicate that holds, and the name.
fn words(event: Event<'_>) -> String {
    let Event::Watch(event) = event else { return "overflow".to_owned() };
    let predicates = [
        (event.is_access(), "access"),
        (event.is_modify(), "modify"),
        (event.is_attrib(), "attrib"),
        (event.is_close(), "close"),
        (event.is_close_write(), "write"),
        (event.is_close_nowrite(), "nowrite"),
        (event.is_open(), "open"),
        (event.is_moved_from(), "moved_from"),
        (event.is_moved_to(), "moved_to"),
        (event.is_create(), "create"),
        (event.is_delete(), "delete"),
        (event.is_delete_self(), "delete_self"),
        (event.is_move_self(), "move_self"),
        (event.is_ignored(), "ignored"),
        (event.is_unmount(), "unmount"),
        (event.is_dir(), "dir"),
    ];
    let mut words: Vec<_> = predicates.iter().filter(|(holds, _)| *holds).map(|(_, word)| *word).collect();
    words.extend(event.name().map(|name| std::str::from_utf8(name).unwrap()));
    words.join(" ")
}

fn touch(path: impl AsRef<Path>) {
    File::create(path).unwrap();
}

fn c_str(path: &Path) -> CString {
    CString::new(path.as_os_str().as_bytes()).unwrap()
}

mod init {
    use super::*;

    #[test]
    fn it_is_closed_over_exec_and_waits_unless_asked_otherwise() {
        let inotify = Inotify::new().unwrap();
        assert!(common::is_cloexec(&inotify));
        assert!(!fd::is_nonblocking(&inotify).unwrap());
    }

    #[test]
    fn no_cloexec_keeps_it_open_over_exec() {
        let inotify = Inotify::with_flags(InitFlags::NO_CLOEXEC).unwrap();
        assert!(!common::is_cloexec(&inotify));
        assert!(!fd::is_nonblocking(&inotify).unwrap());
    }

    #[test]
    fn nonblock_says_eagain_when_nothing_is_queued() {
        let inotify = nonblocking();
        assert!(common::is_cloexec(&inotify));
        assert_errno(inotify.read_events(&mut [0; 512]), Errno::EAGAIN);
    }

    #[test]
    fn a_flag_that_the_kernel_does_not_know_is_einval() {
        assert_errno(inotify::init1(InitFlags::from_bits(1)), Errno::EINVAL);
    }

    #[test]
    fn a_process_without_descriptors_left_says_emfile() {
        alone([], || {
            let made = common::with_limit(common::RLIMIT_NOFILE, 0, || inotify::init1(InitFlags::empty()));
            assert_errno(made, Errno::EMFILE);
        });
    }

    #[test]
    fn a_user_with_all_objects_that_he_may_have_says_emfile() {
        common::in_own_namespaces(|| {
            fs::write("/proc/sys/user/max_inotify_instances", "1").unwrap();
            let one = Inotify::new().unwrap();
            assert_errno(Inotify::new(), Errno::EMFILE);
            drop(one);
            Inotify::new().unwrap();
        });
    }

    #[test]
    fn a_blocking_read_waits() {
        let (inotify, dir) = (Inotify::new().unwrap(), TempDir::new());
        inotify.add_watch(&*dir, Mask::CREATE | Mask::DELETE).unwrap();
        let file = dir.join("a");
        let toggle = || {
            if fs::remove_file(&file).is_err() {
                touch(&file)
            }
        };
        let mut buffer = [0; 512];
        let mut events = common::meanwhile(toggle, || inotify.read_events(&mut buffer).unwrap());
        assert_eq!(events.next().map(words).unwrap(), "create a");
    }

    #[test]
    fn a_blocking_read_that_a_handler_interrupts_says_eintr() {
        let inotify = Inotify::new().unwrap();
        assert_errno(common::interrupted(|| inotify.read_events(&mut [0; 512]).map(drop)), Errno::EINTR);
    }
}

mod events {
    use super::*;

    #[test]
    fn create_tells_of_a_new_file() {
        let watched = Watched::new(Mask::CREATE);
        touch(watched.path("a"));
        assert_eq!(watched.told(), ["create a"]);
    }

    #[test]
    fn create_tells_of_a_new_directory_and_that_it_is_one() {
        let watched = Watched::new(Mask::CREATE);
        fs::create_dir(watched.path("a")).unwrap();
        assert_eq!(watched.told(), ["create dir a"]);
    }

    #[test]
    fn create_tells_of_a_new_link() {
        let watched = Watched::with(Mask::CREATE, |dir| touch(dir.join("a")));
        fs::hard_link(watched.path("a"), watched.path("hard")).unwrap();
        symlink("a", watched.path("soft")).unwrap();
        assert_eq!(watched.told(), ["create hard", "create soft"]);
    }

    #[test]
    fn delete_tells_of_a_name_that_is_gone() {
        let watched = Watched::with(Mask::DELETE, |dir| {
            touch(dir.join("a"));
            fs::create_dir(dir.join("b")).unwrap();
        });
        fs::remove_file(watched.path("a")).unwrap();
        fs::remove_dir(watched.path("b")).unwrap();
        assert_eq!(watched.told(), ["delete a", "delete dir b"]);
    }

    #[test]
    fn the_halves_of_a_rename_have_the_same_cookie() {
        let watched = Watched::with(Mask::MOVE, |dir| {
            touch(dir.join("a"));
            fs::create_dir(dir.join("x")).unwrap();
        });
        fs::rename(watched.path("a"), watched.path("b")).unwrap();
        fs::rename(watched.path("x"), watched.path("y")).unwrap();
        let (told, cookies): (Vec<_>, Vec<_>) = drain(&watched.inotify, |event| match event {
            Event::Watch(watch) => (words(event), watch.cookie()),
            Event::Overflow => panic!("overflow"),
        })
        .into_iter()
        .unzip();
        assert_eq!(told, ["moved_from a", "moved_to b", "moved_from dir x", "moved_to dir y"]);
        assert!(cookies[0] != 0 && cookies[0] == cookies[1]);
        assert!(cookies[2] != 0 && cookies[2] == cookies[3]);
        assert_ne!(cookies[0], cookies[2]);
    }

    #[test]
    fn moved_from_and_moved_to_are_asked_for_one_by_one() {
        for (mask, words) in [(Mask::MOVED_FROM, "moved_from a"), (Mask::MOVED_TO, "moved_to b")] {
            let watched = Watched::with(mask, |dir| touch(dir.join("a")));
            fs::rename(watched.path("a"), watched.path("b")).unwrap();
            assert_eq!(watched.told(), [words]);
        }
    }

    #[test]
    fn open_and_close_tell_whether_it_was_for_writing() {
        let watched = Watched::with(Mask::OPEN | Mask::CLOSE, |dir| touch(dir.join("a")));
        drop(File::open(watched.path("a")).unwrap());
        drop(OpenOptions::new().write(true).open(watched.path("a")).unwrap());
        assert_eq!(watched.told(), ["open a", "close nowrite a", "open a", "close write a"]);
    }

    #[test]
    fn close_write_and_close_nowrite_are_asked_for_one_by_one() {
        for (mask, word) in [(Mask::CLOSE_WRITE, "close write a"), (Mask::CLOSE_NOWRITE, "close nowrite a")] {
            let watched = Watched::with(mask, |dir| touch(dir.join("a")));
            drop(OpenOptions::new().write(true).open(watched.path("a")).unwrap());
            drop(File::open(watched.path("a")).unwrap());
            assert_eq!(watched.told(), [word]);
        }
    }

    #[test]
    fn access_tells_of_a_read() {
        let watched = Watched::with(Mask::ACCESS, |dir| fs::write(dir.join("a"), "x").unwrap());
        File::open(watched.path("a")).unwrap().read_exact(&mut [0]).unwrap();
        assert_eq!(watched.told(), ["access a"]);
    }

    #[test]
    fn modify_tells_of_a_write_and_of_a_truncation() {
        let watched = Watched::with(Mask::MODIFY, |dir| touch(dir.join("a")));
        let mut file = OpenOptions::new().write(true).open(watched.path("a")).unwrap();
        file.write_all(b"x").unwrap();
        assert_eq!(watched.told(), ["modify a"]);
        file.set_len(0).unwrap();
        assert_eq!(watched.told(), ["modify a"]);
    }

    #[test]
    fn attrib_tells_of_permissions_and_of_the_number_of_links() {
        let watched = Watched::new(Mask::ATTRIB);
        let file = watched.path("a");
        touch(&file);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(watched.told(), ["attrib a"]);
        let inotify = nonblocking();
        inotify.add_watch(&file, Mask::ATTRIB).unwrap();
        fs::hard_link(&file, watched.path("b")).unwrap();
        assert_eq!(told(&inotify), ["attrib"]);
    }

    #[test]
    fn delete_self_tells_that_the_watched_file_is_gone_and_the_watch_with_it() {
        let watched = Watched::new(Mask::DELETE_SELF);
        fs::remove_dir(&*watched.dir).unwrap();
        assert_eq!(watched.told(), ["delete_self", "ignored"]);
        assert_errno(watched.inotify.rm_watch(watched.wd), Errno::EINVAL);
    }

    #[test]
    fn delete_self_waits_for_whoever_has_the_file_open() {
        let (inotify, dir, _no_forks) = (nonblocking(), TempDir::new(), common::no_forks());
        let file = File::create(dir.join("a")).unwrap();
        inotify.add_watch(&dir.join("a"), Mask::DELETE_SELF).unwrap();
        fs::remove_file(dir.join("a")).unwrap();
        assert_eq!(told(&inotify), [""; 0]);
        drop(file);
        assert_eq!(told(&inotify), ["delete_self", "ignored"]);
    }

    #[test]
    fn move_self_tells_that_the_watched_file_was_renamed() {
        let (inotify, dir) = (nonblocking(), TempDir::new());
        touch(dir.join("a"));
        inotify.add_watch(&dir.join("a"), Mask::MOVE_SELF).unwrap();
        fs::rename(dir.join("a"), dir.join("b")).unwrap();
        assert_eq!(told(&inotify), ["move_self"]);
    }

    #[test]
    fn all_events_tells_of_everything_in_order() {
        let watched = Watched::new(Mask::ALL_EVENTS);
        fs::write(watched.path("a"), "x").unwrap();
        assert_eq!(fs::read(watched.path("a")).unwrap(), b"x");
        fs::set_permissions(watched.path("a"), fs::Permissions::from_mode(0o600)).unwrap();
        fs::rename(watched.path("a"), watched.path("b")).unwrap();
        fs::remove_file(watched.path("b")).unwrap();
        fs::remove_dir(&*watched.dir).unwrap();
        let expected = [
            "create a",
            "open a",
            "modify a",
            "close write a",
            "open a",
            "access a",
            "close nowrite a",
            "attrib a",
            "moved_from a",
            "moved_to b",
            "delete b",
            "delete_self",
            "ignored",
        ];
        assert_eq!(watched.told(), expected);
    }

    #[test]
    fn what_happens_to_the_watched_directory_itself_has_no_name() {
        let watched = Watched::new(Mask::OPEN);
        fs::read_dir(&*watched.dir).unwrap();
        assert_eq!(watched.told(), ["open dir"]);
    }

    #[test]
    fn an_event_says_which_watch_it_is_of() {
        let Watched { inotify, dir: first, wd, .. } = Watched::new(Mask::CREATE);
        let second = TempDir::new();
        let other = inotify.add_watch(&*second, Mask::CREATE).unwrap();
        touch(second.join("a"));
        touch(first.join("a"));
        let told = drain(&inotify, |event| match event {
            Event::Watch(event) => (event.wd(), event.mask()),
            Event::Overflow => panic!("overflow"),
        });
        assert_eq!(told, [(other, Mask::CREATE), (wd, Mask::CREATE)]);
    }

    #[test]
    fn an_event_that_equals_the_last_in_the_queue_is_merged_with_it() {
        let watched = Watched::with(Mask::OPEN, |dir| touch(dir.join("a")));
        for _ in 0..3 {
            File::open(watched.path("a")).unwrap();
        }
        assert_eq!(watched.told(), ["open a"]);
    }

    #[test]
    fn unmount_ends_the_watch() {
        common::in_own_namespaces(|| {
            let dir = TempDir::new();
            let (path, none) = (c_str(&dir), std::ptr::null::<u8>());
            // SAFETY: the kernel reads the strings up to their NULs.
            unsafe { syscall!(MOUNT, c"none".as_ptr(), path.as_ptr(), c"tmpfs".as_ptr(), 0, none) }.unwrap();
            let inotify = nonblocking();
            inotify.add_watch(&*dir, Mask::CREATE).unwrap();
            // SAFETY: as above.
            unsafe { syscall!(UMOUNT2, path.as_ptr(), 0) }.unwrap();
            // An older kernel does not add that it is a directory.
            assert!(matches!(told(&inotify).as_slice(), [a, b] if a.starts_with("unmount") && b == "ignored"));
        });
    }
}

mod names {
    use super::*;

    #[test]
    fn of_1_to_255_bytes_come_as_they_are() {
        let watched = Watched::new(Mask::CREATE);
        for length in 1..=255 {
            touch(watched.path(&"x".repeat(length)));
        }
        let lengths = drain(&watched.inotify, |event| match event {
            Event::Watch(event) => {
                let (name, padded) = (event.name().unwrap(), event.padded_name());
                assert!(name.iter().all(|byte| *byte == b'x'));
                assert!(padded.starts_with(name) && padded[name.len()..].iter().all(|byte| *byte == 0));
                assert!(padded.len() % 16 == 0 && (1..=16).contains(&(padded.len() - name.len())));
                name.len()
            }
            Event::Overflow => panic!("overflow"),
        });
        assert!(lengths.into_iter().eq(1..=255));
    }

    #[test]
    fn of_any_bytes_come_as_they_are() {
        let watched = Watched::new(Mask::CREATE);
        let name: Vec<u8> = (1..=255).filter(|byte| *byte != b'/').collect();
        let name = OsStr::from_bytes(&name);
        touch(watched.dir.join(name));
        let mut buffer = [0; Inotify::MIN_BUFFER];
        let mut events = watched.inotify.read_events(&mut buffer).unwrap();
        let Some(Event::Watch(event)) = events.next() else { panic!() };
        assert_eq!(event.name(), Some(name.as_bytes()));
        assert_eq!(event.file_name(), Some(name));
        assert!(events.next().is_none() && events.remainder().is_empty());
    }

    #[test]
    fn the_smallest_buffer_has_room_for_the_longest() {
        let watched = Watched::new(Mask::CREATE);
        touch(watched.path(&"x".repeat(255)));
        let mut too_small = [0; Inotify::MIN_BUFFER - 1];
        assert_errno(watched.inotify.read_events(&mut too_small), Errno::EINVAL);
        let mut buffer = [0; Inotify::MIN_BUFFER];
        assert_eq!(watched.inotify.read_events(&mut buffer).unwrap().count(), 1);
    }
}

mod overflow {
    use super::*;

    /// Makes more events than the queue takes. Gives how many it takes.
    fn flood(watched: &Watched) -> usize {
        let limit = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap();
        let limit: usize = limit.trim().parse().unwrap();
        // In turns, or they would be merged.
        let (a, b) = (c_str(&watched.path("a")), c_str(&watched.path("b")));
        for _ in 0..limit / 2 + 1 {
            for file in [&a, &b] {
                // SAFETY: the kernel reads the string up to its NUL.
                unsafe { syscall!(TRUNCATE, file.as_ptr(), 0) }.unwrap();
            }
        }
        limit
    }

    fn watched() -> Watched {
        Watched::with(Mask::MODIFY | Mask::CREATE, |dir| {
            touch(dir.join("a"));
            touch(dir.join("b"));
        })
    }

    #[test]
    fn is_told_where_events_are_lost() {
        let watched = watched();
        let limit = flood(&watched);
        let told = watched.told();
        assert_eq!(told.len(), limit + 1);
        assert!(told[..limit].chunks(2).all(|pair| pair == ["modify a", "modify b"]));
        assert_eq!(told[limit], "overflow");
    }

    #[test]
    fn is_over_when_the_queue_was_read() {
        let watched = watched();
        flood(&watched);
        watched.told();
        touch(watched.path("c"));
        assert_eq!(watched.told(), ["create c"]);
    }

    #[test]
    fn may_swallow_the_end_of_a_watch_and_remove_ends_all_the_same() {
        let watched = watched();
        let limit = flood(&watched);
        let (mut buffer, mut count, mut last) = ([0; 4096], 0, String::new());
        let mut reader = Reader::new(&watched.inotify, &mut buffer).unwrap();
        let each = |event: Event<'_>| (count, last) = (count + 1, words(event));
        inotify::remove(&mut reader, watched.wd, each).unwrap();
        assert_eq!((count, last.as_str()), (limit + 1, "overflow"));
    }
}

mod options {
    use super::*;

    #[test]
    fn onlydir_says_enotdir_for_a_file() {
        let (inotify, dir) = (nonblocking(), TempDir::new());
        touch(dir.join("a"));
        assert_errno(inotify.add_watch(&dir.join("a"), Mask::OPEN | Mask::ONLYDIR), Errno::ENOTDIR);
        inotify.add_watch(&*dir, Mask::OPEN | Mask::ONLYDIR).unwrap();
    }

    #[test]
    fn dont_follow_watches_the_link_itself() {
        let _no_forks = common::no_forks();
        let dir = TempDir::new();
        touch(dir.join("a"));
        symlink("a", dir.join("link")).unwrap();
        let (link, file) = (nonblocking(), nonblocking());
        link.add_watch(&dir.join("link"), Mask::MODIFY | Mask::DELETE_SELF | Mask::DONT_FOLLOW).unwrap();
        file.add_watch(&dir.join("link"), Mask::MODIFY | Mask::DELETE_SELF).unwrap();
        fs::write(dir.join("a"), "x").unwrap();
        fs::remove_file(dir.join("link")).unwrap();
        assert_eq!(told(&link), ["delete_self", "ignored"]);
        assert_eq!(told(&file), ["modify"]);
    }

    #[test]
    fn excl_unlink_is_silent_about_files_whose_names_are_gone() {
        for (option, expected) in [(Mask::EXCL_UNLINK, &[][..]), (Mask::empty(), &["modify a"])] {
            let watched = Watched::new(Mask::MODIFY | option);
            let mut file = File::create(watched.path("a")).unwrap();
            fs::remove_file(watched.path("a")).unwrap();
            file.write_all(b"x").unwrap();
            assert_eq!(watched.told(), expected);
        }
    }

    #[test]
    fn mask_add_adds_and_without_it_the_mask_is_replaced() {
        let watched = Watched::new(Mask::CREATE);
        assert_eq!(watched.inotify.add_watch(&*watched.dir, Mask::DELETE | Mask::MASK_ADD), Ok(watched.wd));
        touch(watched.path("a"));
        fs::remove_file(watched.path("a")).unwrap();
        assert_eq!(watched.told(), ["create a", "delete a"]);

        assert_eq!(watched.inotify.add_watch(&*watched.dir, Mask::DELETE), Ok(watched.wd));
        touch(watched.path("a"));
        fs::remove_file(watched.path("a")).unwrap();
        assert_eq!(watched.told(), ["delete a"]);
    }

    #[test]
    fn mask_create_says_eexist_for_what_is_watched() {
        let watched = Watched::new(Mask::CREATE | Mask::MASK_CREATE);
        let again = watched.inotify.add_watch(&*watched.dir, Mask::DELETE | Mask::MASK_CREATE);
        assert_errno(again, Errno::EEXIST);
        touch(watched.path("a"));
        assert_eq!(watched.told(), ["create a"]);
    }

    #[test]
    fn oneshot_ends_the_watch_after_its_first_event() {
        let watched = Watched::new(Mask::CREATE | Mask::ONESHOT);
        touch(watched.path("a"));
        touch(watched.path("b"));
        assert_eq!(watched.told(), ["create a", "ignored"]);
        assert_errno(watched.inotify.rm_watch(watched.wd), Errno::EINVAL);
    }
}

mod add_watch_errors {
    use super::*;

    #[test]
    fn a_file_that_may_not_be_read_is_eacces() {
        let (inotify, dir) = (nonblocking(), TempDir::new());
        let file = dir.join("a");
        touch(&file);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o0)).unwrap();
        assert_errno(common::as_nobody(|| inotify.add_watch(&file, Mask::OPEN)), Errno::EACCES);
    }

    #[test]
    fn a_directory_that_may_not_be_searched_is_eacces() {
        let (inotify, dir) = (nonblocking(), TempDir::new());
        touch(dir.join("a"));
        fs::set_permissions(&*dir, fs::Permissions::from_mode(0o0)).unwrap();
        assert_errno(common::as_nobody(|| inotify.add_watch(&dir.join("a"), Mask::OPEN)), Errno::EACCES);
        fs::set_permissions(&*dir, fs::Permissions::from_mode(0o700)).unwrap();
    }

    #[test]
    fn a_descriptor_that_is_not_open_is_ebadf() {
        assert_errno(inotify::add_watch(not_open(), c"/", Mask::OPEN), Errno::EBADF);
    }

    #[test]
    fn a_mask_without_a_bit_and_one_with_a_bit_that_the_kernel_does_not_know_are_einval() {
        assert_errno(nonblocking().add_watch(c"/", Mask::empty()), Errno::EINVAL);
        assert_errno(nonblocking().add_watch(c"/", Mask::OPEN | Mask::from_bits(0x10000)), Errno::EINVAL);
    }

    #[test]
    fn a_mask_of_an_option_alone_is_taken_and_tells_only_of_the_end() {
        let watched = Watched::new(Mask::ONLYDIR);
        touch(watched.path("a"));
        fs::remove_dir_all(&*watched.dir).unwrap();
        assert_eq!(watched.told(), ["ignored"]);
    }

    #[test]
    fn mask_add_and_mask_create_together_are_einval() {
        let mask = Mask::OPEN | Mask::MASK_ADD | Mask::MASK_CREATE;
        assert_errno(nonblocking().add_watch(c"/", mask), Errno::EINVAL);
    }

    #[test]
    fn a_descriptor_of_another_kind_is_einval() {
        assert_errno(inotify::add_watch(Eventfd::new().unwrap(), c"/", Mask::OPEN), Errno::EINVAL);
    }

    #[test]
    fn a_nul_inside_the_path_is_einval() {
        assert_errno(nonblocking().add_watch("/\0/", Mask::OPEN), Errno::EINVAL);
    }

    #[test]
    fn a_link_to_itself_is_eloop() {
        let (inotify, dir) = (nonblocking(), TempDir::new());
        symlink("a", dir.join("a")).unwrap();
        assert_errno(inotify.add_watch(&dir.join("a"), Mask::OPEN), Errno::ELOOP);
    }

    #[test]
    fn a_path_and_a_name_that_are_too_long_are_enametoolong() {
        let path = "/.".repeat(2048);
        assert_errno(nonblocking().add_watch(&path, Mask::OPEN), Errno::ENAMETOOLONG);
        // The kernel's own answer is the same.
        let path = CString::new(path).unwrap();
        assert_errno(nonblocking().add_watch(&path, Mask::OPEN), Errno::ENAMETOOLONG);
        assert_errno(nonblocking().add_watch(&"x".repeat(256), Mask::OPEN), Errno::ENAMETOOLONG);
    }

    #[test]
    fn no_file_and_an_empty_path_are_enoent() {
        let dir = TempDir::new();
        assert_errno(nonblocking().add_watch(&dir.join("a"), Mask::OPEN), Errno::ENOENT);
        assert_errno(nonblocking().add_watch("", Mask::OPEN), Errno::ENOENT);
    }

    #[test]
    fn a_user_with_all_watches_that_he_may_have_says_enospc() {
        common::in_own_namespaces(|| {
            fs::write("/proc/sys/user/max_inotify_watches", "1").unwrap();
            let (inotify, dir) = (nonblocking(), TempDir::new());
            let wd = inotify.add_watch(&*dir, Mask::OPEN).unwrap();
            assert_errno(inotify.add_watch(c"/", Mask::OPEN), Errno::ENOSPC);
            inotify.rm_watch(wd).unwrap();
            inotify.add_watch(c"/", Mask::OPEN).unwrap();
        });
    }

    #[test]
    fn a_file_on_the_way_is_enotdir() {
        let dir = TempDir::new();
        touch(dir.join("a"));
        assert_errno(nonblocking().add_watch(&dir.join("a/b"), Mask::OPEN), Errno::ENOTDIR);
    }
}

mod watches {
    use super::*;

    #[test]
    fn are_counted_from_1_and_not_used_again() {
        let (inotify, a, b) = (nonblocking(), TempDir::new(), TempDir::new());
        let first = inotify.add_watch(&*a, Mask::OPEN).unwrap();
        inotify.rm_watch(first).unwrap();
        let second = inotify.add_watch(&*a, Mask::OPEN).unwrap();
        let third = inotify.add_watch(&*b, Mask::OPEN).unwrap();
        assert_eq!([first, second, third].map(Wd::number), [1, 2, 3]);
    }

    #[test]
    fn are_of_the_file_however_it_is_named() {
        let (inotify, dir) = (nonblocking(), TempDir::new());
        touch(dir.join("a"));
        fs::hard_link(dir.join("a"), dir.join("hard")).unwrap();
        symlink("a", dir.join("soft")).unwrap();
        let wds = ["a", "hard", "soft", "./a"].map(|name| inotify.add_watch(&dir.join(name), Mask::OPEN));
        assert_eq!(wds, [Ok(Wd::new(1)); 4]);
    }

    #[test]
    fn that_are_removed_tell_what_was_queued_and_then_that_they_end() {
        let watched = Watched::new(Mask::CREATE);
        touch(watched.path("a"));
        watched.inotify.rm_watch(watched.wd).unwrap();
        touch(watched.path("b"));
        assert_eq!(watched.told(), ["create a", "ignored"]);
    }

    #[test]
    fn that_are_not_there_cannot_be_removed() {
        let inotify = nonblocking();
        assert_errno(inotify.rm_watch(Wd::new(1)), Errno::EINVAL);
        assert_errno(inotify::rm_watch(Eventfd::new().unwrap(), Wd::new(1)), Errno::EINVAL);
        assert_errno(inotify::rm_watch(not_open(), Wd::new(1)), Errno::EBADF);
    }

    /// Whether the kernel was built to restore programs.
    fn can_set_next_wd() -> bool {
        let can = nonblocking().set_next_wd(Wd::new(1)) != Err(Errno::ENOTTY);
        if !can {
            println!("skipped: it needs CONFIG_CHECKPOINT_RESTORE");
        }
        can
    }

    #[test]
    fn can_be_given_their_numbers() {
        if can_set_next_wd() {
            let (inotify, dir) = (nonblocking(), TempDir::new());
            inotify.set_next_wd(Wd::new(1000)).unwrap();
            assert_eq!(inotify.add_watch(&*dir, Mask::OPEN), Ok(Wd::new(1000)));
            assert_eq!(inotify.add_watch(c"/", Mask::OPEN), Ok(Wd::new(1001)));
        }
    }

    #[test]
    fn begin_again_after_the_highest_number() {
        if can_set_next_wd() {
            let (inotify, dir) = (nonblocking(), TempDir::new());
            inotify.set_next_wd(Wd::new(i32::MAX)).unwrap();
            assert_eq!(inotify.add_watch(&*dir, Mask::OPEN), Ok(Wd::new(i32::MAX)));
            assert_eq!(inotify.add_watch(c"/", Mask::OPEN), Ok(Wd::new(1)));
        }
    }

    #[test]
    fn cannot_be_given_a_number_below_1() {
        if can_set_next_wd() {
            assert_errno(nonblocking().set_next_wd(Wd::new(0)), Errno::EINVAL);
            assert_errno(nonblocking().set_next_wd(Wd::new(-1)), Errno::EINVAL);
        }
    }

    #[test]
    fn of_another_kind_of_descriptor_have_no_numbers() {
        assert_errno(inotify::set_next_wd(Eventfd::new().unwrap(), Wd::new(1)), Errno::ENOTTY);
    }
}

mod buffered {
    use super::*;

    #[test]
    fn is_what_a_read_gives() {
        let watched = Watched::new(Mask::CREATE | Mask::OPEN);
        assert_eq!(watched.inotify.buffered(), Ok(0));
        touch(watched.path("a"));
        fs::read_dir(&*watched.dir).unwrap();
        // Two with a name, and one without.
        assert_eq!(watched.inotify.buffered(), Ok(32 + 32 + 16));
        assert_eq!(fd::read(&watched.inotify, &mut [0; 512]).unwrap().len(), 80);
        assert_eq!(watched.inotify.buffered(), Ok(0));
    }
}

mod watch {
    use super::*;

    #[test]
    fn gives_one_event() {
        let dir = TempDir::new();
        let write = || fs::write(dir.join("a"), "x").unwrap();
        write();
        let mut buffer = [0; Inotify::MIN_BUFFER];
        let event = common::meanwhile(write, || inotify::watch(&dir.join("a"), Mask::MODIFY, &mut buffer));
        assert_eq!(event.map(words).unwrap(), "modify");
    }

    #[test]
    fn refuses_a_buffer_that_is_too_small() {
        // It does so before it looks at the path.
        let mut buffer = [0; Inotify::MIN_BUFFER - 1];
        assert_errno(inotify::watch("", Mask::OPEN, &mut buffer), Errno::EINVAL);
    }

    #[test]
    fn says_what_is_wrong_with_the_path() {
        let dir = TempDir::new();
        assert_errno(inotify::watch(&dir.join("a"), Mask::OPEN, &mut [0; 512]), Errno::ENOENT);
    }

    #[test]
    fn says_eintr_when_a_handler_interrupts_it() {
        let dir = TempDir::new();
        let result = common::interrupted(|| inotify::watch(&*dir, Mask::OPEN, &mut [0; 512]).map(words));
        assert_errno(result, Errno::EINTR);
    }

    #[test]
    fn says_emfile_when_no_descriptor_is_left() {
        alone([], || {
            let watch = || inotify::watch(c"/", Mask::OPEN, &mut [0; 512]).map(words);
            assert_errno(common::with_limit(common::RLIMIT_NOFILE, 0, watch), Errno::EMFILE);
        });
    }
}

mod moves {
    use super::*;

    /// What the events turn out to be, in words.
    fn steps(inotify: &Inotify) -> Vec<String> {
        let (mut moves, mut told) = (Moves::new(), Vec::new());
        drain(inotify, |event| {
            let (gone, step) = moves.step(event);
            told.extend(gone.map(|from| format!("gone {}", from.name().escape_ascii())));
            told.extend(match step {
                Step::Event(event) => Some(words(event)),
                Step::Kept => None,
                Step::Renamed { from, to } => {
                    assert!(from.cookie() != 0 && from.cookie() == to.cookie());
                    assert_eq!(from.is_dir(), to.is_dir());
                    let place = if from.wd() == to.wd() { "renamed" } else { "moved" };
                    Some(format!("{place} {} {}", from.name().escape_ascii(), name(&to)))
                }
            });
        });
        while let Some(from) = moves.finish() {
            told.push(format!("left {}", from.name().escape_ascii()));
        }
        told
    }

    fn name<'a>(event: &WatchEvent<'a>) -> &'a str {
        std::str::from_utf8(event.name().unwrap()).unwrap()
    }

    const MASK: Mask = Mask::MOVE.union(Mask::CREATE).union(Mask::DELETE);

    #[test]
    fn bring_the_halves_of_a_rename_together() {
        let watched = Watched::with(MASK, |dir| {
            touch(dir.join("a"));
            fs::create_dir(dir.join("x")).unwrap();
        });
        fs::rename(watched.path("a"), watched.path("b")).unwrap();
        fs::rename(watched.path("x"), watched.path("y")).unwrap();
        assert_eq!(steps(&watched.inotify), ["renamed a b", "renamed x y"]);
    }

    #[test]
    fn bring_them_together_over_two_watches() {
        let (watched, other) = (Watched::new(MASK), TempDir::new());
        watched.inotify.add_watch(&*other, MASK).unwrap();
        touch(watched.path("a"));
        fs::rename(watched.path("a"), other.join("b")).unwrap();
        assert_eq!(steps(&watched.inotify), ["create a", "moved a b"]);
    }

    #[test]
    fn keep_a_file_that_went_where_nobody_watches_to_the_end() {
        let (watched, other) = (Watched::new(MASK), TempDir::new());
        for name in ["a", "b", "c"] {
            touch(watched.path(name));
            fs::rename(watched.path(name), other.join(name)).unwrap();
        }
        assert_eq!(steps(&watched.inotify), ["create a", "create b", "create c", "left a", "left b", "left c"]);
    }

    #[test]
    fn tell_that_a_file_is_gone_before_another_takes_its_name() {
        let (watched, other) = (Watched::with(MASK, |dir| touch(dir.join("a"))), TempDir::new());
        fs::rename(watched.path("a"), other.join("a")).unwrap();
        touch(watched.path("b"));
        touch(watched.path("a"));
        assert_eq!(steps(&watched.inotify), ["create b", "gone a", "create a"]);
    }

    #[test]
    fn keep_eight_and_the_oldest_makes_room() {
        let other = TempDir::new();
        let watched = Watched::with(MASK, |dir| (1..=9).for_each(|number| touch(dir.join(number.to_string()))));
        for number in 1..=9 {
            fs::rename(watched.path(&number.to_string()), other.join(number.to_string())).unwrap();
        }
        touch(watched.path("a"));
        let expected = "gone 1, create a, left 2, left 3, left 4, left 5, left 6, left 7, left 8, left 9";
        assert_eq!(steps(&watched.inotify).join(", "), expected);
    }

    #[test]
    fn leave_a_file_that_came_from_where_nobody_watches_as_it_is() {
        let (watched, other) = (Watched::new(MASK), TempDir::new());
        touch(other.join("a"));
        fs::rename(other.join("a"), watched.path("a")).unwrap();
        assert_eq!(steps(&watched.inotify), ["moved_to a"]);
    }

    #[test]
    fn do_not_take_an_arrival_for_the_second_half_of_a_departure() {
        let (watched, other) = (Watched::with(MASK, |dir| touch(dir.join("a"))), TempDir::new());
        touch(other.join("b"));
        fs::rename(watched.path("a"), other.join("a")).unwrap();
        fs::rename(other.join("b"), watched.path("b")).unwrap();
        assert_eq!(steps(&watched.inotify), ["moved_to b", "left a"]);
    }

    #[test]
    fn keep_the_longest_name() {
        let long = "x".repeat(255);
        let watched = Watched::with(MASK, |dir| touch(dir.join(&long)));
        fs::rename(watched.path(&long), watched.path("a")).unwrap();
        assert_eq!(steps(&watched.inotify), [format!("renamed {long} a")]);
    }
}

mod remove {
    use super::*;

    #[test]
    fn gives_what_is_queued_up_to_the_end_of_the_watch() {
        let (watched, other) = (Watched::new(Mask::CREATE), TempDir::new());
        watched.inotify.add_watch(&*other, Mask::CREATE).unwrap();
        let mut buffer = [0; 4096];
        let mut reader = Reader::new(&watched.inotify, &mut buffer).unwrap();
        touch(watched.path("read"));
        touch(watched.path("cached"));
        assert_eq!(reader.read_event().map(words).unwrap(), "create read");
        touch(watched.path("queued"));
        touch(other.join("other"));

        let mut told = Vec::new();
        inotify::remove(&mut reader, watched.wd, |event| told.push(words(event))).unwrap();
        assert_eq!(told, ["create cached", "create queued", "create other", "ignored"]);
        assert_errno(reader.wait(Some(Duration::ZERO)), Errno::ETIMEDOUT);

        touch(other.join("later"));
        assert_eq!(reader.wait(Some(LONG)).map(words).unwrap(), "create later");
    }

    #[test]
    fn stops_at_the_end_of_its_own_watch() {
        let (watched, other) = (Watched::new(Mask::CREATE), TempDir::new());
        let ended = watched.inotify.add_watch(&*other, Mask::CREATE).unwrap();
        watched.inotify.rm_watch(ended).unwrap();
        let (mut buffer, mut told) = ([0; 4096], 0);
        let mut reader = Reader::new(&watched.inotify, &mut buffer).unwrap();
        inotify::remove(&mut reader, watched.wd, |_| told += 1).unwrap();
        assert_eq!(told, 2);
    }

    #[test]
    fn of_no_watch_is_einval_and_takes_no_event() {
        let watched = Watched::new(Mask::CREATE);
        touch(watched.path("a"));
        let mut buffer = [0; 4096];
        let mut reader = Reader::new(&watched.inotify, &mut buffer).unwrap();
        assert_errno(inotify::remove(&mut reader, Wd::new(7), |_| panic!()), Errno::EINVAL);
        assert_eq!(reader.read_event().map(words).unwrap(), "create a");
    }

    #[test]
    fn works_on_a_blocking_descriptor() {
        let (inotify, dir) = (Inotify::new().unwrap(), TempDir::new());
        let wd = inotify.add_watch(&*dir, Mask::CREATE).unwrap();
        let (mut buffer, mut told) = ([0; 4096], Vec::new());
        let mut reader = Reader::new(&inotify, &mut buffer).unwrap();
        inotify::remove(&mut reader, wd, |event| told.push(words(event))).unwrap();
        assert_eq!(told, ["ignored"]);
    }
}

#[test]
fn numbers_are_those_of_the_kernels_header() {
    let numbers = [
        (Mask::ACCESS, 0x1),
        (Mask::MODIFY, 0x2),
        (Mask::ATTRIB, 0x4),
        (Mask::CLOSE_WRITE, 0x8),
        (Mask::CLOSE_NOWRITE, 0x10),
        (Mask::OPEN, 0x20),
        (Mask::MOVED_FROM, 0x40),
        (Mask::MOVED_TO, 0x80),
        (Mask::CREATE, 0x100),
        (Mask::DELETE, 0x200),
        (Mask::DELETE_SELF, 0x400),
        (Mask::MOVE_SELF, 0x800),
        (Mask::UNMOUNT, 0x2000),
        (Mask::Q_OVERFLOW, 0x4000),
        (Mask::IGNORED, 0x8000),
        (Mask::ONLYDIR, 0x0100_0000),
        (Mask::DONT_FOLLOW, 0x0200_0000),
        (Mask::EXCL_UNLINK, 0x0400_0000),
        (Mask::MASK_CREATE, 0x1000_0000),
        (Mask::MASK_ADD, 0x2000_0000),
        (Mask::ISDIR, 0x4000_0000),
        (Mask::ONESHOT, 0x8000_0000),
        (Mask::CLOSE, 0x18),
        (Mask::MOVE, 0xC0),
        (Mask::ALL_EVENTS, 0xFFF),
    ];
    for (mask, number) in numbers {
        assert_eq!(mask.bits(), number, "{mask:?}");
    }
}
