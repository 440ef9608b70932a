//! Files that get their content when somebody asks for it.

use super::*;
use butter::fanotify::Range;
use common::{Mounted, in_own_mounts};
use std::os::unix::fs::FileExt;

/// On a file system of its own, as not every one allows it.
fn on_demand(f: impl Fn(&Fanotify, &Path)) {
    in_own_mounts(|| {
        for kind in ["ext4", "btrfs"] {
            let Some(mounted) = Mounted::image(kind) else { continue };
            let builder = Fanotify::builder().pre_content().event_flags(OpenFlags::RDWR | OpenFlags::LARGEFILE);
            let (group, path) = (builder.build().unwrap(), mounted.join("file"));
            File::create(&path).unwrap().set_len(16384).unwrap();
            match group.add(MarkFlags::empty(), Mask::PRE_ACCESS, &path) {
                Err(Errno::EINVAL | Errno::EOPNOTSUPP) => println!("skipped: {kind} does not fill on demand here"),
                marked => {
                    marked.unwrap();
                    f(&group, &path);
                }
            }
        }
    });
}

/// Runs `act`, gives each event to `answer`, and says what was asked for.
fn ranges<T: Send>(
    group: &Fanotify,
    act: impl FnOnce() -> T + Send,
    mut answer: impl FnMut(Permission<'_>),
) -> (T, Vec<Range>) {
    let mut ranges = Vec::new();
    let done = answering(group, act, |events| {
        for event in events {
            let event = permission(event);
            assert!(event.is_pre_access() && event.is_permission());
            ranges.extend(event.range());
            answer(event);
        }
    });
    (done, ranges)
}

/// The whole pages of a part, which is what the kernel asks for.
fn pages(offset: u64, count: u64) -> Range {
    unsafe extern "C" {
        safe fn getpagesize() -> i32;
    }
    let page = u64::from(getpagesize().unsigned_abs());
    let start = offset - offset % page;
    Range { offset: start, count: (offset + count).next_multiple_of(page) - start }
}

fn map(file: &File, length: usize, offset: u64) -> butter::Result<*const u8> {
    const PROT_READ: u32 = 1;
    const MAP_PRIVATE: u32 = 2;
    let fd = file.as_raw_fd();
    // SAFETY: it is mapped where nothing is.
    let address = unsafe { butter::syscall!(MMAP, 0_usize, length, PROT_READ, MAP_PRIVATE, fd, offset) }?;
    Ok(std::ptr::with_exposed_provenance(address))
}

#[test]
fn a_part_is_filled_before_it_is_read() {
    on_demand(|group, path| {
        let fill = |event: Permission<'_>| {
            let Range { offset, count } = event.range().unwrap();
            let content: Vec<_> = (offset..offset + count).map(|at| (at / 64) as u8).collect();
            let file = File::from(event.file().fd().unwrap().try_clone_to_owned().unwrap());
            // What is done with the descriptor of an event asks nobody.
            file.write_all_at(&content, offset).unwrap();
            event.allow().unwrap();
        };
        let (content, asked) = ranges(
            group,
            || {
                let mut content = [0; 100];
                File::open(path).unwrap().read_exact_at(&mut content, 5000).map(|()| content)
            },
            fill,
        );
        assert_eq!(asked, [pages(5000, 100)]);
        assert_eq!(content.unwrap(), std::array::from_fn(|at| ((5000 + at) / 64) as u8));

        let (byte, asked) = ranges(
            group,
            || {
                let page = map(&File::open(path).unwrap(), 4096, 8192).unwrap();
                // SAFETY: the page is mapped, and has its content.
                unsafe { page.add(200).read() }
            },
            fill,
        );
        assert_eq!((asked, byte), (vec![pages(8192, 4096)], ((8192 + 200) / 64) as u8));
    });
}

