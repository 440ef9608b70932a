use super::stat::{elsewhere, id, namespace_id};
use super::*;
use butter::fd::AsFd;
use butter::mount::{ListmountFlags, MntIdReq, MountId, Mounts, listmount};

const ROOT: MntIdReq<'static> = MntIdReq::new(MountId::ROOT);

/// All ids that are listed, in one call.
pub fn all(request: MntIdReq<'_>) -> Vec<MountId> {
    let mut buffer = [MountId::ROOT; 4096];
    listmount(&request, None, ListmountFlags::empty(), &mut buffer).unwrap().to_vec()
}

fn walk(request: MntIdReq<'_>, flags: ListmountFlags, size: usize) -> Vec<MountId> {
    let mut buffer = vec![MountId::ROOT; size];
    Mounts::with_flags(request, flags, &mut *buffer).unwrap().map(Result::unwrap).collect()
}

#[test]
fn as_many_mounts_are_listed_as_mountinfo_shows() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dirs = ["a", "b", "c"].map(|name| stage.tmpfs(name, MountFlags::empty()));
        let ids = all(ROOT);
        let shown = fs::read_to_string("/proc/self/mountinfo").unwrap().lines().count();
        // The root of all mounts is not shown where it is covered.
        assert!([shown, shown + 1].contains(&ids.len()), "{} of {shown}", ids.len());
        assert!(ids.is_sorted() && dirs.iter().all(|dir| ids.contains(&id(dir))));
    });
}

#[test]
fn a_walk_gives_the_same_however_small_the_buffer_is() {
    in_own_mounts(|| {
        let stage = Stage::new();
        for name in 0..20 {
            stage.tmpfs(&name.to_string(), MountFlags::empty());
        }
        let ids = all(ROOT);
        let backwards: Vec<_> = ids.iter().rev().copied().collect();
        for size in [1, 2, 3, 7, ids.len() - 1, ids.len(), ids.len() + 1, 1000] {
            assert_eq!(walk(ROOT, ListmountFlags::empty(), size), ids, "{size}");
            assert_eq!(walk(ROOT, ListmountFlags::REVERSE, size), backwards, "{size}");
        }
        let mut buffer = [MountId::ROOT; 2];
        let second = listmount(&ROOT, Some(ids[1]), ListmountFlags::empty(), &mut buffer).unwrap();
        assert_eq!(second, &ids[2..4]);
    });
}

#[test]
fn a_mount_that_ends_on_the_way_does_not_stop_a_walk() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dirs = ["a", "b", "c"].map(|name| stage.tmpfs(name, MountFlags::empty()));
        let [a, b, c] = dirs.each_ref().map(|dir| id(dir));
        let mut buffer = [MountId::ROOT; 1];
        let mut mounts = Mounts::new(MntIdReq::new(id(stage.path())), &mut buffer).unwrap();
        assert_eq!(mounts.next(), Some(Ok(a)));
        assert_eq!(mounts.next(), Some(Ok(b)));
        mount::umount2(&dirs[1], UmountFlags::empty()).unwrap();
        assert_eq!(mounts.next(), Some(Ok(c)));
        assert_eq!((mounts.next(), mounts.next()), (None, None));
    });
}

#[test]
fn what_is_below_a_mount_is_listed() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", MountFlags::empty());
        fs::create_dir(dir.join("below")).unwrap();
        mount_tmpfs(&dir.join("below"), MountFlags::empty());
        let other = stage.tmpfs("b", MountFlags::empty());
        let below = id(&dir.join("below"));
        assert_eq!(all(MntIdReq::new(id(&dir))), [below]);
        assert_eq!(all(MntIdReq::new(id(stage.path()))), [id(&dir), below, id(&other)]);
        assert_eq!(all(MntIdReq::new(below)), []);
    });
}

#[test]
fn another_namespace_is_listed_by_its_id_and_by_its_descriptor() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let (_child, namespace) = elsewhere("true", stage.path());
        let by_id = walk(ROOT.in_namespace(namespace_id(&namespace)), ListmountFlags::empty(), 5);
        assert!(!by_id.is_empty() && !by_id.contains(&id(stage.path())));
        let mut buffer = [MountId::ROOT; 1000];
        match listmount(&ROOT.in_namespace_fd(namespace.as_fd()), None, ListmountFlags::empty(), &mut buffer) {
            Ok(ids) => assert_eq!(ids, by_id),
            Err(Errno::EINVAL) => println!("skipped: this kernel is older than Linux 6.18 and takes no descriptor"),
            Err(errno) => panic!("{errno:?}"),
        }
    });
}

#[test]
fn errors_of_listmount() {
    in_own_mounts(|| {
        let none = ListmountFlags::empty();
        let list = |request: MntIdReq<'_>, flags| {
            let mut buffer = [MountId::ROOT; 4];
            listmount(&request, None, flags, &mut buffer).map(drop)
        };
        assert_errno(list(MntIdReq::new(MountId::new(0)), none), Errno::EINVAL);
        assert_errno(list(MntIdReq::new(MountId::new(u64::MAX - 1)), none), Errno::ENOENT);
        assert_errno(list(ROOT, ListmountFlags::from_bits(2)), Errno::EINVAL);
        assert_errno(list(ROOT.in_namespace(u64::MAX), none), Errno::ENOENT);
        assert_errno(list(ROOT.in_namespace_fd(File::open("/dev/null").unwrap().as_fd()), none), Errno::EINVAL);
        let last = listmount(&ROOT, Some(MountId::new(1)), none, &mut [MountId::ROOT; 4]).map(drop);
        assert_errno(last, Errno::EINVAL);
        let mut large = vec![MountId::ROOT; 1_000_001];
        assert_errno(listmount(&ROOT, None, none, &mut *large).map(drop), Errno::EOVERFLOW);
        assert_errno(Mounts::new(ROOT, &mut [MountId::ROOT; 0]).map(drop), Errno::EINVAL);
        let mut buffer = [MountId::ROOT; 4];
        let mut mounts = Mounts::new(ROOT.in_namespace(u64::MAX), &mut buffer).unwrap();
        assert_eq!((mounts.next(), mounts.next()), (Some(Err(Errno::ENOENT)), None));
    });
}

#[test]
fn a_mount_outside_of_the_root_directory_is_eperm_without_the_capability() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("root", MountFlags::empty());
        fs::create_dir(dir.join("below")).unwrap();
        mount_tmpfs(&dir.join("below"), MountFlags::empty());
        let (outside, below) = (id(stage.path()), id(&dir.join("below")));
        let here = File::open("/").unwrap();
        std::os::unix::fs::chroot(&dir).unwrap();
        let (denied, root) = common::without_capability(common::CAP_SYS_ADMIN, || {
            let mut buffer = [MountId::ROOT; 4];
            let denied = listmount(&MntIdReq::new(outside), None, ListmountFlags::empty(), &mut buffer).map(drop);
            (denied, all(ROOT))
        });
        // SAFETY: the call has no pointer.
        unsafe { butter::syscall!(FCHDIR, butter::fd::AsRawFd::as_raw_fd(&here)) }.unwrap();
        std::os::unix::fs::chroot(".").unwrap();
        assert_errno(denied, Errno::EPERM);
        assert!(root.contains(&below) && !root.contains(&outside), "{root:?}");
    });
}
