use super::*;
use butter::handle::{HandleFlags, MountId, name_to_handle_at};
use common::{Mounted, in_own_mounts, run};

fn mount_of(path: &Path) -> u64 {
    match name_to_handle_at(CWD, path, HandleFlags::MNT_ID_UNIQUE | HandleFlags::FID).unwrap().1 {
        MountId::Unique(id) => id,
        id => panic!("{id:?}"),
    }
}

#[test]
fn mounts_come_and_move_and_go() {
    in_own_mounts(|| {
        let (group, dir) = (Fanotify::builder().report_mnt().nonblocking().build().unwrap(), TempDir::new());
        let other = TempDir::new();
        let told = || {
            drain(&group, |event| {
                let event = notification(event);
                assert!(event.pid().is_some() && matches!(event.file(), EventFile::None));
                (words(&event), event.mnt().unwrap())
            })
        };
        let [dir, other] = [&dir, &other].map(|dir| dir.to_str().unwrap());
        group.add(MarkFlags::MNTNS, Mask::MNT_ATTACH | Mask::MNT_DETACH, c"/proc/self/ns/mnt").unwrap();
        assert!(run("mount", &["-t", "tmpfs", "none", dir]));
        let id = mount_of(dir.as_ref());
        let word = |word: &str| vec![(word.to_owned(), id)];
        assert_eq!(told(), word("mnt_attach"));
        assert!(run("mount", &["--move", dir, other]));
        assert_eq!(told(), word("mnt_attach mnt_detach"));
        assert_eq!(mount_of(other.as_ref()), id);
        assert!(run("umount", &[other]));
        assert_eq!(told(), word("mnt_detach"));
        // A copy in a namespace that is not marked is nobody's business, and neither is what is asked for no more.
        group.remove(MarkFlags::MNTNS, Mask::MNT_DETACH, c"/proc/self/ns/mnt").unwrap();
        assert!(run("unshare", &["-m", "mount", "-t", "tmpfs", "none", dir]));
        assert!(run("mount", &["-t", "tmpfs", "none", dir]) && run("umount", &[dir]));
        assert_eq!(told().iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>(), ["mnt_attach"]);
        group.flush(MarkFlags::MNTNS).unwrap();
        assert!(run("mount", &["-t", "tmpfs", "none", dir]) && run("umount", &[dir]));
        assert_eq!(told(), []);
    });
}

#[test]
fn the_root_of_a_user_namespace_is_not_told_who_mounted() {
    if !privileged() {
        return;
    }
    common::in_own_namespaces(|| {
        let (group, dir) = (Fanotify::builder().report_mnt().nonblocking().build().unwrap(), TempDir::new());
        let dir = dir.to_str().unwrap();
        group.add(MarkFlags::MNTNS, Mask::MNT_ATTACH | Mask::MNT_DETACH, c"/proc/self/ns/mnt").unwrap();
        assert!(run("mount", &["-t", "tmpfs", "none", dir]) && run("umount", &[dir]));
        let told = drain(&group, |event| {
            let event = notification(event);
            (words(&event), event.pid())
        });
        assert_eq!(told, [("mnt_attach".to_owned(), None), ("mnt_detach".to_owned(), None)]);
    });
}

#[test]
fn mounts_are_told_of_a_namespace_alone() {
    in_own_mounts(|| {
        let mounts = Mask::MNT_ATTACH | Mask::MNT_DETACH;
        let (group, mounted) = (Fanotify::builder().report_mnt().build().unwrap(), Mounted::new("tmpfs", ""));
        let namespace = Path::new("/proc/self/ns/mnt");
        assert_errno(group.add(MarkFlags::MNTNS, mounts, &*mounted), Errno::EINVAL);
        assert_errno(group.add(MarkFlags::MNTNS, mounts | Mask::OPEN, namespace), Errno::EINVAL);
        assert_errno(group.add(MarkFlags::MNTNS, Mask::OPEN, namespace), Errno::EINVAL);
        for kind in [MarkFlags::INODE, MarkFlags::MOUNT, MarkFlags::FILESYSTEM] {
            assert_errno(group.add(kind, mounts, &*mounted), Errno::EINVAL);
            assert_errno(group.add(kind, Mask::OPEN, &*mounted), Errno::EINVAL);
        }
        let other = Fanotify::builder().build().unwrap();
        assert_errno(other.add(MarkFlags::MNTNS, mounts, namespace), Errno::EINVAL);
        assert_errno(other.flush(MarkFlags::MNTNS), Errno::EINVAL);
        common::without_capability(CAP_SYS_ADMIN, || {
            assert_errno(group.add(MarkFlags::MNTNS, mounts, namespace), Errno::EPERM);
        });
    });
}

#[test]
fn a_reader_waits_for_events() {
    let marked = Marked::names(Mask::CREATE);
    let mut buffer = [0; 8192];
    let mut reader = Reader::new(&marked.group, &mut buffer).unwrap();
    assert_errno(reader.wait(Some(std::time::Duration::ZERO)), Errno::ETIMEDOUT);
    touch(marked.path("a"));
    touch(marked.path("b"));
    for name in ["create a", "create b"] {
        assert_eq!(words(&notification(reader.wait(Some(LONG)).unwrap())), name);
    }
}

#[test]
fn a_read_is_interrupted_by_a_signal() {
    let group = Fanotify::builder().report_fid().build().unwrap();
    assert_errno(common::interrupted(|| group.read_events(&mut [0; 4096]).map(drop)), Errno::EINTR);
}

#[test]
fn an_event_whose_file_finds_no_descriptor_is_lost_or_says_so() {
    alone([], || {
        if !privileged() {
            return;
        }
        let read = |builder: Builder| {
            let Marked { group, dir, _no_forks } = Marked::new(builder, Mask::CLOSE_WRITE | Mask::EVENT_ON_CHILD);
            ["a", "b"].iter().for_each(|name| touch(dir.join(name)));
            let mut buffer = [0; 4096];
            let told = common::with_limit(common::RLIMIT_NOFILE, 0, || {
                group
                    .read_events(&mut buffer)
                    .map(|events| events.map(|event| notification(event).raw_file()).collect())
            });
            (told, drain(&group, |event| drop(event)).len())
        };
        let lost: butter::Result<Vec<_>> = Err(Errno::EMFILE);
        assert_eq!(read(Fanotify::builder()), (lost, 1));
        let failed = EventFile::Failed(Errno::EMFILE);
        assert_eq!(read(Fanotify::builder().report_fd_error()), (Ok(vec![failed, failed]), 0));
    });
}