#[test]
fn what_writes_and_truncates_asks_too() {
    on_demand(|group, path| {
        let file = || fs::OpenOptions::new().write(true).open(path).unwrap();
        let allow = |event: Permission<'_>| event.allow().unwrap();
        let (written, asked) = ranges(group, || file().write_all_at(b"hello", 10), allow);
        assert_eq!((written.is_ok(), asked), (true, vec![pages(10, 5)]));
        let (cut, asked) = ranges(group, || file().set_len(100), allow);
        assert_eq!((cut.is_ok(), asked), (true, vec![pages(100, 0)]));
        // To open it is not to have its content.
        assert_eq!(ranges(group, || drop(File::open(path).unwrap()), allow).1, []);
    });
}

#[test]
fn a_part_that_cannot_be_filled_is_an_error_of_the_storage() {
    on_demand(|group, path| {
        let read = || File::open(path).unwrap().read_at(&mut [0; 10], 0).map_err(|error| Errno::from_io_error(&error));
        let denied = |answer: Response, given: butter::Result<()>| {
            let (read, asked) = ranges(group, read, |event| assert_eq!(event.answer(answer), given));
            assert_eq!(asked, [pages(0, 10)]);
            read.unwrap_err().unwrap()
        };
        let taken =
            [Errno::EPERM, Errno::EIO, Errno::EBUSY, Errno::ETXTBSY, Errno::EAGAIN, Errno::ENOSPC, Errno::EDQUOT];
        for errno in taken {
            assert_eq!(denied(Response::deny_with(errno), Ok(())), errno);
        }
        // All others are refused, and denied plainly.
        for number in (1..=150).chain([255, 256, 4095]) {
            let errno = Errno::new(number).unwrap();
            if !taken.contains(&errno) {
                assert_eq!(denied(Response::deny_with(errno), Err(Errno::EINVAL)), Errno::EPERM, "{errno:?}");
            }
        }
        assert_eq!(denied(Response::DENY, Ok(())), Errno::EPERM);
        let mapped = ranges(
            group,
            || map(&File::open(path).unwrap(), 4096, 0).map(drop),
            |event| event.deny_with(Errno::EIO).unwrap(),
        );
        assert_eq!(mapped, (Err(Errno::EIO), vec![pages(0, 4096)]));
    });
}

#[test]
fn what_is_dropped_unanswered_may_be_an_error() {
    in_own_mounts(|| {
        let Some(mounted) = Mounted::image("ext4") else { return };
        for (unanswered, expected) in
            [(Response::deny_with(Errno::EBUSY), Errno::EBUSY), (Response::DENY, Errno::EPERM)]
        {
            let group = Fanotify::builder().pre_content().unanswered(unanswered).build().unwrap();
            let path = mounted.join("file");
            fs::write(&path, "content").unwrap();
            // For all files of the file system.
            match group.add(MarkFlags::FILESYSTEM, Mask::PRE_ACCESS, &path) {
                Err(Errno::EINVAL | Errno::EOPNOTSUPP) => return println!("skipped: not on this kernel"),
                marked => marked.unwrap(),
            }
            let read = || fs::read(&path).map_err(|error| Errno::from_io_error(&error).unwrap());
            assert_eq!(ranges(&group, read, |event| drop(event)).0, Err(expected));
        }
    });
}

#[test]
fn directories_are_not_filled() {
    on_demand(|group, path| {
        let dir = path.parent().unwrap();
        let add = |mask| group.add(MarkFlags::empty(), mask, dir);
        assert_errno(add(Mask::PRE_ACCESS | Mask::ONDIR), Errno::EINVAL);
        add(Mask::OPEN_PERM | Mask::ONDIR).unwrap();
        assert_errno(add(Mask::PRE_ACCESS), Errno::EEXIST);
        group.remove(MarkFlags::empty(), Mask::OPEN_PERM | Mask::ONDIR, dir).unwrap();
        add(Mask::PRE_ACCESS).unwrap();
        assert_errno(add(Mask::OPEN_PERM | Mask::ONDIR), Errno::EEXIST);
    });
}
